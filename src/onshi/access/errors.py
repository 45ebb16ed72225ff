"""What access refuses: to register, to give a token, to believe one, to sign somebody in.

`TokenRefused` and its children carry `oauth_error`, the error of RFC 6749 section 5.2 that the token
endpoint answers with; which HTTP status goes with it is the endpoint's business.
"""

from typing import ClassVar, Literal

from onshi.kernel import OnshiError

OAuthError = Literal["invalid_request", "invalid_client", "invalid_scope", "unsupported_grant_type"]


class UnknownParty(OnshiError):
    """No party has this id."""

    code = "party-unknown"
    message = "No organisation is registered under {party}. Register it first."
    message_ja = "{party} という機関は登録されていません。先に登録してください。"


class PartyExists(OnshiError):
    """A party with this id is there already."""

    code = "party-exists"
    message = "{party} is registered already. Amend it instead."
    message_ja = "{party} はすでに登録されています。登録済みの内容を変更してください。"


class PartyMalformed(OnshiError):
    """The code does not have the form its kind of organisation uses, or the name is empty."""

    code = "party-malformed"
    message = "The {field} does not fit an organisation of kind {kind}. Correct it and register again."
    message_ja = "機関種別 {kind} の {field} の形式が正しくありません。訂正して登録し直してください。"


class UnknownClient(OnshiError):
    """An administrator named a client that is not registered."""

    code = "client-not-registered"
    message = "No client {client} is registered."
    message_ja = "クライアント {client} は登録されていません。"


class ClientExists(OnshiError):
    """The client id is taken."""

    code = "client-exists"
    message = "A client {client} is registered already. Choose another id or rotate its keys."
    message_ja = "クライアント {client} はすでに登録されています。別のIDにするか、鍵を更新してください。"


class KeyRefused(OnshiError):
    """A key set that is not made of public signing keys we accept.

    `reason` is one of wrong-number (1 to 16 keys), not-an-object, private-parts, not-for-signing,
    unknown-type, wrong-size, malformed, wrong-algorithm, wrong-kid, kid-twice.
    """

    code = "client-key-refused"
    message = (
        "The key set was refused ({reason}). Send a JWK Set of 1 to 16 public signing keys: "
        "EC P-256 or P-384, or RSA of 2048 to 8192 bits."
    )
    message_ja = (
        "鍵セットを受け付けられません（{reason}）。"
        "EC P-256、P-384、またはRSA 2048～8192ビットの署名用公開鍵1～16個からなるJWK Setを送ってください。"
    )


class ScopeMalformed(OnshiError):
    """A scope that RFC 6749 section 3.3 does not allow."""

    code = "scope-malformed"
    message = "A scope is empty or holds characters that scopes may not have."
    message_ja = "スコープが空であるか、使用できない文字を含んでいます。"


class ScopeNotForParty(OnshiError):
    """A scope was to be given to a kind of organisation that may not hold it."""

    code = "scope-not-for-party"
    message = "Software of an organisation of kind {kind} may not hold the scope {scope}."
    message_ja = "機関種別 {kind} のソフトウェアにスコープ {scope} を与えることはできません。"


class TokenRefused(OnshiError):
    """The root of what the token endpoint refuses."""

    code = "token-refused"
    message = "The token request was refused."
    message_ja = "トークンの要求を受け付けられません。"
    oauth_error: ClassVar[OAuthError] = "invalid_request"

    def body(self) -> dict[str, str]:
        """The JSON members of RFC 6749 section 5.2; the description is ASCII as that section demands."""
        return {"error": self.oauth_error, "error_description": f"{self.text('en')} [{self.code}]"}


class TokenParameterMissing(TokenRefused):
    """The form lacks a parameter."""

    code = "token-parameter-missing"
    message = "The parameter {parameter} is missing from the form."
    message_ja = "フォームにパラメーター {parameter} がありません。"


class GrantTypeUnsupported(TokenRefused):
    """Another grant than client credentials."""

    code = "grant-type-unsupported"
    message = "Only the grant type client_credentials is supported."
    message_ja = "利用できるグラント種別は client_credentials だけです。"
    oauth_error = "unsupported_grant_type"


class ScopeRefused(TokenRefused):
    """More was asked for than the client is registered for."""

    code = "scope-refused"
    message = "The client is not registered for every scope it asked for. Ask for fewer or have it registered."
    message_ja = "登録されていないスコープが含まれています。要求を減らすか、登録を依頼してください。"
    oauth_error = "invalid_scope"


