"""The areas results are told for: the nation, each kind of organisation, its prefectures, each addressee. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from onshi.surveys.model import PartyId, Target

NATION = "00"


class Level(StrEnum):
    """How large an area is."""

    NATION = "nation"
    KIND = "kind"
    PREFECTURE = "prefecture"  # of one kind of organisation
    ADDRESSEE = "addressee"


@dataclass(frozen=True, slots=True)
class Area:
    """Addressees whose answers are told together. Two areas lie apart, or one within the other: that is what lets
    `suppression` see everything that could be worked out."""

    code: str
    level: Level
    parent: str | None
    parties: frozenset[PartyId]


def areas_of(targets: Iterable[Target]) -> tuple[Area, ...]:
    """Every area, the larger before those within it."""
    listed = sorted(targets, key=lambda one: one.party)
    found = [Area(NATION, Level.NATION, None, frozenset(one.party for one in listed))]
    for kind in sorted({one.kind for one in listed}):
        theirs = [one for one in listed if one.kind == kind]
        found.append(Area(kind, Level.KIND, NATION, frozenset(one.party for one in theirs)))
        for prefecture in sorted({one.prefecture for one in theirs if one.prefecture is not None}):
            here = frozenset(one.party for one in theirs if one.prefecture == prefecture)
            found.append(Area(f"{kind}/{prefecture}", Level.PREFECTURE, kind, here))
    for one in listed:
        above = one.kind if one.prefecture is None else f"{one.kind}/{one.prefecture}"
        found.append(Area(one.party, Level.ADDRESSEE, above, frozenset({one.party})))
    return tuple(found)
