"""What places refuses."""

from onshi.kernel import OnshiError


class UnknownMunicipality(OnshiError):
    """The code is well formed and names no municipality of the list."""

    code = "unknown-municipality"
    message = "No municipality has the code {code}. Use the six-digit code of the list of 2024-01-01."
    message_ja = "市区町村コード {code} は一覧（2024年1月1日現在）にありません。6桁のコードを確認してください。"