class AssertionTypeUnsupported(TokenRefused):
    """The client tries another way to prove itself."""

    code = "assertion-type-unsupported"
    message = "The client_assertion_type must be urn:ietf:params:oauth:client-assertion-type:jwt-bearer."
    message_ja = (
        "client_assertion_type は urn:ietf:params:oauth:client-assertion-type:jwt-bearer でなければなりません。"
    )
    oauth_error = "invalid_client"


class AssertionMalformed(TokenRefused):
    """No JWT, too long, or a claim that is absent or of the wrong type."""

    code = "assertion-malformed"
    message = "The client assertion is not a JWT with the claims iss, sub, aud, exp and jti."
    message_ja = "クライアントアサーションが、iss、sub、aud、exp、jti を備えたJWTではありません。"
    oauth_error = "invalid_client"


class AssertionAlgorithmRefused(TokenRefused):
    """`none`, a shared secret, or another algorithm that is not on the list."""

    code = "assertion-algorithm"
    message = "The client assertion must be signed with ES256, ES384, RS256 or RS384."
    message_ja = "クライアントアサーションの署名方式は ES256、ES384、RS256、RS384 のいずれかに限ります。"
    oauth_error = "invalid_client"


class AssertionIssuerMismatch(TokenRefused):
    """`iss`, `sub` and, where sent, `client_id` do not name one client."""

    code = "assertion-issuer"
    message = "The claims iss and sub, and the parameter client_id if it is sent, must all be the client id."
    message_ja = "iss、sub、および送信した場合の client_id は、すべて同じクライアントIDでなければなりません。"
    oauth_error = "invalid_client"


class ClientUnknown(TokenRefused):
    """The assertion names a client that is not registered."""

    code = "client-unknown"
    message = "The client is not registered here."
    message_ja = "クライアントが登録されていません。"
    oauth_error = "invalid_client"


class ClientDisabled(TokenRefused):
    """The client was disabled."""

    code = "client-disabled"
    message = "The client is disabled. Ask the operator."
    message_ja = "クライアントは停止されています。運用者に問い合わせてください。"
    oauth_error = "invalid_client"


class ClientPartyClosed(TokenRefused):
    """The organisation behind the client has not opened yet or has closed."""

    code = "client-party-closed"
    message = "The organisation of the client is not open today."
    message_ja = "クライアントの機関は、本日は開設期間内にありません。"
    oauth_error = "invalid_client"


class NotAnInstitution(TokenRefused):
    """A terminal was to be one of an organisation that is no institution."""

    code = "client-not-institution"
    message = "Only software of a medical institution or a pharmacy can be a terminal."
    message_ja = "端末として使えるのは、医療機関・薬局のクライアントだけです。"
    oauth_error = "invalid_client"


class AssertionKeyUnknown(TokenRefused):
    """None of the client's keys has the `kid` and the type that the header names."""

    code = "assertion-key-unknown"
    message = "No key of the client fits the kid and alg of the assertion. Register the key first."
    message_ja = "アサーションの kid と alg に合う鍵がありません。先に鍵を登録してください。"
    oauth_error = "invalid_client"


class AssertionSignatureWrong(TokenRefused):
    """The signature does not verify."""

    code = "assertion-signature"
    message = "The signature of the client assertion does not verify."
    message_ja = "クライアントアサーションの署名を検証できません。"
    oauth_error = "invalid_client"


class AssertionAudienceWrong(TokenRefused):
    """The assertion was made for somebody else."""

    code = "assertion-audience"
    message = "The claim aud must be the address of this token endpoint and nothing else."
    message_ja = "aud は、このトークンエンドポイントのアドレスだけでなければなりません。"
    oauth_error = "invalid_client"


class AssertionExpired(TokenRefused):
    """`exp` has passed."""

    code = "assertion-expired"
    message = "The client assertion has expired. Make a new one; check the clock."
    message_ja = "クライアントアサーションの有効期限が切れています。時計を確認し、作り直してください。"
    oauth_error = "invalid_client"


class AssertionLifetimeTooLong(TokenRefused):
    """`exp` lies further ahead than five minutes."""

    code = "assertion-lifetime"
    message = "The claim exp must lie no more than five minutes ahead. Check the clock."
    message_ja = "exp は5分以内でなければなりません。時計を確認してください。"
    oauth_error = "invalid_client"


