"""What the registry refuses."""

from onshi.kernel import OnshiError


class UnknownInsurer(OnshiError):
    """No insurer has this number."""

    code = "unknown-insurer"
    message = "No insurer with number {number} is known here. Check the number, or register the insurer first."
    message_ja = "保険者番号{number}は登録されていません。番号を確かめるか、先に保険者を登録してください。"


class UnknownPerson(OnshiError):
    """No person has this id."""

    code = "unknown-person"
    message = "No person with that id is known here."
    message_ja = "その番号の人は登録されていません。"


class UnknownFeed(OnshiError):
    """No feed has this id."""

    code = "unknown-feed"
    message = "No feed with id {feed} is known here."
    message_ja = "受付番号{feed}の登録ファイルはありません。"


class UnknownHeldRow(OnshiError):
    """No held row has this id, or somebody decided on it already."""

    code = "unknown-held-row"
    message = "No row with id {held} is waiting for review. Somebody may have decided on it already."
    message_ja = "番号{held}の保留行はありません。すでに判断済みかもしれません。"


class AtomicFeedRefused(OnshiError):
    """A feed declared atomic holds rows with errors."""

    code = "atomic-feed-refused"
    message = "The feed was declared atomic and {errors} of its rows cannot be taken. Nothing was changed."
    message_ja = "一括反映の指定がありますが、反映できない行が{errors}件あります。何も変更していません。"


class TooManyAbsent(OnshiError):
    """A snapshot lacks so many people that it looks cut off."""

    code = "too-many-absent"
    message = (
        "The snapshot lacks {absent} of {known} coverages in force. It looks cut off; nothing was closed. "
        "Send the whole file, or each loss with its day."
    )
    message_ja = (
        "全件ファイルに、有効な資格{known}件のうち{absent}件がありません。途中で切れた可能性があるため、喪失扱いに"
        "していません。全件を送り直すか、喪失を一件ずつ喪失日とともに送ってください。"
    )
