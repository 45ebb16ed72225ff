"""What is different since a person was here last: two snapshots compared. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from onshi import eligibility
from onshi.eligibility import ShownCoverage
from onshi.kernel import InsurerNumber
from onshi.registry import Coverage, Insurer
from onshi.web.formats import printed_number

Book = Mapping[InsurerNumber, Insurer]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a desk wrote down of a coverage; `share` in percent."""

    insurer: str
    insurer_name: str
    number: str
    share: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: `insurer`, `number`, `share`; before and after as they are shown."""

    field: str
    before: str | int | None
    after: str | int | None


def snapshot_of_answer(coverage: ShownCoverage) -> Snapshot:
    """What is on the page just now."""
    return Snapshot(
        coverage.insurer_number,
        coverage.insurer_name,
        printed_number(coverage.symbol, coverage.number, coverage.branch),
        coverage.share.percent if coverage.share else None,
    )


def snapshot_on(
    coverages: Iterable[Coverage], book: Book, birth_on: date, on: date, *, like: str | None = None
) -> Snapshot | None:
    """The coverage in force on a day; None when there is none, or more than one and none by insurer `like`.

    Which of several was shown to a desk is not in the log, and one it was not shown must not come out here.
    """
    current = [c for c in coverages if c.in_force(on) and not c.suspended and not c.refused]
    if len(current) > 1:
        current = [c for c in current if c.insurer == like]
    if len(current) != 1 or current[0].insurer not in book:
        return None
    found, insurer = current[0], book[current[0].insurer]
    share = eligibility.share_of(found, insurer, birth_on, on)
    return Snapshot(
        found.insurer,
        insurer.name,
        printed_number(found.symbol, found.number, found.branch),
        share.percent if share else None,
    )


def changes(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """Everything that differs, in the order it is read out. Under another insurer the number differs anyway."""
    found = []
    if before.insurer != after.insurer:
        found.append(Change("insurer", before.insurer_name, after.insurer_name))
    elif before.number != after.number:
        found.append(Change("number", before.number, after.number))
    if before.share != after.share:
        found.append(Change("share", before.share, after.share))
    return tuple(found)
