"""What the fund pays an institution: worked out for any days, applied for, and what became of it."""

from collections.abc import Mapping

from starlette.responses import Response
from starlette.routing import Route

from onshi import facilities
from onshi.db import Tx
from onshi.facilities import Overview, Step
from onshi.facilities.errors import FacilityRefused
from onshi.facilities.subsidies import ApplicationId, Outlay, Receipts, SubsidyAnswer
from onshi.web.facility.way import HOME, own_code
from onshi.web.facility.words import day_of, refusal_text, yen_of
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

DAYS = ("applied_on", "contract_on", "done_on", "handed_in_on", "operating_on")
FIELDS = ("cost", *DAYS)
PAPERS = ("receipt", "itemised", "completion_report")


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(f"{HOME}/subsidy", page),
        pages.take(f"{HOME}/subsidy", apply),
    ]


def page(visit: Visit) -> Response:
    """The calculator with its answer, the form to apply, and the institution's applications."""
    given = {name: visit.query(name) for name in FIELDS}
    problem = ""
    answer: SubsidyAnswer | None = None
    known = _known(visit)
    if given["cost"]:
        try:
            answer = facilities.subsidies.subsidy(_typed(known, given))
        except ValueError:
            problem = visit.say("facility.subsidy.unreadable")
    return _page(visit, known, given, problem=problem, answer=answer)


def _known(visit: Visit) -> Overview:
    with visit.app.db.transaction(reading=True) as tx:
        return facilities.overview(tx, own_code(visit), visit.app.today())


def _page(
    visit: Visit, known: Overview, given: Mapping[str, str], *, problem: str = "", answer: SubsidyAnswer | None = None
) -> Response:
    shown = dict(given)
    if not any(given.values()):
        # A first look starts from what the institution has entered about itself.
        days = {"applied_on": known.progress.get(Step.READER_APPLIED), "handed_in_on": visit.app.today()}
        days["operating_on"] = known.progress.get(Step.START_ELIGIBILITY)
        shown |= {name: day.isoformat() for name, day in days.items() if day is not None}
    return visit.page(
        "facility/subsidy.html",
        status=422 if problem else 200,
        known=known,
        given=shown,
        days=DAYS,
        papers=PAPERS,
        answer=answer,
        answer_kind="" if answer is None else type(answer).__name__,
        schemes={one.code: one.ja if visit.language == "ja" else one.en for one in facilities.reading.schemes()},
        problem=problem,
        done=visit.query("done"),
        shown_id=facilities.shown_id,
    )


def _typed(known: Overview, given: Mapping[str, str]) -> Outlay:
    """What was typed about this facility; the days typed count, so that any case can be worked out. ValueError."""
    cost, applied_on = yen_of(given["cost"]), day_of(given["applied_on"])
    if cost is None or applied_on is None:
        raise ValueError("a cost and the day on which the reader was applied for are needed")
    facility = known.facility
    granted = [one.kind for one in known.deferrals if one.state is facilities.DecisionState.GRANTED]
    return Outlay(
        kind=facility.kind,
        readers=facility.readers,
        cost=cost,
        applied_on=applied_on,
        contract_on=day_of(given["contract_on"]),
        done_on=day_of(given["done_on"]),
        handed_in_on=day_of(given["handed_in_on"]),
        operating_on=day_of(given["operating_on"]),
        prescriptions=facility.prescriptions,
        deferral=granted[-1] if granted else None,
    )


def apply(visit: Visit) -> Response:
    """Hands an application in. The days of the reader and of the use are those of the checklist."""
    code, known = own_code(visit), _known(visit)
    given = {name: visit.form.get(name) for name in FIELDS}
    if Step.READER_APPLIED not in known.progress:
        return _page(visit, known, given, problem=visit.say("facility.subsidy.no_reader"))
    given["applied_on"] = known.progress[Step.READER_APPLIED].isoformat()
    try:
        outlay = _typed(known, given)
    except ValueError:
        return _page(visit, known, given, problem=visit.say("facility.subsidy.unreadable"))
    receipts = Receipts(**{name: visit.form.has(name) for name in PAPERS})
    number = ApplicationId(visit.app.draw())

    def work(tx: Tx) -> None:
        made, _ = facilities.subsidies.apply(tx, code, outlay, receipts, number=number, at=visit.now)
        visit.log(tx, facilities.entry_of(made, actor=visit.actor))

    try:
        visit.app.run(work)
    except FacilityRefused as error:
        return _page(visit, known, given, problem=refusal_text(visit, error))
    return go(f"{HOME}/subsidy?done=applied")
