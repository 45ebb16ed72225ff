"""Making a survey: with a form of a few questions, or out of a workbook that others make surveys with too."""

from collections.abc import Sequence
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi import surveys
from onshi.db import Tx
from onshi.kernel import Finding, OnshiError, narrow, parse_day
from onshi.sheets import BYTES_MAX
from onshi.sheets import errors as sheet_errors
from onshi.surveys import Choice, Draft, Kind, Question, Sort, Survey, SurveyId, Words, service
from onshi.web.serving import Pages
from onshi.web.surveys.managing import HOME, address_of, sender
from onshi.web.visit import Visit, go

PLACES = range(1, 7)
_NEVER = date.min


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(f"{HOME}/new", ask),
        pages.take(f"{HOME}/new", make, takes_file=True, bytes_max=BYTES_MAX),
        pages.take(f"{HOME}/upload", upload, takes_file=True, bytes_max=BYTES_MAX),
        pages.show(f"{HOME}/upload", back),
    ]


def ask(visit: Visit) -> Response:
    """The forms."""
    sender(visit)
    return _form(visit)


def back(_visit: Visit) -> Response:
    """Where somebody comes back to."""
    return go(f"{HOME}/new")


def make(visit: Visit) -> Response:
    """A survey with the questions of the form."""
    return _made(visit, _questions(visit))


def upload(visit: Visit) -> Response:
    """A survey with the questions of a workbook, or what of it cannot be asked."""
    sender(visit)
    if visit.form.file is None:
        return _form(visit, refusal=surveys.errors.WorkbookUnreadable())
    try:
        found = surveys.xlsform.read_workbook(visit.form.file.read_bytes())
    except (surveys.errors.WorkbookUnreadable, sheet_errors.NotAWorkbook, sheet_errors.WorkbookTooLarge) as error:
        return _form(visit, refusal=error)
    if not found.is_whole:
        return _form(visit, findings=found.findings)
    return _made(visit, found.questions)


def _made(visit: Visit, questions: Sequence[Question]) -> Response:
    party, form = sender(visit), visit.form
    draft = Draft(
        Sort.ORGANISATIONS if form.get("sort") == Sort.ORGANISATIONS else Sort.PEOPLE,
        Words(form.get("title_ja"), form.get("title_en")),
        Words(form.get("purpose_ja"), form.get("purpose_en")),
        tuple(questions),
        _day(form.get("opens_on")),
        _day(form.get("closes_on")),
    )

    def work(tx: Tx) -> Survey:
        survey = service.make(tx, party, draft, survey_id=SurveyId(visit.app.draw()), at=visit.now)
        visit.log(tx, surveys.rules.entry_of(survey, "made", actor=visit.actor))
        return survey

    if _NEVER in (draft.opens_on, draft.closes_on):
        return _form(visit, problem=visit.say("surveys.make.days_wrong"))
    try:
        made = visit.app.run(work)
    except surveys.errors.SurveyMalformed as error:
        return _form(visit, refusal=error)
    return go(f"{address_of(made)}?done=made")


def _questions(visit: Visit) -> list[Question]:
    """Those of the rows in which a question was written; their codes are ours."""
    found = []
    for place in PLACES:
        ja, en, kind = (visit.form.get(f"q{place}_{name}") for name in ("ja", "en", "kind"))
        if ja or en:
            known = Kind(kind) if kind in set(Kind) else Kind.ONE
            is_ticked = known in (Kind.ONE, Kind.SEVERAL)
            found.append(
                Question(
                    f"q{place}",
                    known,
                    Words(ja, en),
                    _choices(visit.form.get(f"q{place}_choices")) if is_ticked else (),
                    *(_range(visit, place) if known is Kind.NUMBER else (0, 0)),
                    required=known is not Kind.SEVERAL,
                )
            )
    return found


def _choices(text: str) -> tuple[Choice, ...]:
    """One a line: Japanese, a bar, English."""
    lines = [line.replace("｜", "|").partition("|") for line in text.splitlines() if line.strip()]
    return tuple(Choice(f"c{place}", Words(ja.strip(), en.strip())) for place, (ja, _, en) in enumerate(lines, start=1))


def _range(visit: Visit, place: int) -> tuple[int, int]:
    low, high = (narrow(visit.form.get(f"q{place}_{name}")) for name in ("low", "high"))
    is_whole = all(text.isascii() and text.isdigit() and len(text) < 13 for text in (low, high))
    return (int(low), int(high)) if is_whole else (0, 0)


def _day(text: str) -> date:
    try:
        return parse_day(text)
    except ValueError:
        return _NEVER


def _form(
    visit: Visit, *, refusal: OnshiError | None = None, problem: str = "", findings: Sequence[Finding] = ()
) -> Response:
    return visit.page(
        "surveys/make.html",
        status=422 if refusal or problem or findings else 200,
        problem=refusal.text(visit.language) if refusal else problem,
        findings=findings,
        finding_kinds=surveys.finding_kinds(),
        given=visit.form,
        places=PLACES,
        kinds=list(Kind),
        sorts=list(Sort),
    )
