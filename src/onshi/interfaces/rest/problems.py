"""Refusals as problem+json (RFC 9457): the table from errors to HTTP."""

from http import HTTPStatus

import msgspec

from onshi import access, cards, db, eligibility, jobs, registry
from onshi.kernel import OnshiError

PROBLEM = "application/problem+json"
DOCS = "https://onshi.example/problems/"  # a name, not a place: the reference page lists the codes


class BadRequest(OnshiError):
    """The body is not what the reference describes."""

    code = "bad-request"
    message = "The request cannot be read: {why}"
    message_ja = "要求を読み取れません: {why}"


class NotFound(OnshiError):
    """There is nothing at this address (or nothing for this caller)."""

    code = "not-found"
    message = "There is nothing here."
    message_ja = "ここには何もありません。"


class MethodNotAllowed(OnshiError):
    """The address exists, but not for this method."""

    code = "method-not-allowed"
    message = "This address takes another method."
    message_ja = "この場所は別のメソッドを受け付けます。"


class TooLarge(OnshiError):
    """The body is over the limit."""

    code = "too-large"
    message = "The body is larger than {limit} bytes."
    message_ja = "本文が上限の{limit}バイトを超えています。"


class TooFast(OnshiError):
    """The client asked for more than its rate."""

    code = "too-fast"
    message = "Too many requests. Try again after {seconds} s."
    message_ja = "要求が多すぎます。{seconds}秒後にもう一度お試しください。"


class NotAllowed(OnshiError):
    """The token is good but not for this."""

    code = "not-allowed"
    message = "The token does not carry the scope {scope}."
    message_ja = "トークンに{scope}の権限がありません。"


class NotReady(OnshiError):
    """The result of a job is not there yet."""

    code = "not-ready"
    message = "The job is not finished. Ask for its state."
    message_ja = "処理が終わっていません。状態を確かめてください。"


class UnsupportedMediaType(OnshiError):
    """The body comes as something else than this address reads."""

    code = "unsupported-media-type"
    message = "This address reads {media}, without a content encoding."
    message_ja = "この場所が受け付けるのは{media}（圧縮なし）です。"


class RangeNotSatisfiable(OnshiError):
    """The range asked for lies outside the result."""

    code = "range-not-satisfiable"
    message = "The range lies outside the {size} bytes there are, or is not one range of bytes."
    message_ja = "範囲が全体（{size}バイト）の外にあるか、一つのバイト範囲ではありません。"


class NotReachable(OnshiError):
    """The server cannot work at the moment."""

    code = "not-reachable"
    message = "The server is not ready: {why}."
    message_ja = "サーバーの準備ができていません: {why}"


class PeriodRefused(OnshiError):
    """A history was asked for of no days, or of too many."""

    code = "period-refused"
    message = "The last day lies before the first, or there are more than {days} days. Ask for 1 to {days} days."
    message_ja = "終わりの日が始めの日より前か、{days}日を超えています。1日から{days}日までの期間を指定してください。"


class InternalError(OnshiError):
    """A fault of ours."""

    code = "internal-error"
    message = "Something went wrong on our side. It was noted under the request id; try again."
    message_ja = "こちら側で問題が起きました。要求番号とともに記録しました。もう一度お試しください。"


# The most specific class decides; a test keeps the table complete.
HTTP_STATUS: dict[type[OnshiError], int] = {
    BadRequest: 400,
    NotFound: 404,
    MethodNotAllowed: 405,
    TooLarge: 413,
    TooFast: 429,
    NotAllowed: 403,
    NotReady: 409,
    eligibility.KnownLater: 422,
    eligibility.TooManyQueries: 413,
    UnsupportedMediaType: 415,
    RangeNotSatisfiable: 416,
    PeriodRefused: 422,
    NotReachable: 503,
    InternalError: 500,
    jobs.UnknownJob: 404,
    jobs.TooManyJobs: 429,
    access.errors.InvalidToken: 401,
    access.errors.ExpiredToken: 401,
    db.DatabaseBusy: 503,
    registry.UnknownInsurer: 404,
    cards.errors.UnknownHolder: 404,
}


def status_of(error: OnshiError) -> int:
    """The HTTP status of a refusal; 400 for one that only other doors should meet."""
    for kind in type(error).__mro__:
        if kind in HTTP_STATUS:
            return HTTP_STATUS[kind]
    return 400


def problem(error: OnshiError) -> bytes:
    """The body: type, title, status, code, and the text in both languages."""
    status = status_of(error)
    return msgspec.json.encode(
        {
            "type": DOCS + error.code,
            "title": HTTPStatus(status).phrase,
            "status": status,
            "code": error.code,
            "detail": {"ja": error.text("ja"), "en": error.text("en")},
        }
    )
