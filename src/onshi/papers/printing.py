"""A print run: the papers of a batch in the order in which they are handed out."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from onshi import registry
from onshi.db import Tx
from onshi.kernel import InsurerNumber, PersonId
from onshi.papers import store
from onshi.papers.errors import NothingToPrint
from onshi.papers.keeping import paper_of
from onshi.papers.model import BatchId, Line, Paper, PaperId, PaperState, Sorting

Key: TypeAlias = tuple[str, ...]


def print_run(tx: Tx, insurer: InsurerNumber, batch: BatchId, *, sorting: Sorting = Sorting.PLACE) -> list[Line]:
    """What of the insurer's batch still stands, with name and address of each holder, sorted.

    With `print_one` the only way out of this room for an address, to the insurer whose member it is: for 不開示該当,
    too, because the insurer holds that address itself. Raises NothingToPrint.
    """
    return _lines(tx, insurer, store.of_batch(tx, batch), sorting)


def print_one(tx: Tx, insurer: InsurerNumber, person: PersonId, paper: PaperId) -> list[Line]:
    """The same of one paper. Raises UnknownPaper, NothingToPrint."""
    return _lines(tx, insurer, [paper_of(tx, insurer, person, paper)], Sorting.PLACE)


def _lines(tx: Tx, insurer: InsurerNumber, found: Sequence[Paper], sorting: Sorting) -> list[Line]:
    standing = [one for one in found if one.insurer == insurer and one.state is PaperState.ISSUED]
    holders = {one.person for one in standing}
    people = registry.members.people_with(tx, holders)
    coverages = {one.id: one for one in registry.members.coverages_with(tx, holders) if one.insurer == insurer}
    lines = [
        Line(one, people[one.person], coverages[one.coverage])
        for one in standing
        if one.person in people and one.coverage in coverages
    ]
    if not lines:
        raise NothingToPrint
    return sorted(lines, key=_KEYS[sorting])


def by_place(line: Line) -> Key:
    """By municipality, post number, address and name: as the post delivers; one household stays together."""
    person = line.person
    return (
        person.municipality or "",
        person.post_number or "",
        person.address or "",
        line.coverage.number,
        person.kana,
    )


def by_employer(line: Line) -> Key:
    """By symbol, which an employer has, then number: a family comes together, its insured first."""
    coverage = line.coverage
    number = coverage.number
    return (coverage.symbol or "", number.zfill(20), coverage.branch or "", coverage.relation or "", line.person.kana)


_KEYS: dict[Sorting, Callable[[Line], Key]] = {Sorting.PLACE: by_place, Sorting.EMPLOYER: by_employer}
