"""Details of coverages as columns, and everything that was ever known of people."""

from datetime import date

import msgspec
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility import make
from onshi import registry
from onshi.db import Database
from onshi.registry import Details, DiseaseCertificate, ElderlyCertificate, LimitCertificate
from onshi.registry.frames import details_read

DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))
OPTIONAL = st.none() | DAYS
TEXTS = st.text(max_size=6)
DETAILS = st.builds(
    Details,
    st.none() | TEXTS,
    OPTIONAL,
    OPTIONAL,
    OPTIONAL,
    st.none() | st.integers(0, 100),
    st.none() | st.builds(ElderlyCertificate, st.integers(0, 100), DAYS, OPTIONAL, OPTIONAL),
    st.none() | st.builds(LimitCertificate, TEXTS, TEXTS, DAYS, OPTIONAL, OPTIONAL, OPTIONAL),
    st.lists(st.builds(DiseaseCertificate, TEXTS, DAYS, st.integers(0, 10**9), OPTIONAL, OPTIONAL), max_size=3).map(
        tuple
    ),
)


def as_columns(details: Details) -> dict[str, object]:
    elderly, limit = details.elderly, details.limit
    parts = ("share", "valid_from", "valid_to", "issued_on")
    columns = {name: getattr(details, name) for name in ("holder_name", "share")}
    columns |= {name: getattr(details, name) for name in ("card_issued_on", "card_valid_from", "card_valid_to")}
    columns |= {f"elderly_{name.removeprefix('valid_')}": getattr(elderly, name, None) for name in parts}
    columns["limit_class"] = getattr(limit, "kind", None)
    for name in ("category", "valid_from", "valid_to", "issued_on", "long_term_on"):
        columns[f"limit_{name.removeprefix('valid_')}"] = getattr(limit, name, None)
    for place in range(3):
        one = details.diseases[place] if place < len(details.diseases) else None
        for name in ("category", "valid_from", "self_pay", "valid_to", "issued_on"):
            columns[f"disease{place + 1}_{name.removeprefix('valid_')}"] = getattr(one, name, None)
    return columns


@settings(deadline=None)
@given(st.lists(st.none() | DETAILS, min_size=1, max_size=8))
def test_details_are_read_as_they_are_written(details: list[Details | None]) -> None:
    texts = [None if one is None else msgspec.json.encode(one).decode() for one in details]
    rows = details_read(pl.Series("details", texts, dtype=pl.String)).rows(named=True)
    assert rows == [as_columns(one or Details()) for one in details]


def test_no_details_at_all() -> None:
    read = details_read(pl.Series("details", [], dtype=pl.String))
    assert (read.height, set(read.columns)) == (0, set(as_columns(Details())))


def test_every_version_that_was_ever_known(db: Database) -> None:
    then = make.NOW - 10 * make.DAY
    with db.transaction() as tx:
        make.add_insurers(tx)
        for number in (1, 2, 3):
            make.add_person(tx, make.person(number), at=then)
            make.add_coverage(tx, make.coverage(number * 10, person=number, number=str(number)), at=then)
        make.change_person(tx, make.person(name="見本　改名"), at=make.NOW)
        make.change_coverage(tx, make.coverage(10, number="1", undisclosed=True), at=make.NOW)
        make.end_coverage(tx, make.coverage(20, person=2), at=make.NOW)
    wanted = pl.Series([1, 2, 2, 404])
    with db.transaction(reading=True) as tx:
        people, coverages = registry.versions_of(tx, wanted)
        assert sorted(people.select("person_id", "known_from", "name").rows()) == [
            (1, then, "見本　花子1"),
            (1, make.NOW, "見本　改名"),
            (2, then, "見本　花子2"),
        ]
        flags = coverages.select("coverage_id", "known_from", "undisclosed", "refused").rows()
        assert sorted(flags) == [(10, then, False, False), (10, make.NOW, True, False), (20, then, False, False)]
        people, coverages = registry.versions_of(tx, pl.Series([], dtype=pl.Int64))
        assert (people.height, coverages.height) == (0, 0)
