"""Plans seen from above: a prefecture's of its municipalities, the office's of all; what is late, and one plan read.

A prefecture advises and decides. The office reads. A draft is its municipality's own and shown to nobody above.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.routing import Route

from onshi import plans
from onshi.access import PartyKind
from onshi.db import Tx
from onshi.kernel import MunicipalityCode, fiscal_year, has_personal_number
from onshi.places import Municipality, Prefecture, municipalities, prefectures
from onshi.plans import Plan, PlanState
from onshi.plans.model import Advice, AdviceState, Due, Head, Standing
from onshi.web.errors import PageNotFound
from onshi.web.plans.parts import grouped
from onshi.web.plans.town import version_of, words
from onshi.web.plans.versions import changes, reading
from onshi.web.serving import Handler, Pages
from onshi.web.visit import Visit

PREFECTURE, OFFICE = "/prefecture/plans", "/office/plans"
_LATE = (Standing.LATE, Standing.MISSING, Standing.RETURNED)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose plans the reader sees: those of a `prefecture`, or all; and at which address."""

    home: str
    prefecture: Prefecture | None

    @property
    def code(self) -> str | None:
        """Two digits, or None for all."""
        return None if self.prefecture is None else self.prefecture.code

    @property
    def decides(self) -> bool:
        """Whether the reader advises and decides."""
        return self.home == PREFECTURE


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality in the list."""

    place: Municipality
    head: Head | None
    plan_due: Due | None
    reports: Counter[Standing] = field(default_factory=Counter)
    open_advice: int = 0


def prefecture_scope(visit: Visit) -> Scope:
    """The reader's own prefecture; PageNotAllowed for everybody else."""
    visit.require("programme.read")
    code = visit.own_party(PartyKind.PREFECTURE).code
    return Scope(PREFECTURE, next(one for one in prefectures() if one.code == code))


def office_scope(visit: Visit) -> Scope:
    """All, or the prefecture in the address, for the office; PageNotAllowed for everybody else."""
    visit.require("programme.read")
    visit.own_party(PartyKind.OFFICE)
    wanted = visit.request.path_params.get("prefecture")
    if wanted is None:
        return Scope(OFFICE, None)
    found = next((one for one in prefectures() if one.code == wanted), None)
    if found is None:
        raise PageNotFound
    return Scope(OFFICE, found)


Scoping = Callable[[Visit], Scope]


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(PREFECTURE, scoped(prefecture_scope, towns_page)),
        pages.show(f"{PREFECTURE}/{{year:int}}/towns/{{town}}", scoped(prefecture_scope, one_plan)),
        pages.show(OFFICE, scoped(office_scope, prefectures_page)),
        pages.show(f"{OFFICE}/{{year:int}}/prefectures/{{prefecture}}", scoped(office_scope, towns_page)),
        pages.show(f"{OFFICE}/{{year:int}}/towns/{{town}}", scoped(office_scope, one_plan)),
    ]


def scoped(scoping: Scoping, page: Callable[[Visit, Scope], Response]) -> Handler:
    """The page for whoever has that scope."""
    return lambda visit: page(visit, scoping(visit))


def year_of(visit: Visit) -> int:
    """The fiscal year asked for, this one without. UnknownFiscalYear; PageNotFound for one that has not begun."""
    this = fiscal_year(visit.app.today())
    year: int = visit.request.path_params.get("year") or visit.number("year", this)
    plans.calendar.check_year(year)
    if year > this:
        raise PageNotFound
    return year


def own_town(visit: Visit, scope: Scope) -> Municipality:
    """The municipality in the address. Another prefecture's looks just like one that does not exist."""
    code = visit.request.path_params["town"]
    found = next((one for one in municipalities() if one.code == code), None)
    if found is None or scope.code not in (None, found.prefecture_code):
        raise PageNotFound
    return found


# -- Lists -------------------------------------------------------------------------------------------------------------


def towns_page(visit: Visit, scope: Scope) -> Response:
    """Every municipality of a prefecture: where its plan stands, what is late."""
    year = year_of(visit)
    with visit.app.db.transaction(reading=True) as tx:
        advice = plans.advice_on(tx, year, scope.code)
        found = towns_of(tx, visit, scope, year, advice)
    return visit.page(
        "plans/towns.html",
        scope=scope,
        year=year,
        towns=found,
        advice=advice,
        counts=Counter(one.plan_due.standing for one in found if one.plan_due is not None),
        reports=sum((one.reports for one in found), Counter[Standing]()),
        waiting=sum(one.head is not None and one.head.waits for one in found),
        years=years(visit),
        late=_LATE,
        **words(visit),
    )


