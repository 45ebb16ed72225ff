"""Windows × minutes ≥ cards? Month by month and site by site, with the smallest change that would do."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from onshi import plans
from onshi.kernel import Month
from onshi.places import municipality
from onshi.plans import capacity
from onshi.plans.capacity import MonthCapacity, Remedy
from onshi.plans.model import Content, MonthPlan, Site
from onshi.web.plans.parts import grouped
from onshi.web.plans.town import HOME, own_plan, words
from onshi.web.plans.town import findings_of as all_findings_of
from onshi.web.serving import Pages
from onshi.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Told:
    """One month: what is planned, what can be done, and what would help."""

    month: Month
    planned: int
    capacity: MonthCapacity
    remedy: Remedy | None

    @property
    def short(self) -> int:
        """Cards that cannot be handed out."""
        return max(0, self.planned - self.capacity.cards)


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show(f"{HOME}/{{year:int}}/check", check)]


def check(visit: Visit) -> Response:
    """The tables of capacity. UnknownPlan while nothing is saved."""
    with visit.app.db.transaction(reading=True) as tx:
        own = own_plan(tx, visit)
    if own.plan is None:
        raise plans.errors.UnknownPlan
    findings = all_findings_of(own)
    is_sound = not any(one.is_error for one in findings)
    months = told_of(own.content, municipality(own.town).population) if is_sound else []
    return visit.page(
        "plans/check.html",
        own=own,
        months=months,
        sites=by_site(own.content, months),
        is_sound=is_sound,
        groups=grouped(findings),
        parameters=capacity.parameters_on(months[0].month.first) if months else None,
        **words(visit),
    )


def told_of(content: Content, residents: int) -> list[Told]:
    """Every planned month, in order. Pure."""
    return [_told(content, one, residents) for one in sorted(content.months, key=lambda one: one.month)]


def _told(content: Content, one: MonthPlan, residents: int) -> Told:
    found = capacity.capacity_of(content, one.month, one.stages, residents=residents)
    remedy = capacity.remedy_of(content, one.month, one.stages, residents=residents)
    return Told(one.month, one.stages.issued, found, remedy)


def by_site(content: Content, months: list[Told]) -> list[tuple[Site, list[int | None]]]:
    """Cards of each site month by month; None while it is closed. Pure."""
    return [(site, [_cards(site, one.capacity) for one in months]) for site in content.sites]


def _cards(site: Site, month: MonthCapacity) -> int | None:
    return next((one.cards for one in month.sites if one.site is site), None)
