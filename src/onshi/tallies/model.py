"""Counts of registrations by insurer, and how late data are: values only."""

from datetime import date
from enum import StrEnum

import msgspec

from onshi.kernel import InsurerNumber, Moment


class Step(StrEnum):
    """What becomes of a count, in this order."""

    RECORDED = "recorded"  # by the payment fund (支払基金)
    TAKEN = "taken"  # by the ministry
    SHARED = "shared"  # with each insurer its own, with everybody by kind


class Done(msgspec.Struct, frozen=True):
    """A step, when and by which organisation."""

    step: Step
    at: Moment
    by: str


class Figure(msgspec.Struct, frozen=True):
    """How many an insurer insured on the day, and how many of them had a card registered as insurance card."""

    insurer: InsurerNumber
    kind: str
    members: int
    registered: int

    @property
    def percent(self) -> float | None:
        """The share of the registered; None of an insurer without members."""
        return 100 * self.registered / self.members if self.members else None


class Count(msgspec.Struct, frozen=True):
    """A count of a day. It never changes: what was wrong is counted again, as the next version."""

    counted_on: date
    version: int
    steps: tuple[Done, ...]

    @property
    def is_taken(self) -> bool:
        """Whether the ministry has it."""
        return any(one.step is Step.TAKEN for one in self.steps)

    @property
    def is_shared(self) -> bool:
        """Whether insurers have it."""
        return any(one.step is Step.SHARED for one in self.steps)

    def when(self, step: Step) -> Moment | None:
        """When the step was taken."""
        return next((one.at for one in self.steps if one.step is step), None)


class Quartiles(msgspec.Struct, frozen=True):
    """How the insurers of a kind lie: a quarter has at most about `lower` per cent, half at most about `median`."""

    insurers: int
    lower: int
    median: int
    upper: int


class Own(msgspec.Struct, frozen=True):
    """What an insurer sees of a count: its own figure; how its kind lies, where that may be told."""

    count: Count
    figure: Figure
    quartiles: Quartiles | None


class OfKind(msgspec.Struct, frozen=True):
    """What everybody sees of a count: a kind of insurer, or several that are too few by themselves. `insurers` is how
    many of them have members."""

    kinds: tuple[str, ...]
    insurers: int
    members: int
    registered: int

    @property
    def percent(self) -> float | None:
        """The share of the registered."""
        return 100 * self.registered / self.members if self.members else None


class Delay(msgspec.Struct, frozen=True):
    """How late data were: of `rows` coverages, days from 適用開始 to the file with them (`notice`) and on to the load
    (`load`), half at most the median, nine of ten at most p90; `over` of them came more than five days late in all."""

    of: str
    rows: int
    median_notice: int
    p90_notice: int
    median_load: int
    p90_load: int
    over: int

    @property
    def percent_over(self) -> float:
        """The share of those that came late."""
        return 100 * self.over / self.rows
