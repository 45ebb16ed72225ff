"""What a municipality's share of the national figure is, and a plan filled in with it. Pure."""

from datetime import date
from functools import lru_cache

from onshi import record
from onshi.kernel import MunicipalityCode, months_of_fiscal_year
from onshi.places import Municipality, municipality
from onshi.plans import calendar
from onshi.plans.model import Assumed, Content, MonthPlan, Place, Site, Stages
from onshi.record.errors import BeforeRecord

_YEARS = 4
_ISSUED = "issued"


@lru_cache(maxsize=8192)
def shares_of(town: MunicipalityCode, year: int) -> tuple[Assumed, ...]:
    """The share of every national target as published by the day the plan is due, low and high: by residents as counted
    then. A target in words, and the end of a fiscal year without a target, has no number."""
    known = calendar.plan_due(year)
    begins, ends = months_of_fiscal_year(year)[0].first, months_of_fiscal_year(year + _YEARS - 1)[-1].last
    base = _base(known)
    found = {
        one.due: Assumed(one.due, _share(one.low, base, town), _share(one.high, base, town))
        for one in record.targets_on(known, _ISSUED)
        if begins <= one.due <= ends
    }
    for later in range(year, year + _YEARS):
        end = months_of_fiscal_year(later)[-1].last
        found.setdefault(end, Assumed(end))
    return tuple(found[due] for due in sorted(found))


def _base(known: date) -> int:
    count = record.counts_of(record.nation(), known, last=1)[0]
    return record.record().bases.index(count.base)


def _share(total: int | None, base: int, town: MunicipalityCode) -> int | None:
    return None if total is None else record.allotted(total, base)[town]


def issued_before(town: MunicipalityCode, year: int) -> int:
    """Cards issued before the fiscal year, by the last count up to its first day; 0 where the record has none."""
    try:
        return record.counts_of(record.find_area(town), months_of_fiscal_year(year)[0].first, last=1)[0].issued
    except BeforeRecord:
        return 0


def hall_of(place: Municipality) -> str:
    """How the head office of a municipality is called: 役場 in towns and villages."""
    return f"{place.name}{'役場' if place.name.endswith(('町', '村')) else '役所'}"


def prefilled(town: MunicipalityCode, year: int) -> Content:
    """What a municipality begins with: its shares, what was issued before, one empty site and the months of the year.
    Raises UnknownFiscalYear."""
    calendar.check_year(year)
    months = tuple(MonthPlan(one, Stages()) for one in months_of_fiscal_year(year))
    site = Site(Place.HEAD_OFFICE, hall_of(municipality(town)), windows=0, staff=0, terminals=0)
    return Content(issued_before=issued_before(town, year), assumed=shares_of(town, year), sites=(site,), months=months)
