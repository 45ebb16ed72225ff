"""What only the login of the JSON web API refuses."""

from onshi.kernel import OnshiError


class TerminalCertificateMissing(OnshiError):
    """The connection has no certificate of a terminal: it is not TLS, or the client showed none that we gave."""

    code = "terminal-certificate-missing"
    message = (
        "This login needs HTTPS and the certificate of a terminal. How to get one: docs/how-to/json-web-api.en.md."
    )
    message_ja = (
        "このログインには、HTTPSと端末のクライアント証明書が必要です。docs/how-to/json-web-api.ja.mdを見てください。"
    )


class LoginUnreadable(OnshiError):
    """A login that is no JSON, or lacks one of its two members."""

    code = "login-unreadable"
    message = "The login is no JSON object with a user (`userId`, `loginId` or `user`) and a `password`."
    message_ja = "ログインの本文が、利用者（userId、loginId、user）とpasswordを持つJSONオブジェクトではありません。"
