"""What the demo country refuses."""

from onshi.kernel import OnshiError


class ImpossibleScale(OnshiError):
    """The scale is not a positive fraction of at most one."""

    code = "impossible-scale"
    message = "A scale of {part}/{whole} is impossible. Use a fraction above zero and of at most 1/1, such as 1/1000."
    message_ja = "縮尺 {part}/{whole} は使えません。0より大きく1以下の分数（例 1/1000）を指定してください。"


class NoSuchHouseholds(OnshiError):
    """The numbers asked for lie outside the country, or run backwards."""

    code = "no-such-households"
    message = "There are no households {first} to {last} in a country of {households}."
    message_ja = "世帯番号 {first}～{last} は、{households} 世帯のこの国にはありません。"


class NotADemo(OnshiError):
    """The folder for the demo country holds something else."""

    code = "not-a-demo"
    message = "{place} holds data that are no demo country, so nothing was built there. Set ONSHI_DATA elsewhere."
    message_ja = "{place}にはデモの国ではないデータがあるため、作成を中止しました。ONSHI_DATAを別の場所にしてください。"


class NoDemoHere(OnshiError):
    """The data are those of no demo country, or of one that this version cannot use."""

    code = "no-demo-here"
    message = "There is no demo country in {place}. Build one with `onshi demo --no-serve`, or set ONSHI_DATA."
    message_ja = "{place}にデモの国がありません。`onshi demo --no-serve`で作るか、ONSHI_DATAを設定してください。"


class NoSuchInstitution(OnshiError):
    """A code that no institution of the demo country has."""

    code = "no-such-institution"
    message = "No institution of the demo country has the code {code}. Leave it out for that of the demo clinic."
    message_ja = "医療機関コード{code}の医療機関は、デモの国にありません。省略するとデモの診療所になります。"
