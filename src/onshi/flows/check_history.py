"""The history of an institution's own checks: the log, and what was known of the people at each moment."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import polars as pl

from onshi import audit, references, registry
from onshi.audit import Act, Action, Entry
from onshi.db import Database, Tx
from onshi.eligibility import past
from onshi.kernel import InsurerNumber, Moment, day_start

# Together some 500 MB at the most (docs/decisions/0017).
_PART = 50_000
_PEOPLE_KEPT = 250_000
_DAY = 86_400_000_000
_INSURERS = dict.fromkeys(("insurer", "insurer_name", "insurer_kind"), pl.String)
_NUMBERS = {"person_id": pl.Int64, "reference_number": pl.String}
_FLAGS = {"person_id": pl.Int64, "undisclosed": pl.Boolean, "refused": pl.Boolean}


def export_history(
    db: Database, party: str, *, first: date, last: date, actor: str, at: Moment, batch: int
) -> Iterator[pl.DataFrame]:
    """`check_history` for `actor` to take away, which is in the log before anything of it is read."""
    thing = f"{party}.{first.isoformat()}.{last.isoformat()}"
    entry = Entry(actor, Action.EXPORT, "history", hashlib.sha256(thing.encode()).digest(), None, thing)
    db.run(lambda tx: audit.append(tx, batch, [entry], at=at), appending=True)
    return check_history(db, party, first=first, last=last)


def check_history(db: Database, party: str, *, first: date, last: date, part: int = _PART) -> Iterator[pl.DataFrame]:
    """What the checks of `party` (`institution:…`) from one day to another showed, the newest first: the columns of
    `eligibility.past.shown`, insurer_name, insurer_kind and reference_number, in parts of about `part` checks (the last
    may be empty).
    Nothing of another party is in it, nor what has been protected since. Each part is read in a transaction of its
    own, so that whoever takes long to fetch it holds up nobody.
    """
    since, until = day_start(first), Moment(day_start(last) + _DAY)
    met = Met()

    with db.transaction(reading=True) as tx:
        numbers = pl.DataFrame(references.all_of(tx, party), schema=_NUMBERS, orient="row")

    def read(after: tuple[int, int] | None) -> _Part:
        with db.transaction(reading=True) as tx:
            acts, after = audit.acts_by(tx, party, Action.CHECK, since=since, until=until, after=after, enough=part)
            return _part(tx, met, acts, after)

    with ThreadPoolExecutor(1) as beside:
        # The next part is read while the caller writes out this one.
        coming = beside.submit(read, None)
        while True:
            one = coming.result()
            if one.after is not None:
                coming = beside.submit(read, one.after)
            shown = past.shown(one.checks, one.people, one.coverages, one.flagged)
            yield _numbered(shown.join(one.insurers, on="insurer", how="left", maintain_order="left"), numbers)
            if one.after is None:
                return


def _numbered(shown: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """With the party's own number of whom each check showed, as it is now (照会番号)."""
    joined = shown.join(numbers, on="person_id", how="left", maintain_order="left")
    return joined.with_columns(pl.when(pl.col("name").is_not_null()).then("reference_number").alias("reference_number"))


class Met:
    """All that was ever known of the people met in one download: most of them come again, and looking them up in every
    part was half of the work. A flag that is set while somebody downloads counts from their next download on."""

    def __init__(self, kept: int = _PEOPLE_KEPT) -> None:
        self._kept = kept
        self._parts: list[tuple[pl.DataFrame, pl.DataFrame]] = []
        self._met = pl.Series(dtype=pl.Int64)

    def versions(self, tx: Tx, people: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
        """`registry.versions_of` these."""
        if len(self._met) > self._kept:
            self._parts, self._met = [], self._met.clear()
        wanted = people.unique()
        new = wanted.filter(~wanted.is_in(self._met.implode()))
        self._met = pl.concat([self._met, new])
        self._parts.append(registry.versions_of(tx, new))
        ids = wanted.to_frame("person_id")
        of_people, coverages = zip(*self._parts, strict=True)
        return (
            pl.concat(of_people).join(ids, on="person_id", how="semi"),
            pl.concat(coverages).join(ids, on="person_id", how="semi"),
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """What a part is made of, and the place in the log to go on behind."""

    checks: pl.DataFrame
    people: pl.DataFrame
    coverages: pl.DataFrame
    flagged: pl.DataFrame
    insurers: pl.DataFrame
    after: tuple[int, int] | None


def _part(tx: Tx, met: Met, acts: Sequence[Act], after: tuple[int, int] | None) -> _Part:
    checks = past.asked(acts)
    people, coverages = met.versions(tx, checks["person_id"].drop_nulls())
    checks = past.with_only_coverage(checks, coverages)
    moved = _flags_elsewhere(tx, past.given_up(checks, people, coverages))
    flagged = pl.concat([past.flags_of_today(coverages), moved])
    return _Part(checks, people, coverages, flagged, _insurers(tx), after)


def _insurers(tx: Tx) -> pl.DataFrame:
    book = registry.insurer_book(tx)
    rows = [(number, one.name, one.kind) for number, one in book.items()]
    return pl.DataFrame(rows, schema=_INSURERS, orient="row")


def _flags_elsewhere(tx: Tx, given_up: pl.DataFrame) -> pl.DataFrame:
    """The flags of whoever has the numbers now that were shown as somebody else's: a coverage that moved takes its
    protection along."""
    rows = given_up.rows(named=True)
    keys = [
        registry.number_key(InsurerNumber(row["insurer"]), row["symbol"], row["number"], row["birth_on"])
        for row in rows
    ]
    flags = [
        (row["person_id"], one.undisclosed, one.refused)
        for row, found in zip(rows, registry.find_by_number(tx, keys) if keys else (), strict=True)
        for sighting in found.sightings
        for one in sighting.coverages
    ]
    return pl.DataFrame(flags, schema=_FLAGS, orient="row")
