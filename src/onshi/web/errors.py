"""What the pages refuse, and the table from refusals to HTTP."""

from onshi import access, db, registry
from onshi.kernel import OnshiError


class PageNotFound(OnshiError):
    """There is no such page, or not for this reader: the two look the same from outside."""

    code = "page-not-found"
    message = "There is no page at this address. It may have moved, or it may belong to another organisation."
    message_ja = "このアドレスにページはありません。移動したか、別の機関のページかもしれません。"


class PageNotAllowed(OnshiError):
    """Somebody is signed in, but their role does not open this page."""

    code = "page-not-allowed"
    message = "Your role does not open this page. Sign in with another account, or ask your administrator."
    message_ja = "この役割では開けないページです。別のアカウントでログインするか、管理者に相談してください。"


class NotForThisMethod(OnshiError):
    """The address exists, but a form has to be sent to it."""

    code = "page-method"
    message = "This address takes a form. Go back to the page with the form."
    message_ja = "フォームの送信先です。フォームのあるページに戻ってください。"


class FormUnreadable(OnshiError):
    """The form is larger than any of ours, or broken."""

    code = "form-unreadable"
    message = "The form could not be read. Load the page again and resend it."
    message_ja = "フォームを読み取れませんでした。ページを読み込み直して、もう一度送ってください。"


class ProofNotOurs(OnshiError):
    """A proof was handed back for saving that we did not give to this institution."""

    code = "proof-not-ours"
    message = "This proof does not verify, or was given to another institution. Check the patient again."
    message_ja = "この証明は検証できないか、別の医療機関に渡されたものです。もう一度照会してください。"


# The most specific class decides; what is not listed is the reader's mistake, 400. Tests keep it complete.
HTTP_STATUS: dict[type[OnshiError], int] = {
    PageNotFound: 404,
    PageNotAllowed: 403,
    NotForThisMethod: 405,
    FormUnreadable: 400,
    ProofNotOurs: 400,
    access.errors.FormTokenWrong: 403,
    access.errors.StaffDisabled: 403,
    access.errors.PartyClosed: 403,
    access.errors.UnknownStaff: 404,
    access.errors.UnknownParty: 404,
    db.DatabaseBusy: 503,
    registry.UnknownFeed: 404,
    registry.UnknownHeldRow: 404,
    registry.UnknownInsurer: 404,
    registry.UnknownPerson: 404,
}


def status_of(error: OnshiError) -> int:
    """The HTTP status of a refusal."""
    for kind in type(error).__mro__:
        if kind in HTTP_STATUS:
            return HTTP_STATUS[kind]
    return 400