def years(visit: Visit) -> range:
    """The fiscal years there are plans of."""
    return range(plans.calendar.first_year(), fiscal_year(visit.app.today()) + 1)


def towns_of(tx: Tx, visit: Visit, scope: Scope, year: int, advice: Sequence[Advice]) -> list[Town]:
    """The municipalities of the scope, in the order of their codes."""
    heads = {one.municipality: one for one in plans.heads(tx, year, scope.code)}
    unanswered = Counter(one.municipality for one in advice if one.state is AdviceState.OPEN)
    plan_dues: dict[MunicipalityCode, Due] = {}
    reports: dict[MunicipalityCode, Counter[Standing]] = {}
    today, report_day = visit.app.today(), visit.app.settings.report_day
    for due in plans.dues(tx, today, scope.code, year=year, report_day=report_day):
        if due.month is None:
            plan_dues[due.municipality] = due
        else:
            reports.setdefault(due.municipality, Counter())[due.standing] += 1
    return [
        Town(one, heads.get(one.code), plan_dues.get(one.code), reports.get(one.code, Counter()), unanswered[one.code])
        for one in municipalities()
        if scope.code in (None, one.prefecture_code)
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """A prefecture in the office's list."""

    place: Prefecture
    towns: int
    plans: Counter[Standing]
    reports: Counter[Standing]


def prefectures_page(visit: Visit, scope: Scope) -> Response:
    """Every prefecture: how many plans and reports are there, late and missing; and the compilation in one click."""
    year = year_of(visit)
    today, report_day = visit.app.today(), visit.app.settings.report_day
    with visit.app.db.transaction(reading=True) as tx:
        dues = plans.dues(tx, today, year=year, report_day=report_day)
    rows = rows_of(dues)
    return visit.page(
        "plans/prefectures.html",
        scope=scope,
        year=year,
        rows=rows,
        counts=sum((one.plans for one in rows), Counter[Standing]()),
        reports=sum((one.reports for one in rows), Counter[Standing]()),
        towns=sum(one.towns for one in rows),
        standings=list(Standing),
        years=years(visit),
        late=_LATE,
        **words(visit),
    )


def rows_of(dues: Sequence[Due]) -> list[Row]:
    """What is due, counted by prefecture. Pure."""
    found = {one.code: Row(one, 0, Counter(), Counter()) for one in prefectures()}
    counts: Counter[str] = Counter()
    for due in dues:
        row = found[due.municipality[:2]]
        (row.plans if due.month is None else row.reports)[due.standing] += 1
        counts[due.municipality[:2]] += due.month is None
    return [Row(one.place, counts[code], one.plans, one.reports) for code, one in found.items()]


# -- One plan ----------------------------------------------------------------------------------------------------------


def one_plan(visit: Visit, scope: Scope, *, problem: str = "", status: int = 200) -> Response:
    """The newest version that was handed in, with what does not make sense in it and what was said about it."""
    town, year = own_town(visit, scope), year_of(visit)
    with visit.app.db.transaction(reading=True) as tx:
        versions = plans.versions_of(tx, town.code, year)
        advice = plans.advice_on(tx, year, town.code, states=tuple(AdviceState))
    handed_in = [one for one in versions if one.state is not PlanState.DRAFT]
    wanted = visit.number("version")
    plan = version_of(handed_in, wanted) if handed_in or wanted else None
    findings = [] if plan is None else plans.check(plan)
    return visit.page(
        "plans/town.html",
        status=status,
        scope=scope,
        year=year,
        town=town,
        plan=plan,
        is_newest=plan is not None and plan is handed_in[0],
        has_draft=len(handed_in) < len(versions),
        handed_in=handed_in,
        changes=_changes(handed_in, plan, visit.language),
        advice=advice,
        groups=grouped(findings),
        problem=problem,
        typed="" if has_personal_number(visit.form.get("text")) else visit.form.get("text"),
        done=visit.query("done"),
        advice_id=plans.model.shown_advice_id,
        **({"paper": None, "is_number": None} if plan is None else reading(plan, visit.language)),
        **words(visit),
    )


def _changes(handed_in: Sequence[Plan], plan: Plan | None, language: str) -> list[tuple[str, str, str, str]]:
    """Against the version that was handed in before this one."""
    if plan is None:
        return []
    before = next((one for one in handed_in if one.version < plan.version), None)
    return changes(before, plan, language)
