"""What the pages refuse, and the table from refusals to HTTP."""

from onshi import (
    access,
    card_office,
    cards,
    db,
    facilities,
    outreach,
    papers,
    plans,
    programme,
    record,
    registry,
    requests,
    sheets,
    surveys,
    tallies,
)
from onshi.kernel import OnshiError, PersonalNumberTyped


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


class MonthUnreadable(OnshiError):
    """A month was asked for that is none."""

    code = "page-month"
    message = "The month could not be read. Write it like 2026-04."
    message_ja = "月を読み取れませんでした。2026-04のように入力してください。"


class DayUnreadable(OnshiError):
    """A day was asked for that is none."""

    code = "page-day"
    message = "The day could not be read. Write it like 2020-08-01 or 令和2年8月1日."
    message_ja = "日付を読み取れませんでした。2020-08-01または令和2年8月1日のように入力してください。"


class ProofNotOurs(OnshiError):
    """A proof was handed back for saving that we did not give to this institution."""

    code = "proof-not-ours"
    message = "This proof does not verify, or was given to another institution. Check the patient again."
    message_ja = "この証明は検証できないか、別の医療機関に渡されたものです。もう一度照会してください。"


class CitizenOutside(OnshiError):
    """A citizen's page was asked for without having come in, or after the time was over."""

    code = "citizen-outside"
    message = "Your time here is over, or you have not come in yet. Enter the 申請書ID and the birth date again."
    message_ja = "利用時間が終わったか、まだ入っていません。申請書IDと生年月日をもう一度入力してください。"


class TooManyTries(OnshiError):
    """Somebody tried too often to come in."""

    code = "too-many-tries"
    message = "There were too many tries. Wait about {minutes} min and check the 23 digits and the birth date."
    message_ja = "続けて試しすぎました。{minutes}分ほど待ってから、23桁の数字と生年月日を確かめてください。"


class NotConfirmed(OnshiError):
    """A box has to be ticked before something that cannot be undone."""

    code = "not-confirmed"
    message = "Tick the box to confirm."
    message_ja = "確認の欄に印を付けてください。"


class TooManyForOnePdf(OnshiError):
    """A batch of papers is larger than what one PDF is made for."""

    code = "papers-too-many-for-pdf"
    message = "A PDF holds {limit} papers at most. Give the printer the CSV."
    message_ja = "PDFにできるのは{limit}枚までです。印刷会社にはCSVを渡してください。"


# Of a case that is somebody else's or not there; of what does not fit the state something is in; of what was typed.
_CARDS: dict[type[OnshiError], int] = {
    cards.errors.UnknownHolder: 404,
    cards.errors.UnknownForm: 404,
    cards.errors.UnknownApplication: 404,
    cards.errors.UnknownCard: 404,
    cards.errors.UnknownSlot: 404,
    cards.errors.UnknownMailing: 404,
    cards.errors.NotYourMunicipality: 403,
    cards.errors.GuardianRequired: 403,
    cards.errors.NotGuardian: 403,
    cards.errors.StepNotYours: 403,
    cards.errors.StepRefused: 409,
    cards.errors.UnknownStep: 404,
    cards.errors.ApplicationClosed: 409,
    cards.errors.StepOutOfOrder: 409,
    cards.errors.StepNotForLane: 409,
    cards.errors.StepNeedsMore: 400,
    cards.errors.HolderDeceased: 409,
    cards.errors.FormVoid: 409,
    cards.errors.AlreadyApplied: 409,
    cards.errors.NoticeNotExpired: 409,
    cards.errors.CardKept: 409,
    cards.errors.CardNotIn: 409,
    cards.errors.CardNotLost: 409,
    cards.errors.CardOver: 409,
    cards.errors.NoMoveOpen: 409,
    cards.errors.SlotFull: 409,
    cards.errors.SlotOver: 409,
    cards.errors.SlotBooked: 409,
    cards.errors.AlreadyBooked: 409,
    cards.errors.NoAppointment: 409,
    cards.errors.NothingToCollect: 409,
    cards.errors.NobodyToMail: 409,
    cards.errors.NobodyLeft: 409,
    cards.errors.StayRefused: 422,
    cards.errors.ChoiceUnreadable: 422,
    cards.errors.FormMalformed: 422,
    cards.errors.WishRefused: 422,
    cards.errors.MethodNotYet: 422,
    cards.errors.PhotoRefused: 422,
    cards.errors.PostingRefused: 422,
    cards.errors.MoveRefused: 422,
}

_REQUESTS: dict[type[OnshiError], int] = {
    requests.errors.UnknownRequest: 404,
    requests.errors.UnknownTree: 404,
    requests.errors.UnknownStep: 404,
    requests.errors.UnknownMaterial: 404,
    requests.errors.UnknownVisit: 404,
    requests.errors.UnknownLoan: 404,
    requests.errors.NotItsVoice: 403,
    requests.errors.RequestOver: 409,
    requests.errors.VisitOver: 409,
    requests.errors.StepChanged: 409,
    requests.errors.DeviceLent: 409,
}

