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


class CardMissing(OnshiError):
    """There is no card file."""

    code = "card-file-missing"
    message = "There is no card in the file {file}. Make one, or name another file."
    message_ja = "ファイル{file}にカードがありません。カードを作るか、別のファイルを指定してください。"


class CardExists(OnshiError):
    """A card file would be overwritten."""

    code = "card-file-exists"
    message = "The file {file} exists already, and no card is overwritten. Name another file."
    message_ja = "ファイル{file}は既にあります。カードは上書きしません。別のファイルを指定してください。"


class CardExposed(OnshiError):
    """A card whose keys others may have read is not used any more."""

    code = "card-file-exposed"
    message = "Others than its owner may read the card file {file}. Set its mode to 0600, or make a new card."
    message_ja = "カードのファイル{file}を所有者以外も読み取れます。モードを0600にするか、カードを作り直してください。"


class CardUnreadable(OnshiError):
    """A file that is no card, or a damaged one."""

    code = "card-file-unreadable"
    message = "The file {file} is no card, or is damaged."
    message_ja = "ファイル{file}はカードではないか、壊れています。"


class CardInUse(OnshiError):
    """Another process has plugged the card in."""

    code = "card-in-use"
    message = "The card in {file} is plugged in already. Stop the other program first: a card is in one reader only."
    message_ja = (
        "{file}のカードは使用中です。一枚のカードは一つのリーダーにしか入りません。先に他方を終了してください。"
    )


class VirtualReaderMissing(OnshiError):
    """No vpcd listens."""

    code = "virtual-reader-missing"
    message = (
        "No virtual reader listens on port {port}. Start pcscd with vpcd (Debian: vsmartcard-vpcd), or give --port."
    )
    message_ja = (
        "ポート{port}に仮想リーダーがありません。vpcd（Debianではvsmartcard-vpcd）と"
        "pcscdを起動するか、--portを指定してください。"
    )


class ReaderMissing(OnshiError):
    """No card reader can be used."""

    code = "card-reader-missing"
    message = "No card reader can be used. Plug one in and start pcscd (Debian: pcscd)."
    message_ja = "カードリーダーを使えません。リーダーを接続し、pcscd（Debianのpcscd）を起動してください。"


class ReaderBusy(OnshiError):
    """Another process talks with the card."""

    code = "card-reader-busy"
    message = "Another program is using the card. Close it and try again."
    message_ja = "他のプログラムがカードを使用中です。終了してから、もう一度お試しください。"


class CardGone(OnshiError):
    """The card was taken out too early."""

    code = "card-gone"
    message = "The card was taken out too early. Put it in again and leave it there until the end."
    message_ja = "カードが途中で離れました。もう一度かざし、終わるまで離さないでください。"


class AuthorityKeyUnreadable(OnshiError):
    """The key file of an authority is there and cannot be used."""

    code = "authority-key-unreadable"
    message = "The key file of an authority is damaged or holds no unencrypted RSA key. Restore it from a copy."
    message_ja = "認証局の鍵ファイルが壊れているか、暗号化されていないRSA鍵ではありません。控えから復元してください。"


class ModuleLibraryMissing(OnshiError):
    """Keys were to be kept in a module, and what speaks to modules is not installed."""

    code = "key-module-library-missing"
    message = "Keys in a PKCS #11 module need the Python package python-pkcs11. Install it, or keep the keys in files."
    message_ja = (
        "PKCS #11モジュールの鍵を使うには、Pythonパッケージpython-pkcs11が必要です。"
        "導入するか、鍵をファイルで管理してください。"
    )


class KeyModuleUnusable(OnshiError):
    """The module, its token, the PIN or the key in it does not do what is asked."""

    code = "key-module-unusable"
    message = "The key module cannot be used ({why}). Check the module, the label of its token, the PIN and the key."
    message_ja = "鍵モジュールを使えません（{why}）。モジュール、トークンの名称、PIN、鍵を確認してください。"


class ServerUnreachable(OnshiError):
    """Nobody answers where the server should be."""

    code = "server-unreachable"
    message = "The server {server} cannot be reached. Check the address and the line, then try again."
    message_ja = "サーバー{server}に接続できません。アドレスと回線を確かめて、もう一度お試しください。"


class DeskRefused(OnshiError):
    """The server refused what the desk sent."""

    code = "desk-refused"
    message = "The server refused this ({refusal}, status {status}). What the code means stands in its reference."
    message_ja = "サーバーが要求を受け付けませんでした（{refusal}、状態{status}）。コードの意味は資料にあります。"


class FontsMissing(OnshiError):
    """A paper was to be printed, and the Japanese fonts are not there."""

    code = "fonts-missing"
    message = "The fonts for printing are not in {folder}. Install Debian's fonts-noto-cjk."
    message_ja = "印刷に使うフォントが{folder}にありません。Debianのfonts-noto-cjkを導入してください。"


class FolderUnusable(OnshiError):
    """The folder through which files are exchanged cannot be made or written."""

    code = "folder-unusable"
    message = "The folder {folder} cannot be used ({why}). Check that it exists and may be written."
    message_ja = "フォルダー{folder}を使えません（{why}）。場所と書き込みの権限を確かめてください。"


class FolderInUse(OnshiError):
    """Another agent takes the requests of this folder."""

    code = "folder-in-use"
    message = "Another agent works on {folder}. End it first; two would take each other's requests."
    message_ja = "別の連携アプリが{folder}を使っています。先に終了してください。"


class TerminalCaExists(OnshiError):
    """The authority of terminals would be replaced."""

    code = "terminal-ca-exists"
    message = "The authority of terminals is founded already. A new one would make every terminal's certificate void."
    message_ja = "端末の認証局は設置済みです。作り直すと、発行済みの端末の証明書がすべて使えなくなります。"


class TerminalCaMissing(OnshiError):
    """There is no authority of terminals."""

    code = "terminal-ca-missing"
    message = "There is no authority of terminals. Found it with `onshi oqs terminal-ca found`."
    message_ja = "端末の認証局がありません。「onshi oqs terminal-ca found」で設置してください。"


class ClientIdUnfit(OnshiError):
    """The id of a client that no certificate can name."""

    code = "client-id-unfit"
    message = "Only an id of up to 64 ASCII characters without blanks fits into a certificate. Register such a client."
    message_ja = "証明書に入るのは、空白のないASCII 64文字までのIDです。そのようなクライアントを登録してください。"
