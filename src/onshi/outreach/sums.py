"""From reports of insurers to the summary of a ministry to the whole country: nothing lost, nothing twice. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from onshi.kernel import Moment
from onshi.outreach.model import FIGURES, Outcome, Report


@dataclass(frozen=True, slots=True)
class Known:
    """A sum of what is known, and how many did not know: a sum with somebody missing is never shown as the whole."""

    total: int = 0
    unknown: int = 0

    def __add__(self, other: "Known") -> "Known":
        return Known(self.total + other.total, self.unknown + other.unknown)


NOTHING: Final = Known()


def known(value: int | None) -> Known:
    """One figure as a sum."""
    return Known(0, 1) if value is None else Known(value)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one kind of insurer did about one measure through one channel."""

    kind: str
    measure: str
    channel: str
    done: int
    partly: int
    not_done: int
    reach: Known
    cost: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What stands once in a table of cells."""
        return self.kind, self.measure, self.channel

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(
            *self.key,
            self.done + other.done,
            self.partly + other.partly,
            self.not_done + other.not_done,
            self.reach + other.reach,
            self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of insurer on one day: how many should have reported and did, their own figures, what they did."""

    kind: str
    expected: int
    reported: int
    figures: tuple[Known, ...]
    """In the order of `FIGURES`."""
    cells: tuple[Cell, ...]

    @property
    def reach(self) -> Known:
        """Of all cells. People reached twice count twice."""
        return sum((one.reach for one in self.cells), NOTHING)

    @property
    def cost(self) -> int:
        """In yen."""
        return sum(one.cost for one in self.cells)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a ministry hands to the office for a day: its kinds, each a sum; as one version. Every version stays."""

    ministry: str
    as_of: date
    version: int
    parts: tuple[Part, ...]
    note: str
    reason: str
    sent_at: Moment

    @property
    def thing(self) -> str:
        """How the log names it."""
        return f"summary:{self.ministry}:{self.as_of.isoformat()}:{self.version}"


def merged(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Cells of the same kind, measure and channel made one, in order."""
    found: dict[tuple[str, str, str], Cell] = {}
    for one in cells:
        found[one.key] = found[one.key] + one if one.key in found else one
    return tuple(found[key] for key in sorted(found))


def cells_of(reports: Iterable[Report]) -> tuple[Cell, ...]:
    """What reports say, each report once."""
    return merged(
        Cell(
            report.kind,
            line.measure,
            line.channel,
            int(line.outcome is Outcome.DONE),
            int(line.outcome is Outcome.PARTLY),
            int(line.outcome is Outcome.NOT_DONE),
            known(line.reach),
            line.cost,
        )
        for report in reports
        for line in report.lines
    )


def part_of(kind: str, expected: int, reports: Sequence[Report]) -> Part:
    """The sum of a kind; `reports` are the last version of each insurer of that kind that sent one for the day."""
    figures = tuple(sum((known(getattr(one.totals, name)) for one in reports), NOTHING) for name in FIGURES)
    return Part(kind, expected, len(reports), figures, cells_of(reports))


def last_sent(reports: Iterable[Report]) -> tuple[Report, ...]:
    """Of each owner and day the last version that was sent, in order."""
    found: dict[tuple[str, date], Report] = {}
    for one in sorted(reports, key=lambda one: one.version):
        if one.sent_at is not None:
            found[one.owner, one.as_of] = one
    return tuple(found[key] for key in sorted(found))


@dataclass(frozen=True, slots=True)
class Told:
    """A part as it reached the office: which ministry told it, of which day."""

    ministry: str
    as_of: date
    part: Part


@dataclass(frozen=True, slots=True)
class Compilation:
    """The whole country on a day: of each kind the newest part that was handed in, and the kinds nobody told of."""

    on: date
    told: tuple[Told, ...]
    untold: tuple[str, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell, in order."""
        return merged(cell for one in self.told for cell in one.part.cells)

    @property
    def figures(self) -> tuple[Known, ...]:
        """In the order of `FIGURES`."""
        return tuple(sum((one.part.figures[place] for one in self.told), NOTHING) for place in range(len(FIGURES)))

    @property
    def reach(self) -> Known:
        """Of all cells."""
        return sum((one.part.reach for one in self.told), NOTHING)

    @property
    def cost(self) -> int:
        """In yen."""
        return sum(one.part.cost for one in self.told)


def compiled(summaries: Iterable[Summary], kinds: Sequence[str], *, first: date, on: date) -> Compilation:
    """Everything handed in for days of [`first`, `on`]; reports tell of their fiscal year so far, so of each kind only
    the newest day counts, in its last version."""
    newest: dict[str, Told] = {}
    for one in sorted(summaries, key=lambda one: (one.as_of, one.version)):
        if first <= one.as_of <= on:
            newest |= {part.kind: Told(one.ministry, one.as_of, part) for part in one.parts}
    told = tuple(newest[kind] for kind in kinds if kind in newest)
    return Compilation(on, told, tuple(kind for kind in kinds if kind not in newest))


def by_channel(cells: Iterable[Cell]) -> tuple[tuple[str, Known, int], ...]:
    """Reach and cost by channel, the farthest reaching first."""
    found: dict[str, tuple[Known, int]] = {}
    for one in cells:
        reach, cost = found.get(one.channel, (NOTHING, 0))
        found[one.channel] = reach + one.reach, cost + one.cost
    ranked = sorted(found.items(), key=lambda one: (-one[1][0].total, one[0]))
    return tuple((channel, reach, cost) for channel, (reach, cost) in ranked)
