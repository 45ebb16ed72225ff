"""What is refused as a workbook."""

from onshi.kernel import OnshiError


class NotAWorkbook(OnshiError):
    """A file that is no .xlsx, is damaged, or is locked by a password."""

    code = "not-a-workbook"
    message = "This is no Excel workbook (.xlsx) that can be opened. Save it as .xlsx, without a password."
    message_ja = "Excelブック（.xlsx）として開けません。パスワードを付けずに.xlsx形式で保存してください。"


class WorkbookTooLarge(OnshiError):
    """A workbook with more in it than any form of ours has."""

    code = "workbook-too-large"
    message = "The workbook is too large: at most {megabytes} MB, and {cells:,} cells in all."
    message_ja = "ブックが大きすぎます。{megabytes}MBまで、全シート合わせて{cells:,}セルまでです。"
