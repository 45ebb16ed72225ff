"""What goes wrong outside our database."""

from onshi.kernel import OnshiError


class KeyRingMissing(OnshiError):
    """There is no key to sign with."""

    code = "key-ring-missing"
    message = "There is no signing key in the key directory. Create one, or point to the directory that has it."
    message_ja = "鍵ディレクトリーに署名鍵がありません。鍵を作成するか、鍵のあるディレクトリーを指定してください。"


class KeyRingExists(OnshiError):
    """A key ring would be overwritten."""

    code = "key-ring-exists"
    message = "The key directory holds a signing key already. To change keys, rotate."
    message_ja = "鍵ディレクトリーには既に署名鍵があります。鍵を替えるには更新(ローテーション)してください。"


class KeyUnreadable(OnshiError):
    """A key file is there and cannot be used."""

    code = "key-unreadable"
    message = "A key file is missing or damaged, or holds no unencrypted P-256 key. Restore it from a copy."
    message_ja = (
        "鍵ファイルがないか壊れている、または暗号化されていないP-256鍵ではありません。控えから復元してください。"
    )


class KeyExposed(OnshiError):
    """A private key that others may have read does not sign any more."""

    code = "key-exposed"
    message = "Others than its owner may read the private key file. Set its mode to 0600; rotate if it was read."
    message_ja = (
        "秘密鍵ファイルを所有者以外も読み取れます。モードを0600にし、読まれたおそれがあれば鍵を更新してください。"
    )
