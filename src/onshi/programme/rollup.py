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
from onshi.record import Record

PLACE = "municipality"
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class RolledUp:
    """Counts of every area, by its code: `residents`, and of each column what had happened up to the beginning of each
    of `dates`. Prefectures and nation are sums."""

    dates: tuple[date, ...]
    residents: Mapping[str, int]
    counts: Mapping[str, Mapping[str, tuple[int, ...]]]


def rolled_up(parts: Iterable[pl.LazyFrame], dates: Sequence[date], columns: Sequence[str]) -> RolledUp:
    """The figures of people who come in `parts`, frames that are held in memory one at a time.

    `municipality` is text of six digits or an Enum of such; `columns` are dates. Somebody whose municipality is none of
    the 1,741 is in no figure.
    """
    codes = [one.code for one in record.towns()]
    width = len(dates) + 1
    people = [0] * len(codes)
    happened = {column: [0] * (len(codes) * width) for column in columns}
    for part in parts:
        counted, *found = pl.collect_all(_queries(part, codes, dates, columns))
        for town, number in counted.iter_rows():
            people[town] += number
        for column, frame in zip(columns, found, strict=True):
            sums = happened[column]
            for key, number in frame.iter_rows():
                sums[key] += number
    residents = _summed({code: (number,) for code, number in zip(codes, people, strict=True)})
    counts = {column: _summed(_over_time(codes, sums, width)) for column, sums in happened.items()}
    return RolledUp(tuple(dates), {code: figures[0] for code, figures in residents.items()}, counts)


def _over_time(codes: Sequence[str], sums: Sequence[int], width: int) -> dict[str, tuple[int, ...]]:
    # The last of each row is what happened after the last date.
    return {code: tuple(accumulate(sums[place * width : (place + 1) * width - 1])) for place, code in enumerate(codes)}


def _queries(
    part: pl.LazyFrame, codes: Sequence[str], dates: Sequence[date], columns: Sequence[str]
) -> list[pl.LazyFrame]:
    """How many people by municipality; of each column by municipality and interval, both in one number."""
    towns = pl.Enum(codes)
    known = part.with_columns(town=pl.col(PLACE).cast(towns, strict=False).to_physical().cast(pl.UInt32))
    known = known.filter(pl.col("town").is_not_null())
    # A table of days is looked up faster than a day is compared with every date.
    first, last = dates[0].toordinal() - 1, dates[-1].toordinal()
    days = map(date.fromordinal, range(first, last + 1))
    intervals = pl.Series([bisect_right(dates, day) for day in days], dtype=pl.UInt32)
    found = [known.group_by("town").len()]
    for column in columns:
        day = pl.col(column).cast(pl.Int32).clip(first - _EPOCH, last - _EPOCH) - (first - _EPOCH)
        interval = pl.lit(intervals).gather(day.cast(pl.UInt32))
        key = pl.col("town") * (len(dates) + 1) + interval
        found.append(known.filter(pl.col(column).is_not_null()).select(key=key).group_by("key").len())
    return found


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
