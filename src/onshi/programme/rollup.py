"""From one row a person to the figures of every area on every date. Pure: frames in, counts out.

A row says where somebody lives and on which day each thing happened to them (`None`: not yet). Nothing else of a person
is in it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

import polars as pl

from onshi import record
from onshi.kernel import MunicipalityCode
from onshi.places import successors
from onshi.record import Record

PLACE = "municipality"
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class RolledUp:
    """Counts of every area, by its code: `residents`, and of each column what had happened up to the beginning of each
    of `dates`. Prefectures and nation are sums. `unplaced` people live in no municipality that is known, and are in no
    other figure."""

    dates: tuple[date, ...]
    residents: Mapping[str, int]
    counts: Mapping[str, Mapping[str, tuple[int, ...]]]
    unplaced: int


def rolled_up(parts: Iterable[pl.LazyFrame], dates: Sequence[date], columns: Sequence[str]) -> RolledUp:
    """The figures of people who come in `parts`, frames that are held in memory one at a time.

    `municipality` is text of six digits or an Enum of such; `columns` are dates. Somebody with the code of a
    municipality that is gone, or of a ward, is counted in what it became or is part of.
    """
    towns = [one.code for one in record.towns()]
    width = len(dates) + 1
    # The last row is that of the people who live nowhere known.
    people = [0] * (len(towns) + 1)
    happened = {column: [0] * len(people) * width for column in columns}
    for part in parts:
        codes = _codes(part)
        rows = _rows(towns, codes)
        counted, *found = pl.collect_all(_queries(part, codes, dates, columns))
        for place, number in counted.iter_rows():
            people[-1 if place is None else rows[place]] += number
        for column, frame in zip(columns, found, strict=True):
            sums = happened[column]
            for key, number in frame.iter_rows():
                sums[rows[key // width] * width + key % width] += number
    residents = _summed({code: (number,) for code, number in zip(towns, people, strict=False)})
    counts = {column: _summed(_over_time(towns, sums, width)) for column, sums in happened.items()}
    whole = {code: figures[0] for code, figures in residents.items()}
    return RolledUp(tuple(dates), whole, counts, people[-1])


def places() -> pl.Enum:
    """Every code of which people are counted somewhere, as the type of a column: read at once, kept small."""
    return pl.Enum([*(one.code for one in record.towns()), *successors()])


def _codes(part: pl.LazyFrame) -> list[str]:
    """The codes that a part may have, in the order of their numbers in it. An Enum keeps its own: to read it as another
    would cost more than all the rest."""
    kind = part.collect_schema()[PLACE]
    return (kind if isinstance(kind, pl.Enum) else places()).categories.to_list()


def _rows(towns: Sequence[str], codes: Sequence[str]) -> list[int]:
    """In which row of the sums each code is counted: that of its municipality or of what it became, else the last."""
    rows: dict[str, int] = {code: place for place, code in enumerate(towns)}
    rows |= {code: rows[now] for code, now in successors().items()}
    return [rows.get(code, len(towns)) for code in codes]


def _over_time(towns: Sequence[str], sums: Sequence[int], width: int) -> dict[str, tuple[int, ...]]:
    # The last of each row is what happened after the last date.
    return {code: tuple(accumulate(sums[place * width : (place + 1) * width - 1])) for place, code in enumerate(towns)}


def _queries(
    part: pl.LazyFrame, codes: Sequence[str], dates: Sequence[date], columns: Sequence[str]
) -> list[pl.LazyFrame]:
    """How many people by the number of their code; of each column by that number and interval, both in one number."""
    everybody = part.with_columns(place=pl.col(PLACE).cast(pl.Enum(codes), strict=False).to_physical().cast(pl.UInt32))
    known = everybody.filter(pl.col("place").is_not_null())
    # A table of days is looked up faster than a day is compared with every date.
    first, last = dates[0].toordinal() - 1, dates[-1].toordinal()
    days = map(date.fromordinal, range(first, last + 1))
    intervals = pl.Series([bisect_right(dates, day) for day in days], dtype=pl.UInt32)
    found = [everybody.group_by("place").len()]
    for column in columns:
        day = pl.col(column).cast(pl.Int32).clip(first - _EPOCH, last - _EPOCH) - (first - _EPOCH)
        interval = pl.lit(intervals).gather(day.cast(pl.UInt32))
        key = pl.col("place") * (len(dates) + 1) + interval
        found.append(known.filter(pl.col(column).is_not_null()).select(key=key).group_by("key").len())
    return found


def at_every_level(found: Mapping[MunicipalityCode, tuple[int, ...]]) -> Mapping[str, tuple[int, ...]]:
    """Figures of municipalities, by code, for every area that has any: prefectures and nation are sums. Those of a
    municipality that is gone, or of a ward, are counted in what it became; of codes that are none, nowhere."""
    own, moved = {one.code for one in record.towns()}, successors()
    towns: dict[str, tuple[int, ...]] = {}
    for code, figures in found.items():
        now = code if code in own else moved.get(code)
        if now is not None:
            towns[now] = tuple(map(sum, zip(figures, towns[now], strict=True))) if now in towns else figures
    return _summed(towns) if towns else {}


def _summed(towns: Mapping[str, tuple[int, ...]]) -> Mapping[str, tuple[int, ...]]:
    rows: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
    for code, figures in towns.items():
        rows[code[:2]].append(figures)
    whole = {code: tuple(map(sum, zip(*parts, strict=True))) for code, parts in rows.items()}
    return {**towns, **whole, record.nation().code: tuple(map(sum, zip(*whole.values(), strict=True)))}


def record_of(figures: RolledUp, column: str, *, base: date) -> Record:
    """One column as a record of its own, to be read like the public one; `base` is the day the people were counted."""
    whole = {area: (count,) for area, count in figures.residents.items()}
    return Record(figures.dates, (base,), (0,) * len(figures.dates), figures.counts[column], whole)
