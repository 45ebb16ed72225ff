"""One insurer's first load at any length, for whoever measures: the country's own people, streamed."""

from collections.abc import Iterator
from itertools import groupby

import polars as pl

from onshi.demo.country import Country
from onshi.demo.feed import COLUMNS
from onshi.demo.insurers import bodies
from onshi.kernel import InsurerNumber

_HOUSEHOLDS = 100_000


def first_feed(country: Country, insurer: InsurerNumber, people: int) -> Iterator[pl.DataFrame]:
    """The first `people` rows of `country.first_load(insurer)`, or all where there are fewer; frames of `COLUMNS`.

    Only municipalities where the insurer insures are generated, and memory does not grow with `people`. At 1/1 a
    branch of 協会けんぽ has 2 to 9 million rows, about a third of all people where it stands.
    """
    left = people
    for first, last in _households(country, insurer):
        for start in range(first, last, _HOUSEHOLDS):
            if left <= 0:
                return
            rows = country.piece(start, min(start + _HOUSEHOLDS, last)).first_load_of(insurer).head(left)
            left -= rows.height
            if rows.height:
                yield rows.select(COLUMNS)


def _households(country: Country, insurer: InsurerNumber) -> Iterator[tuple[int, int]]:
    """The runs of households among which the insurer has members, from the first number up to the last."""
    found, starts = bodies(), country.layout.first_households
    at = found.numbers.to_list().index(insurer)
    kind = int(found.kinds[at])
    if kind not in found.of_place:
        yield 0, country.layout.households
        return
    place = 0
    for body, places in groupby(found.of_place[kind].to_list()):
        after = place + len(list(places))
        if body == at:
            yield starts[place], starts[after]
        place = after
