"""What the programme refuses."""

from onshi.kernel import OnshiError


class BeforePapers(OnshiError):
    """A day before the papers were published."""

    code = "programme-before-papers"
    message = "The papers were published on {first}: nothing of them was known that day."
    message_ja = "この資料は{first}に公表されました。その日にはまだ知られていません。"


class UnknownSection(OnshiError):
    """The document has no such section."""

    code = "programme-section"
    message = "The document has no such section. It has: {known}."
    message_ja = "その項目はありません。次のどれかを指定してください：{known}。"
