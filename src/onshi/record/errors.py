"""What the record refuses."""

from onshi.kernel import OnshiError


class UnknownArea(OnshiError):
    """The text names no area of the record."""

    code = "programme-area"
    message = "No area has this code. Use 00 for the nation, two digits for a prefecture, six for a municipality."
    message_ja = "このコードの地域はありません。全国は00、都道府県は2桁、市区町村は6桁のコードを指定してください。"


class BeforeRecord(OnshiError):
    """A day before the first count."""

    code = "programme-before-record"
    message = "Nothing is known for that day: the record begins on {first}."
    message_ja = "その日の記録はありません（最初の記録は{first}）。"
