"""What the command line itself refuses."""

from onshi.kernel import OnshiError


class NoDatabase(OnshiError):
    """There is nothing to ask: no database where the settings point."""

    code = "no-database"
    message = "There is no database in {place}. Run `onshi demo` for a demo country, or set ONSHI_DATA."
    message_ja = "{place}にデータベースがありません。「onshi demo」でデモの国を作るか、ONSHI_DATAを設定してください。"


class DatabaseUnusable(OnshiError):
    """The database cannot be reached, opened or read."""

    code = "database-unusable"
    message = "The database cannot be used: {why}. Its place is set by ONSHI_DATABASE or ONSHI_DATA."
    message_ja = "データベースを使えません（{why}）。場所はONSHI_DATABASEまたはONSHI_DATAで指定します。"


class FileRefused(OnshiError):
    """The system does not let a file be read or written."""

    code = "file-refused"
    message = "{file} cannot be used: {why}."
    message_ja = "{file}を使えません（{why}）。"


class InternalFault(OnshiError):
    """Something failed that should not: a fault of this program."""

    code = "internal-fault"
    message = "A fault of this program: {kind} in {place}. Please report it with the command; nothing else is shown."
    message_ja = "プログラムの不具合です（{place} {kind}）。コマンドを添えて報告してください。他の情報は表示しません。"


class QuestionsUnreadable(OnshiError):
    """A file of questions that is neither CSV nor JSON lines."""

    code = "questions-unreadable"
    message = "{file} is no CSV in UTF-8. A file of JSON lines is named .jsonl."
    message_ja = "{file}はUTF-8のCSVではありません。JSON Linesのファイルは名前を.jsonlで終わらせてください。"


class HeaderUnknown(OnshiError):
    """A file of questions whose first line names what no question has."""

    code = "header-unknown"
    message = "The first line of {file} may name only {columns}."
    message_ja = "{file}の1行目に使える項目名は{columns}だけです。"


class KeySetUnreadable(OnshiError):
    """A file of public keys that cannot be read."""

    code = "key-set-unreadable"
    message = "{file} is no JWK set (RFC 7517)."
    message_ja = "{file}はJWK Set（RFC 7517）ではありません。"


class HeadsUnreadable(OnshiError):
    """A file of chain heads that is no text."""

    code = "heads-unreadable"
    message = "{file} is no file of heads of the chain, as `onshi audit head` prints them."
    message_ja = "{file}は「onshi audit head」が出力する形のファイルではありません。"


class OneWriterOnly(OnshiError):
    """Several server processes were asked for on an embedded database."""

    code = "one-writer-only"
    message = "On the embedded database one server process writes. Leave out --workers, or use PostgreSQL."
    message_ja = "組み込みデータベースで動かせるサーバーは一つです。--workersを付けないか、PostgreSQLを使ってください。"


class PortTaken(OnshiError):
    """Another program listens where the server should."""

    code = "port-taken"
    message = "Port {port} is in use by another program. Choose another: ONSHI_PORT, --port, or PORT= with make."
    message_ja = "ポート{port}は他のプログラムが使っています。ONSHI_PORT、--port、またはmakeのPORT=で変えてください。"


class AddressUnusable(OnshiError):
    """The server cannot listen where it was told to."""

    code = "address-unusable"
    message = "Nothing can listen on {host}, port {port}: {why}. Choose others with ONSHI_HOST and ONSHI_PORT."
    message_ja = "{host}のポート{port}では待ち受けできません（{why}）。ONSHI_HOST、ONSHI_PORTで変えてください。"


class TlsUnusable(OnshiError):
    """The server's certificate and key cannot be used for HTTPS."""

    code = "tls-unusable"
    message = "HTTPS cannot be served with this certificate and key ({why}). Both are PEM files, the key unencrypted."
    message_ja = "この証明書と鍵ではHTTPSを提供できません（{why}）。PEM形式の証明書と、暗号化していない鍵が必要です。"


class DemoIsEmbedded(OnshiError):
    """A demo country was asked for while another database is set."""

    code = "demo-is-embedded"
    message = "The demo country lives in its own embedded database. Unset ONSHI_DATABASE and run it again."
    message_ja = "デモの国は専用の組み込みデータベースに作ります。ONSHI_DATABASEを外してもう一度実行してください。"


class ScaleMalformed(OnshiError):
    """A scale that is no fraction."""

    code = "scale-malformed"
    message = "A scale is a fraction such as 1/1000."
    message_ja = "縮尺は1/1000のような分数で指定してください。"


class CheckIdUnreadable(OnshiError):
    """A text that is no check id."""

    code = "check-id-unreadable"
    message = "That is no check id. Copy it from the answer as it is."
    message_ja = "照会番号として読めません。回答にあるとおりに入力してください。"


class InsurerUnreadable(OnshiError):
    """A text that is no insurer number."""

    code = "insurer-unreadable"
    message = "That is no insurer number: 6 or 8 digits that begin with a number of a kind of insurer (法別番号)."
    message_ja = "保険者番号として読めません。法別番号で始まる6桁または8桁の数字です。"


class InstitutionUnreadable(OnshiError):
    """A text that is no code of a medical institution."""

    code = "institution-unreadable"
    message = "That is no code of an institution: ten digits, with the prefecture in front."
    message_ja = "医療機関コードとして読めません。都道府県番号から始まる10桁を指定してください。"


class NameUnfit(OnshiError):
    """A name that is none."""

    code = "name-unfit"
    message = "A name has 1 to {limit} characters and no control characters."
    message_ja = "名称は制御文字を含まない1文字以上{limit}文字以下で指定してください。"


