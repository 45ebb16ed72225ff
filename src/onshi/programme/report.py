"""What a month brought, as known on the day after it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from onshi import record
from onshi.kernel import Month
from onshi.programme.funnel import Funnel, funnel_on
from onshi.programme.model import FacilityVerdict, Status
from onshi.programme.status import count_behind, facilities_on, status_of, statuses_of_parts
from onshi.record import Area, Count, Indicator, Point


@dataclass(frozen=True, slots=True)
class Gain:
    """Cards issued between two counts of an area."""

    area: Area
    before: Count
    last: Count

    @property
    def cards(self) -> int:
        """How many."""
        return self.last.issued - self.before.issued

    @property
    def per_day(self) -> float:
        """How many a day."""
        return self.cards / (self.last.on - self.before.on).days

    @property
    def per_thousand(self) -> float:
        """How many for each thousand residents, on the base of the last count."""
        return 1000 * self.cards / self.last.residents


@dataclass(frozen=True, slots=True)
class MonthReport:
    """One month of the programme. `on` is the day after it: a count of that day says what the month brought."""

    month: Month
    on: date
    status: Status
    gain: Gain | None
    """Of the interval that ends with the last count; None with a single count."""
    previous: Gain | None
    """Of the interval before it."""
    is_of_month: bool
    """Whether the gain is that of the month itself: both its ends were counted."""
    prefectures: tuple[Status, ...]
    """Those furthest behind first."""
    behind_prefectures: int | None
    behind_towns: int | None
    slowest: tuple[Gain, ...]
    """Municipalities with the fewest cards for their residents in the interval, ten of them; of equal ones the
    larger first."""
    quickest: tuple[Gain, ...]
    facilities: tuple[FacilityVerdict, ...]
    funnel: Funnel | None
    new_points: tuple[Point, ...]
    """Single figures that became known in the month."""
    changed_bases: tuple[Count, ...]
    changed_definitions: tuple[Indicator, ...]


_LISTED = 10


def report_of(month: Month) -> MonthReport:
    """The report for a month. BeforeRecord."""
    on = month.next.first
    nation = record.nation()
    status = status_of(nation, on)
    gains = [one for area in record.towns() if (one := _gain(area, on)) is not None]
    ranked = sorted(gains, key=lambda one: (one.per_thousand, -one.last.residents, one.area.code))
    gain = _gain(nation, on)
    return MonthReport(
        month=month,
        on=on,
        status=status,
        gain=gain,
        previous=_gain(nation, on, back=1),
        is_of_month=gain is not None and (gain.before.on, gain.last.on) == (month.first, on),
        prefectures=statuses_of_parts(nation, on),
        behind_prefectures=count_behind(record.parts(nation.code), on),
        behind_towns=count_behind(record.towns(), on),
        slowest=tuple(ranked[:_LISTED]),
        quickest=tuple(reversed(ranked[-_LISTED:])),
        facilities=facilities_on(on),
        funnel=funnel_on(on),
        new_points=tuple(one for one in record.points() if month.first <= one.on < on),
        changed_bases=tuple(one for one in status.counts if one.is_rebased and month.first < one.on <= on),
        changed_definitions=tuple(one for one in record.indicators() if month.first <= one.since < on),
    )


def _gain(area: Area, on: date, *, back: int = 0) -> Gain | None:
    counts: Sequence[Count] = record.counts_of(area, on, last=2 + back)
    if len(counts) < 2 + back:
        return None
    return Gain(area, counts[0], counts[1])