_OUTREACH: dict[type[OnshiError], int] = {
    outreach.errors.NotInProgramme: 403,
    outreach.errors.NotYourMinistry: 403,
    outreach.errors.UnknownMeasure: 422,
    outreach.errors.UnknownPlan: 404,
    outreach.errors.UnknownEvent: 404,
    outreach.errors.UnknownItem: 404,
    outreach.errors.UnknownPractice: 404,
    outreach.errors.NotAPeriod: 404,
    outreach.errors.PlanNotOpen: 409,
    outreach.errors.PlanWaiting: 409,
    outreach.errors.PlanNotSubmitted: 409,
    outreach.errors.NoPlanInForce: 409,
    outreach.errors.ReportSent: 409,
    outreach.errors.ReportNotSent: 409,
    outreach.errors.ReportTooEarly: 409,
    outreach.errors.PlanEmpty: 422,
    outreach.errors.ReportIncomplete: 422,
    outreach.errors.ReasonMissing: 422,
    outreach.errors.MonthOutside: 422,
    outreach.errors.FigureOutOfRange: 422,
    outreach.errors.TextTooLong: 422,
    outreach.errors.CodeTaken: 422,
    outreach.errors.Incomplete: 422,
    outreach.errors.Changed: 409,
    outreach.errors.ItemUnreadable: 422,
    outreach.errors.PracticeUnreadable: 422,
    outreach.errors.PracticeWaiting: 409,
    outreach.errors.PracticeNotWaiting: 409,
    outreach.errors.PracticeWithdrawn: 409,
}

# The most specific class decides; what is not listed is the reader's mistake, 400. Tests keep it complete.
HTTP_STATUS: dict[type[OnshiError], int] = {
    PageNotFound: 404,
    PageNotAllowed: 403,
    NotForThisMethod: 405,
    FormUnreadable: 400,
    MonthUnreadable: 400,
    DayUnreadable: 400,
    ProofNotOurs: 400,
    CitizenOutside: 403,
    TooManyTries: 429,
    NotConfirmed: 422,
    PersonalNumberTyped: 422,
    access.errors.FormTokenWrong: 403,
    access.errors.StaffDisabled: 403,
    access.errors.PartyClosed: 403,
    access.errors.UnknownStaff: 404,
    access.errors.UnknownParty: 404,
    **_CARDS,
    **_REQUESTS,
    **_OUTREACH,
    facilities.errors.FacilityRefused: 422,
    facilities.errors.UnknownFacility: 404,
    facilities.errors.UnknownApplication: 404,
    facilities.errors.UnknownPackage: 404,
    facilities.errors.AlreadyDecided: 409,
    facilities.errors.SubsidyHeld: 409,
    facilities.errors.DeferralHeld: 409,
    facilities.errors.PackageExists: 409,
    card_office.NoAuthority: 503,
    db.DatabaseBusy: 503,
    TooManyForOnePdf: 413,
    papers.errors.NothingToPrint: 404,
    programme.errors.BeforePapers: 404,
    programme.errors.UnknownSection: 404,
    record.errors.BeforeRecord: 404,
    sheets.errors.NotAWorkbook: 422,
    sheets.errors.WorkbookTooLarge: 413,
    record.errors.UnknownArea: 404,
    papers.errors.PaperOver: 409,
    papers.errors.UnknownPaper: 404,
    tallies.errors.UnknownTally: 404,
    tallies.errors.NotTheirStep: 403,
    tallies.errors.StepOutOfTurn: 409,
    tallies.errors.DayNotOver: 422,
    surveys.errors.UnknownSurvey: 404,
    surveys.errors.UnknownLink: 404,
    surveys.errors.UnknownAddressee: 404,
    surveys.errors.NotOfThisSort: 404,
    surveys.errors.AlreadySent: 409,
    surveys.errors.NotSent: 409,
    surveys.errors.NotOpen: 409,
    surveys.errors.StillOpen: 409,
    surveys.errors.AlreadyImported: 409,
    surveys.errors.SurveyMalformed: 422,
    surveys.errors.NotAddressable: 422,
    surveys.errors.AddresseesMalformed: 422,
    surveys.errors.NoAnswersTaken: 422,
    surveys.errors.WorkbookUnreadable: 422,
    plans.errors.AdviceOver: 409,
    plans.errors.DraftChanged: 409,
    plans.errors.OtherTown: 422,
    plans.errors.PartChanged: 409,
    plans.errors.PlanNotSound: 422,
    plans.errors.PlanOver: 409,
    plans.errors.PlanReplaced: 409,
    plans.errors.RevisionNeedsReason: 422,
    plans.errors.UnknownAdvice: 404,
    plans.errors.UnknownFiscalYear: 404,
    plans.errors.UnknownPlan: 404,
    registry.UnknownFeed: 404,
    registry.UnknownHeldRow: 404,
    registry.UnknownInsurer: 404,
    registry.UnknownPerson: 404,
    registry.enrolling.UnknownEnrolment: 404,
}


def status_of(error: OnshiError) -> int:
    """The HTTP status of a refusal."""
    for kind in type(error).__mro__:
        if kind in HTTP_STATUS:
            return HTTP_STATUS[kind]
    return 400