class PrefectureUnknown(OnshiError):
    """A text that is no code of a prefecture."""

    code = "prefecture-unknown"
    message = "A prefecture is given by its two digits, 01 to 47."
    message_ja = "都道府県は01から47までの2桁の番号で指定してください。"


class PersonUnreadable(OnshiError):
    """A text that is no person id."""

    code = "person-unreadable"
    message = "That is no person id, or one sign of it is wrong."
    message_ja = "個人の符号として読めません。文字の誤りがないか確認してください。"


class DayUnreadable(OnshiError):
    """A text that is no day."""

    code = "day-unreadable"
    message = "A day is written like 2026-10-31 or 令和8年10月31日."
    message_ja = "日付は2026-10-31または令和8年10月31日のように指定してください。"


class PrefectureUnreadable(OnshiError):
    """A text that is no code of a prefecture."""

    code = "prefecture-unreadable"
    message = "A prefecture is named by its two digits: 01 to 47."
    message_ja = "都道府県は2桁のコード（01〜47）で指定してください。"


class MunicipalityUnreadable(OnshiError):
    """A text that is no 全国地方公共団体コード; it is not repeated."""

    code = "municipality-unreadable"
    message = "A municipality is named by its code: five digits, or six with the check digit."
    message_ja = "市区町村は全国地方公共団体コード（5桁、または検査数字を含む6桁）で指定してください。"


class MonthUnreadable(OnshiError):
    """A text that is no month."""

    code = "month-unreadable"
    message = "A month is written like 2026-10."
    message_ja = "月は2026-10のように指定してください。"


class PinUnreadable(OnshiError):
    """A text that is no PIN; it was not shown to the card."""

    code = "pin-unreadable"
    message = "A PIN has four digits. It was not shown to the card, so no try is lost."
    message_ja = "暗証番号は数字4桁です。カードには送っていないので、回数は減っていません。"


class TerminalIncomplete(OnshiError):
    """A way of recognising the holder that needs a certified terminal, without one."""

    code = "terminal-incomplete"
    message = "The mode {mode} needs a certified terminal: --terminal-key and --terminal-certificate."
    message_ja = "{mode}には認定された端末が必要です。--terminal-keyと--terminal-certificateを指定してください。"


class PhotoUnfit(OnshiError):
    """A file that is no photo for a card; `findings` as codes of the check."""

    code = "photo-unfit"
    message = "{file} is no photo for a card: {findings}."
    message_ja = "{file}はカードの写真に使えません（{findings}）。"


class CardUnnamed(OnshiError):
    """A text that is neither the file of a card, nor a person, nor a certificate."""

    code = "card-unnamed"
    message = "Name the file of a card, a person by id, or a certificate as ISSUER:SERIAL."
    message_ja = "カードのファイル、人のID、または「発行者:シリアル」で指定してください。"


class QuestionIncomplete(OnshiError):
    """A check that says neither which card nor which number."""

    code = "question-incomplete"
    message = "Ask with --card ISSUER:SERIAL, or with --insurer, --number and --birth."
    message_ja = "--card 発行者:シリアル、または--insurer、--number、--birthを指定してください。"


class FileAlone(OnshiError):
    """A file of questions together with a question."""

    code = "file-alone"
    message = "--file takes the place of --card and of the number. Leave those out."
    message_ja = "--fileを使うときは--cardや番号を指定できません。"


class NameOrId(OnshiError):
    """People asked for in no way or in two."""

    code = "name-or-id"
    message = "Give a name, or --id for one person, not both."
    message_ja = "氏名または--idのどちらか一方を指定してください。"


class PaperForWhom(OnshiError):
    """A paper for one member and for everybody at once."""

    code = "paper-for-whom"
    message = "Give --person or --everybody, not both."
    message_ja = "--personと--everybodyは同時に指定できません。"


class EnrolmentUnreadable(OnshiError):
    """A text that is no id of a registration."""

    code = "enrolment-unreadable"
    message = "That is no id of a registration: 16 digits 0 to 9 and a to f, as `onshi registry enrolments` prints it."
    message_ja = "利用登録の番号として読めません。`onshi registry enrolments`が表示する16桁の番号を指定してください。"


class PersonOrNone(OnshiError):
    """A decision about a registration that names nobody and does not say so, or does both."""

    code = "person-or-none"
    message = "Give --person for whom the card means, or --none if it is none of those who come near, not both."
    message_ja = "本人なら--person、候補のだれでもないなら--noneを、どちらか一方だけ指定してください。"


class NoAgentHere(OnshiError):
    """A folder in which no linking agent has ever worked."""

    code = "no-agent-here"
    message = "No agent has worked on {folder}. Start one with `onshi oqs agent --folder …`."
    message_ja = "{folder}で連携アプリが動いたことはありません。`onshi oqs agent --folder …`で開始してください。"


class PasswordFileEmpty(OnshiError):
    """A file that should hold the password of ZIP files holds nothing."""

    code = "password-file-empty"
    message = "The file with the ZIP password is empty. Write the password into it."
    message_ja = "ZIPのパスワードのファイルが空です。パスワードを書き込んでください。"


class MinistryUnknown(OnshiError):
    """A ministry was named that is not registered here, or none is."""

    code = "ministry-unknown"
    message = "No such ministry is registered here. `onshi access parties` lists who is."
    message_ja = "その省庁は登録されていません。登録済みの機関は「onshi access parties」で確認できます。"
