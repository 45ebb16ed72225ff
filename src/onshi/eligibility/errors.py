"""What the check refuses."""

from onshi.kernel import OnshiError


class KnownLater(OnshiError):
    """Asked what will have been known at a moment that has not come."""

    code = "known-at-in-future"
    message = "`known_at` lies in the future. Ask for a moment that has passed, or leave it out."
    message_ja = "known_atが未来の時刻です。過去の時刻を指定するか、省略してください。"


class TooManyQueries(OnshiError):
    """More questions at once than one transaction takes."""

    code = "too-many-queries"
    message = "{count} questions were sent at once; {limit} are answered in one request. Use the bulk job for more."
    message_ja = "一度に{count}件の照会がありました。一回の上限は{limit}件です。それ以上は一括照会を使ってください。"
