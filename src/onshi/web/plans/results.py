"""What came of the plan, month by month: the four stages, what waits between them, and the report of a month."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards, plans
from onshi.db import Tx
from onshi.kernel import Month, MunicipalityCode, OnshiError, month_of, parse_month
from onshi.plans import figures
from onshi.plans.model import Actuals, Due, Stages
from onshi.web.errors import PageNotFound, status_of
from onshi.web.plans.inputs import Row
from onshi.web.plans.town import HOME, Own, logged, own_plan, without_numbers, words
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

OTHERS = ("on_application", "visits", "support", "mykey")
NAMES = (*figures.STAGES, *OTHERS)


@dataclass(frozen=True, slots=True)
class Line:
    """One month: what was planned, what was reported, and whether it was owed."""

    month: Month
    planned: Stages | None
    reported: Actuals | None
    due: Due | None


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    one = f"{HOME}/{{year:int}}/results"
    return [
        pages.show(one, results),
        pages.show(f"{one}/{{month}}", ask),
        pages.take(f"{one}/{{month}}/save", save),
        pages.show(f"{one}/{{month}}/save", back),
    ]


def results(visit: Visit) -> Response:
    """Plan and results side by side."""
    with visit.app.db.transaction(reading=True) as tx:
        own = own_plan(tx, visit)
        reported = plans.results_of(tx, own.year, own.town)
    lines = lines_of(own, reported, visit)
    whole = figures.add(one.stages for one in reported)
    return visit.page(
        "plans/results.html",
        own=own,
        lines=lines,
        whole=whole,
        planned=figures.add(one.stages for one in own.content.months),
        gaps=plans.gaps_of(whole),
        gaps_of=plans.gaps_of,
        stages=figures.STAGES,
        others=OTHERS,
        sums={name: sum(getattr(one, name) for one in reported) for name in OTHERS},
        done=visit.query("done"),
        **words(visit),
    )


def lines_of(own: Own, reported: Sequence[Actuals], visit: Visit) -> list[Line]:
    """Every month of the year whose results are owed, or were reported all the same."""
    day = visit.app.settings.report_day
    handed = {(own.town, one.month): one.reported_on for one in reported}
    planned = {one.month: one.stages for one in own.content.months}
    by_month = {one.month: one for one in reported}
    owed = plans.calendar.reported_months(own.year)
    return [
        Line(
            month,
            planned.get(month),
            by_month.get(month),
            plans.calendar.report_standing(own.town, month, handed, on=visit.app.today(), day=day)
            if month in owed
            else None,
        )
        for month in sorted({*owed, *by_month})
    ]


def ask(visit: Visit) -> Response:
    """The form of a month: what was reported of it, or nothing yet."""
    month = _month(visit)
    with visit.app.db.transaction(reading=True) as tx:
        own = own_plan(tx, visit)
        before = _before(tx, own, month)
    given = {} if before is None else _as_text(before)
    return _page(visit, own, month, given, before)


def back(visit: Visit) -> Response:
    """Where a form was sent is no page."""
    return go(f"{HOME}/{visit.request.path_params['year']}/results/{_month(visit)}")


def save(visit: Visit) -> Response:
    """The results of the month are reported, or corrected."""
    month, given = _month(visit), {name: visit.form.get(name) for name in NAMES}
    read = plans.workbook.read_numbers(given)
    with visit.app.db.transaction(reading=True) as tx:
        own = own_plan(tx, visit, is_write=True)
        before = _before(tx, own, month)
    wrong = {one.path for one in read.findings} | {name for name, value in read.value.items() if value is None}
    if wrong:
        return _page(visit, own, month, given, before, wrong=wrong)

    def work(tx: Tx) -> None:
        values = dict(read.value)
        stages = Stages(*(values.pop(name) for name in figures.STAGES))
        logged(tx, visit, plans.report(tx, own.town, month, stages, at=visit.now, **values))

    try:
        visit.app.run(work)
    except (plans.errors.FiguresImpossible, plans.errors.MonthNotBegun) as error:
        return _page(visit, own, month, given, before, problem=error)
    return go(f"{own.address}/results?done=reported")


def _month(visit: Visit) -> Month:
    """The month in the address, of the year in the address. PageNotFound."""
    try:
        month = parse_month(visit.request.path_params["month"])
    except ValueError:
        raise PageNotFound from None
    if month not in _months(visit.request.path_params["year"]):
        raise PageNotFound
    return month


def _months(year: int) -> tuple[Month, ...]:
    return plans.calendar.reported_months(year)


def _before(tx: Tx, own: Own, month: Month) -> Actuals | None:
    return next((one for one in plans.results_of(tx, own.year, own.town) if one.month == month), None)


def _as_text(one: Actuals) -> Row:
    stages = {name: str(getattr(one.stages, name)) for name in figures.STAGES}
    return stages | {name: str(getattr(one, name)) for name in OTHERS}


def _page(
    visit: Visit,
    own: Own,
    month: Month,
    given: Mapping[str, str],
    before: Actuals | None,
    *,
    wrong: Collection[str] = (),
    problem: OnshiError | None = None,
) -> Response:
    with visit.app.db.transaction(reading=True) as tx:
        counted = counted_here(tx, own.town, month)
    return visit.page(
        "plans/result.html",
        status=status_of(problem) if problem else 422 if wrong else 200,
        own=own,
        month=month,
        given=without_numbers(given),
        before=before,
        wrong=wrong,
        counted=counted,
        problem=problem.text(visit.language) if problem else "",
        stages=figures.STAGES,
        others=OTHERS,
        is_ahead=month_of(visit.app.today()) < month,
        **words(visit),
    )


def counted_here(tx: Tx, town: MunicipalityCode, month: Month) -> Mapping[str, int]:
    """What this card desk counted of the month itself, beside which a clerk reports."""
    number = month.year * 100 + month.number
    (found,) = cards.stages(tx, town, number, number)
    return {name: getattr(found, name) for name in figures.STAGES}
