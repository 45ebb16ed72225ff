"""Whether a plan makes sense. Pure: findings with their place and numbers, the gravest first; nothing is refused here.

A plan may be ambitious, late or poor; what is looked for is what cannot be, what does not add up, and what its own
figures say cannot be done.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from onshi.kernel import Month, MunicipalityCode, Severity, months_of_fiscal_year
from onshi.places import municipality
from onshi.plans import capacity, catalogue, costs, figures, sharing
from onshi.plans.capacity import MonthCapacity, Resource
from onshi.plans.model import Content, Finding, MonthPlan, Place, Progress, Site

COUNT_MAX = 10_000_000
YEN_MAX = 100_000_000_000
_DAYS_MAX = 31
_OPENING_MAX = 24 * 60
_PERCENT_OFF = 1.0
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


def finding(code: str, path: str = "", **facts: int | str) -> Finding:
    """A finding with the severity of its kind."""
    return Finding(code, catalogue.severity_of(code), path, facts)


def check(content: Content, town: MunicipalityCode, year: int, *, is_whole: bool = True) -> list[Finding]:
    """Everything that does not make sense in the plan of the municipality and fiscal year.

    Of a content that is not the whole plan, because rows of it could not be read, only what is wrong with a row by
    itself is told: what is missing may be in the others.
    """
    residents = municipality(town).population
    found = [
        *_numbers(content),
        *_sites(content),
        *_assumed(content, town, year, residents),
        *_offers(content),
        *_days(content, year),
        *_months(content, year),
        *_costs(content, year),
    ]
    if not is_whole:
        found = [one for one in found if "[" in one.path]
    elif not any(one.is_error for one in found):
        # What makes no sense as a number has no capacity either.
        found += _capacity(content, residents)
    return in_order(found)


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """The gravest first, otherwise as they were found."""
    return sorted(found, key=lambda one: _ORDER.index(one.severity))


# -- Numbers -----------------------------------------------------------------------------------------------------------


def _numbers(content: Content) -> Iterator[Finding]:
    for path, value in _all_numbers(content):
        limit = YEN_MAX if path.endswith("yen") else COUNT_MAX
        if value < 0:
            yield finding("negative", path)
        elif value > limit:
            yield finding("too-large", path, limit=limit)


def _all_numbers(content: Content) -> Iterator[tuple[str, int]]:
    yield "issued_before", content.issued_before
    yield "minutes_per_case", content.minutes_per_case or 0
    yield "moves", content.moves or 0
    for name in ("windows", "terminals", "expected"):
        yield f"mykey.{name}", getattr(content.mykey, name)
    listed: tuple[tuple[str, Iterable[object], tuple[str, ...]], ...] = (
        ("assumed", content.assumed, ("low", "high")),
        ("sites", content.sites, _SITE_NUMBERS),
        ("receptions", content.receptions, ("times", "expected")),
        ("models", content.models, ("expected",)),
        ("publicity", content.publicity, ("times",)),
        ("costs", content.costs, ("yen",)),
    )
    for name, rows, fields in listed:
        for place, row in enumerate(rows):
            yield from ((f"{name}[{place}].{field}", getattr(row, field) or 0) for field in fields)
    for place, month in enumerate(content.months):
        yield from ((f"months[{place}].{stage}", getattr(month.stages, stage)) for stage in figures.STAGES)


_SITE_NUMBERS = ("windows", "staff", "terminals", "days", "weekends", "weekend_minutes", "evenings", "evening_minutes")


# -- Sites -------------------------------------------------------------------------------------------------------------


def _sites(content: Content) -> Iterator[Finding]:
    if not any(one.windows for one in content.sites):
        yield finding("site-none", "sites")
    seen: set[tuple[Place, str]] = set()
    for place, site in enumerate(content.sites):
        path = f"sites[{place}]"
        if (site.kind, site.name) in seen:
            yield finding("site-twice", f"{path}.name")
        seen.add((site.kind, site.name))
        yield from _site(site, path)


def _site(site: Site, path: str) -> Iterator[Finding]:
    if not site.kind.is_own:
        yield finding("site-kind", f"{path}.kind")
    if site.opens >= site.closes:
        yield finding("hours-reversed", f"{path}.closes")
    for name in ("days", "weekends", "evenings"):
        if getattr(site, name) > _DAYS_MAX:
            yield finding("days-too-many", f"{path}.{name}", limit=_DAYS_MAX)
    for times, minutes in (("weekends", "weekend_minutes"), ("evenings", "evening_minutes")):
        if getattr(site, minutes) > _OPENING_MAX:
            yield finding("opening-too-long", f"{path}.{minutes}", limit=_OPENING_MAX)
        if getattr(site, times) > 0 and getattr(site, minutes) == 0:
            yield finding("opening-without-minutes", f"{path}.{minutes}")
    if site.staff < site.windows:
        yield finding("staff-below-windows", f"{path}.staff", staff=site.staff, windows=site.windows)
    if site.terminals < site.windows:
        yield finding("terminals-below-windows", f"{path}.terminals", terminals=site.terminals, windows=site.windows)


# -- What is assumed ---------------------------------------------------------------------------------------------------


def _assumed(content: Content, town: MunicipalityCode, year: int, residents: int) -> Iterator[Finding]:
    if not any(one.low for one in content.assumed):
        yield finding("assumed-none", "assumed")
    shares = {one.due: one for one in sharing.shares_of(town, year)}
    for place, one in enumerate(content.assumed):
        path = f"assumed[{place}]"
        if one.low is not None and one.high is not None and one.low > one.high:
            yield finding("low-above-high", f"{path}.low")
        for name, value in (("low", one.low), ("high", one.high)):
            if value is not None and value > residents:
                yield finding("above-residents", f"{path}.{name}", residents=residents)
        share = shares.get(one.due)
        if share is not None and share.low is not None and one.low is not None and one.low < share.low:
            yield finding("below-share", f"{path}.low", low=one.low, share=share.low)
        yield from _percent(one.percent, one.low, residents, path)
    yield from _rising(content)


def _percent(percent: float | None, cards: int | None, residents: int, path: str) -> Iterator[Finding]:
    if percent is None:
        return
    if percent < 0:
        yield finding("negative", f"{path}.percent")
    if percent > 100:
        yield finding("percent-over-100", f"{path}.percent")
    if cards is not None and abs(percent - 100 * cards / residents) > _PERCENT_OFF:
        yield finding("percent-differs", f"{path}.percent", percent=f"{100 * cards / residents:.1f}")


def _rising(content: Content) -> Iterator[Finding]:
    rows = sorted(enumerate(content.assumed), key=lambda pair: pair[1].due)
    for (_, before), (place, after) in pairwise(rows):
        if before.due == after.due:
            yield finding("assumed-twice", f"assumed[{place}].due")
        elif before.low is not None and after.low is not None and after.low < before.low:
            yield finding("assumed-falls", f"assumed[{place}].low")


# -- Receptions and the rest -------------------------------------------------------------------------------------------


def _offers(content: Content) -> Iterator[Finding]:
    for place, one in enumerate(content.receptions):
        if one.times > 0 and one.expected == 0:
            yield finding("reception-without-expected", f"receptions[{place}].expected")
        if one.expected > 0 and one.times == 0:
            yield finding("reception-without-times", f"receptions[{place}].times")
    for place, model in enumerate(content.models):
        if model.progress is Progress.NONE and model.expected > 0:
            yield finding("model-without-progress", f"models[{place}].progress")
    mykey = content.mykey
    if mykey.expected > 0 and not (mykey.windows and mykey.terminals):
        yield finding("mykey-without-windows", "mykey.windows")


def _days(content: Content, year: int) -> Iterator[Finding]:
    months = months_of_fiscal_year(year)
    spans = [(f"sites[{place}]", one.first, one.last) for place, one in enumerate(content.sites)]
    spans += [(f"receptions[{place}]", one.first, one.last) for place, one in enumerate(content.receptions)]
    spans += [(f"publicity[{place}]", one.first, one.last) for place, one in enumerate(content.publicity)]
    for path, first, last in spans:
        for name, month in (("first", first), ("last", last)):
            if month is not None and month not in months:
                yield finding("outside-year", f"{path}.{name}", year=year)
        if first is not None and last is not None and last < first:
            yield finding("months-reversed", f"{path}.last")
    for place, one in enumerate(content.occasions):
        if not months[0].first <= one.on <= months[-1].last:
            yield finding("outside-year", f"occasions[{place}].on", year=year)
        if one.ends <= one.starts:
            yield finding("hours-reversed", f"occasions[{place}].ends")


def _months(content: Content, year: int) -> Iterator[Finding]:
    months = months_of_fiscal_year(year)
    seen: set[Month] = set()
    for place, one in enumerate(content.months):
        if one.month in seen:
            yield finding("month-twice", f"months[{place}].month")
        if one.month not in months:
            yield finding("outside-year", f"months[{place}].month", year=year)
        seen.add(one.month)
    missing = sum(one not in seen for one in months)
    if missing:
        yield finding("months-missing", "months", count=missing)
    yield from _stages(content.months)
    yield from _reached(content, months[-1].last)


def _stages(months: Iterable[MonthPlan]) -> Iterator[Finding]:
    whole = figures.add(one.stages for one in months)
    for earlier, later in pairwise(figures.STAGES):
        more = getattr(whole, later) - getattr(whole, earlier)
        if more > 0:
            yield finding(
                "stages-out-of-order", "months", earlier=f"stage:{earlier}", later=f"stage:{later}", count=more
            )


def _reached(content: Content, end: date) -> Iterator[Finding]:
    """The months against what is assumed at the end of the year, where both are there."""
    assumed = next((one for one in content.assumed if one.due == end), None)
    if assumed is None or assumed.low is None or not content.months:
        return
    reached = content.issued_before + figures.add(one.stages for one in content.months).issued
    if reached < assumed.low:
        numbers = {"low": assumed.low, "before": content.issued_before, "reached": reached}
        yield finding("months-below-assumed", "months", **numbers, short=assumed.low - reached)


# -- Costs -------------------------------------------------------------------------------------------------------------


def _costs(content: Content, year: int) -> Iterator[Finding]:
    end = months_of_fiscal_year(year)[-1].last
    known = costs.categories_on(end)
    for place, one in enumerate(content.costs):
        if one.category not in known:
            yield finding("cost-category", f"costs[{place}].category")
    if not any(one.yen for one in content.costs):
        yield finding("costs-none", "costs")


# -- Windows × minutes ≥ cards? ----------------------------------------------------------------------------------------


def _capacity(content: Content, residents: int) -> Iterator[Finding]:
    """Every month that falls short, and what would do in the worst of them."""
    found = {
        place: capacity.capacity_of(content, one.month, one.stages, residents=residents)
        for place, one in enumerate(content.months)
    }
    short = {place: content.months[place].stages.issued - one.cards for place, one in found.items()}
    for place, one in found.items():
        yield from _month_capacity(content.months[place], one, short[place], f"months[{place}]")
    bad = [place for place, one in found.items() if short[place] > 0 or one.unmet_minutes]
    if bad:
        worst = max(bad, key=lambda place: (short[place], found[place].unmet_minutes))
        yield from _remedy(content, content.months[worst], f"months[{worst}].issued", residents)


def _month_capacity(planned: MonthPlan, found: MonthCapacity, short: int, path: str) -> Iterator[Finding]:
    month = str(planned.month)
    if found.unmet_minutes:
        yield finding("preset-does-not-fit", f"{path}.preset", month=month, minutes=found.unmet_minutes)
    if short > 0:
        # A month in which no site is open lacks windows.
        scarcest = found.scarcest or Resource.WINDOWS
        numbers = {"planned": planned.stages.issued, "cards": found.cards, "short": short}
        yield finding("capacity-short", f"{path}.issued", month=month, scarcest=f"resource:{scarcest}", **numbers)


def _remedy(content: Content, planned: MonthPlan, path: str, residents: int) -> Iterator[Finding]:
    found = capacity.remedy_of(content, planned.month, planned.stages, residents=residents)
    if found is None:
        return
    where = {"month": str(planned.month), "site": found.site.name}
    added = {"windows": found.windows, "staff": found.staff, "terminals": found.terminals}
    yield finding("capacity-remedy", path, **where, **added)
    if found.evenings is not None:
        yield finding("capacity-evenings", path, **where, evenings=found.evenings)
