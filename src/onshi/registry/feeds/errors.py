"""Why a file is not read at all; what is wrong inside a file that is read are findings."""

from onshi.kernel import OnshiError


class FeedRefused(OnshiError):
    """The root of every refusal of a whole file."""

    code = "feed-refused"
    message = "The file cannot be read as an insurer feed."
    message_ja = "このファイルは保険者データとして読み込めません。"


class FeedTooLarge(FeedRefused):
    """More bytes, or a higher ratio of unpacked to packed bytes, than is read."""

    code = "feed-too-large"
    message = "The file unpacks to more than {limit} bytes or grows more than {ratio} times. Send it in smaller parts."
    message_ja = "展開後の大きさが{limit}バイトまたは{ratio}倍を超えます。ファイルを分けて送ってください。"


class FeedDamaged(FeedRefused):
    """A packed or Parquet file that is cut short or whose sums do not agree."""

    code = "feed-damaged"
    message = "The file is damaged or cut short. Make it again and send it once more."
    message_ja = "ファイルが壊れているか、途中で切れています。作り直して送ってください。"


class FeedMembers(FeedRefused):
    """A zip file that does not hold exactly one file."""

    code = "feed-members"
    message = "The zip file holds {count} files; it must hold exactly one."
    message_ja = "zipに{count}個のファイルがあります。1個だけ入れてください。"


class FeedEncrypted(FeedRefused):
    """A zip file with a password."""

    code = "feed-encrypted"
    message = "The zip file has a password. Send it without one over the protected line."
    message_ja = "zipにパスワードがかかっています。パスワードなしで、保護された回線から送ってください。"


class FeedIsWorkbook(FeedRefused):
    """An Excel workbook where text was expected."""

    code = "feed-is-workbook"
    message = 'The file is a workbook. Save it as "CSV UTF-8" and send that.'
    message_ja = "Excelブックです。「CSV UTF-8」形式で保存して送ってください。"


class FeedEncodingUnknown(FeedRefused):
    """UTF-16 or UTF-32 text."""

    code = "feed-encoding-unknown"
    message = "The text is neither UTF-8 nor CP932 (Shift_JIS). Save it as UTF-8 and send that."
    message_ja = "文字コードがUTF-8でもCP932（Shift_JIS）でもありません。UTF-8で保存して送ってください。"


class FeedNested(FeedRefused):
    """A packed file inside a packed file."""

    code = "feed-nested"
    message = "The packed file holds another packed file. Pack a plain CSV, or send Parquet unpacked."
    message_ja = "圧縮ファイルの中に圧縮ファイルがあります。CSVだけを圧縮するか、Parquetはそのまま送ってください。"
