"""What the chip's room refuses. A wrong PIN or a locked file is no refusal but an answer."""

from onshi.kernel import OnshiError


class CardAnswerUnexpected(OnshiError):
    """The card answered with what no My Number Card answers there."""

    code = "card-answer-unexpected"
    message = "The card gave an answer that does not fit ({step}, status {status}). Take it out, wait, and try again."
    message_ja = "カードの応答が正しくありません（{step}、状態{status}）。カードを離して、もう一度かざしてください。"


class SecretMalformed(OnshiError):
    """A PIN or password that no card takes."""

    code = "card-secret-malformed"
    message = "A PIN has four digits, a signature password 6 to 16 capital letters and digits ({lock})."
    message_ja = "暗証番号は数字4桁、署名用暗証番号は英大文字と数字の6文字以上16文字以下です（{lock}）。"


class SurfaceMalformed(OnshiError):
    """Something that cannot be printed on a card or written to it."""

    code = "card-surface-malformed"
    message = "The card cannot be made: {field} is missing, too long or of another form. Correct the application."
    message_ja = "カードを作成できません。{field}がないか、長すぎるか、形式が違います。申請の内容を訂正してください。"
