"""What cannot be read in a question of the national interface; the element is named, its content never."""

from onshi.kernel import OnshiError


class ElementMissing(OnshiError):
    """An element without which nobody can be looked for."""

    code = "oqs-element-missing"
    message = "The element {element} is missing or empty. Add it and ask again."
    message_ja = "要素{element}がないか、空です。設定して照会し直してください。"


class ElementUnreadable(OnshiError):
    """An element whose content does not have its form."""

    code = "oqs-element-unreadable"
    message = "The content of the element {element} cannot be read. Correct it and ask again."
    message_ja = "要素{element}の内容が読み取れません。正しい形式に直して照会し直してください。"


class TooMuchForAZip(OnshiError):
    """More than four gigabytes of history in one file, which the form of the national download cannot hold."""

    code = "oqs-history-too-large"
    message = "The history of this period is larger than one file can be. Ask for a shorter period."
    message_ja = "この期間の履歴は一つのファイルに収まりません。期間を短くしてください。"