class AssertionNotYetValid(TokenRefused):
    """`iat` or `nbf` lies more than a minute in the future."""

    code = "assertion-not-yet"
    message = "The claims iat and nbf must not lie in the future. Check the clock."
    message_ja = "iat と nbf は未来であってはなりません。時計を確認してください。"
    oauth_error = "invalid_client"


class AssertionReplayed(TokenRefused):
    """The `jti` was used before."""

    code = "assertion-replayed"
    message = "The client assertion was used before. Make a new one with a new jti for every request."
    message_ja = "クライアントアサーションはすでに使われています。要求のたびに新しい jti で作り直してください。"
    oauth_error = "invalid_client"


class InvalidToken(OnshiError):
    """The bearer token is absent, altered, from elsewhere, or of a client that was disabled."""

    code = "token-invalid"
    message = "The access token is missing or not valid here. Get a new one at the token endpoint."
    message_ja = "アクセストークンがないか、無効です。トークンエンドポイントで取得し直してください。"


class ExpiredToken(OnshiError):
    """The bearer token was good and is over."""

    code = "token-expired"
    message = "The access token has expired. Get a new one at the token endpoint."
    message_ja = "アクセストークンの有効期限が切れています。トークンエンドポイントで取得し直してください。"


class LoginTaken(OnshiError):
    """Another account has this login; upper and lower case are one."""

    code = "login-taken"
    message = "The login is taken. Choose another."
    message_ja = "このログインIDは使われています。別のものにしてください。"


class LoginMalformed(OnshiError):
    """A login that is empty, too long or holds blanks or control characters."""

    code = "login-malformed"
    message = "A login has 1 to 64 characters without blanks."
    message_ja = "ログインIDは空白を含まない1～64文字です。"


class UnknownStaff(OnshiError):
    """No account has this id."""

    code = "staff-unknown"
    message = "There is no account {staff}."
    message_ja = "アカウント {staff} はありません。"


class StaffDisabled(OnshiError):
    """The account was disabled."""

    code = "staff-disabled"
    message = "The account {staff} is disabled."
    message_ja = "アカウント {staff} は停止されています。"


class PartyClosed(OnshiError):
    """The organisation has not opened yet or has closed."""

    code = "party-closed"
    message = "{party} is not open today."
    message_ja = "{party} は、本日は開設期間内にありません。"


class RoleNotForParty(OnshiError):
    """A role was to be given at a kind of organisation that does not have it."""

    code = "role-not-for-party"
    message = "The role {role} does not exist at an organisation of kind {kind}."
    message_ja = "機関種別 {kind} に役割 {role} はありません。"


class WeakPassword(OnshiError):
    """A password that is too short, too long or holds the login (of four characters or more)."""

    code = "password-weak"
    message = "A password has 12 to 128 characters and does not contain the login."
    message_ja = "パスワードは12～128文字で、ログインIDを含まないものにしてください。"


class SignInRefused(OnshiError):
    """One text for every reason, so that nobody learns which logins exist."""

    code = "sign-in-refused"
    message = (
        "Login, password or code is wrong. After several wrong tries an account is locked for a while: "
        "wait 15 minutes or ask your administrator."
    )
    message_ja = (
        "ログインID、パスワード、または確認コードが違います。続けて間違えるとしばらくロックされます。"
        "15分待つか、管理者に問い合わせてください。"
    )


class SecretUnreadable(OnshiError):
    """A sealed secret does not open with the key given: another key ring, or the row was altered."""

    code = "secret-unreadable"
    message = "A sealed secret cannot be opened with this key. Check which key directory the server uses."
    message_ja = "封印された秘密情報をこの鍵で開けません。サーバーの鍵ディレクトリーを確認してください。"


class NoSession(OnshiError):
    """There is no such session: never opened, signed out, or the account was disabled."""

    code = "session-none"
    message = "You are not signed in. Sign in and try again."
    message_ja = "ログインしていません。ログインしてからもう一度お試しください。"


class SessionExpired(OnshiError):
    """The session was left alone too long or has reached its longest life."""

    code = "session-expired"
    message = "Your session has ended. Sign in again."
    message_ja = "セッションの有効期限が切れました。ログインし直してください。"


class FormTokenWrong(OnshiError):
    """A form came without the token of this session (cross-site request forgery)."""

    code = "form-token-wrong"
    message = "The form does not belong to your session. Load the page again and resend it."
    message_ja = "フォームが現在のセッションのものではありません。ページを読み込み直して送信してください。"
