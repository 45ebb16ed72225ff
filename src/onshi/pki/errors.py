"""What this room refuses to found, to issue or to change. What is shown is judged by values, not here."""

from onshi.kernel import OnshiError


class AuthorityUnknown(OnshiError):
    """No authority has this name, or none signs with this key."""

    code = "authority-unknown"
    message = "No certificate authority here has that name or that key. Found it first."
    message_ja = "その名称または鍵の認証局はありません。先に設置してください。"


class AuthorityPurposeFixed(OnshiError):
    """A name was to be used for a second purpose: the two kinds of certificate never share an authority."""

    code = "authority-purpose-fixed"
    message = "{name} is an authority for {purpose} already. Give the new one another name."
    message_ja = "{name} は既に {purpose} 用の認証局です。別の名称にしてください。"


class AuthorityKeyUsed(OnshiError):
    """Every generation has a key of its own; a key was offered twice."""

    code = "authority-key-used"
    message = "This key belongs to an authority already. Make a new key for a new generation."
    message_ja = "この鍵は既に認証局で使われています。新しい世代には新しい鍵を用意してください。"


class AuthorityNameUnfit(OnshiError):
    """A name that cannot stand in a certificate and in an address."""

    code = "authority-name-unfit"
    message = "The name of an authority has 1 to 32 capital letters, digits and hyphens."
    message_ja = "認証局の名称は、英大文字・数字・ハイフンで1～32文字にしてください。"


class AuthorityUnfit(OnshiError):
    """A certificate was to be trusted that is no root as this room makes them."""

    code = "authority-unfit"
    message = "The certificate is not a self-signed authority that can be pinned ({why})."
    message_ja = "信頼の起点にできる自己署名の認証局証明書ではありません（{why}）。"


class WrongAuthority(OnshiError):
    """An authority was asked to sign what is not its purpose."""

    code = "authority-wrong"
    message = "An authority for {purpose} does not sign this. Use the one that does."
    message_ja = "{purpose} 用の認証局はこれに署名しません。用途の合う認証局を使ってください。"


class KeyUnfit(OnshiError):
    """A key that no card has: they hold RSA-2048 with the exponent 65537."""

    code = "certificate-key-unfit"
    message = "A certificate is made for an RSA key of 2048 bits with the exponent 65537, and for no other."
    message_ja = "証明書の鍵は、RSA 2048ビット・公開指数65537に限ります。"


class TermUnfit(OnshiError):
    """A certificate would be over when it begins, or outlive its authority."""

    code = "certificate-term-unfit"
    message = "The last day {not_after} does not fit: it lies before the first, or too near the end of the authority."
    message_ja = "有効期限 {not_after} は使えません。発行日より前か、認証局の終わりに近すぎます。"


class DetailsUnfit(OnshiError):
    """A signature certificate names its holder; an authentication certificate never does."""

    code = "certificate-details-unfit"
    message = "A signature certificate needs the details of its holder, an authentication certificate may have none."
    message_ja = "署名用証明書には本人の記載事項が必要で、利用者証明用証明書には載せられません。"


class SerialUnfit(OnshiError):
    """A serial number given beforehand that is none."""

    code = "certificate-serial-unfit"
    message = "A serial number is a positive decimal number below 2 to the power of 63, with at least ten digits."
    message_ja = "シリアル番号は2の63乗未満の正の10進数で、10桁に満たない場合は先頭を0で埋めます。"


class SerialTaken(OnshiError):
    """A certificate with this issuer and serial is there already."""

    code = "certificate-serial-taken"
    message = "{issuer} has issued a certificate under that serial number already."
    message_ja = "{issuer} はそのシリアル番号の証明書を既に発行しています。"


class CertificateUnknown(OnshiError):
    """No such certificate was issued here."""

    code = "certificate-unknown"
    message = "{issuer} has issued no certificate under that serial number."
    message_ja = "{issuer} はそのシリアル番号の証明書を発行していません。"


class CertificateOff(OnshiError):
    """The certificate was revoked before, for good."""

    code = "certificate-revoked"
    message = "The certificate is revoked ({reason}), which is never undone. Issue a new one."
    message_ja = "証明書は失効しています（{reason}）。失効は取り消せないため、新しく発行してください。"


class CertificateHeld(OnshiError):
    """A held certificate cannot be renewed."""

    code = "certificate-held"
    message = "The certificate is held because its card was lost. Settle that first."
    message_ja = "カードの紛失により一時停止中の証明書です。先に紛失の処理をしてください。"


class CertificateNotHeld(OnshiError):
    """Only what is held can be resumed, or reissued after its card was found."""

    code = "certificate-not-held"
    message = "The certificate is not held."
    message_ja = "一時停止中の証明書ではありません。"


class HoldNotReleased(OnshiError):
    """A plastic card was found: its held certificates are revoked and issued anew, not released."""

    code = "certificate-hold-not-released"
    message = "Only the authentication certificate of a phone is resumed. For a found card, issue new certificates."
    message_ja = (
        "再開できるのはスマートフォンの利用者証明用証明書だけです。見つかったカードには新しく発行してください。"
    )


class ReasonUnfit(OnshiError):
    """A hold is not a reason to revoke: it has a verb of its own."""

    code = "certificate-reason-unfit"
    message = "{reason} is no reason to revoke for good."
    message_ja = "{reason} は失効の理由になりません。"


class OrderForAnother(OnshiError):
    """The new certificate is not for the holder, kind and medium of the one it replaces."""

    code = "certificate-order-for-another"
    message = "The new certificate is not for the same holder, kind and medium as the one it replaces."
    message_ja = "新しい証明書の持ち主・種別・媒体が、置き換える証明書と一致しません。"


class PartitionUnfit(OnshiError):
    """Revocation lists are kept for each municipality."""

    code = "crl-partition-unfit"
    message = "A revocation list is that of one municipality: six digits."
    message_ja = "失効リストは市区町村ごとです。6桁の団体コードを指定してください。"


class TerminalUnfit(OnshiError):
    """What was to be signed is not what a terminal certificate begins with."""

    code = "terminal-unfit"
    message = "A terminal certificate is made from {size} bytes, and its id has 1 to 13 visible ASCII signs."
    message_ja = "端末証明書の元データは{size}バイト、端末IDは1～13文字のASCII文字です。"


class TerminalExists(OnshiError):
    """The id is in use."""

    code = "terminal-exists"
    message = "A terminal {terminal} is registered already. Revoke it first."
    message_ja = "端末 {terminal} は既に登録されています。先に失効させてください。"


class TerminalUnknown(OnshiError):
    """No terminal has this id."""

    code = "terminal-unknown"
    message = "No terminal {terminal} is registered."
    message_ja = "端末 {terminal} は登録されていません。"
