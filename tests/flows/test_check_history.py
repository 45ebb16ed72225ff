"""What the history gives back of earlier checks: as known then, and protected as of now. Data that could leak."""

from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from eligibility import make
from eligibility.make import ASKER, MUNICIPAL, NOW, SOCIETY, by_card, by_number, coverage, day, person
from onshi import audit, flows, registry
from onshi.audit import Action, Entry, Signer
from onshi.db import Database, Tx
from onshi.eligibility import Query, check
from onshi.flows.check_history import Met
from onshi.kernel import Moment, PersonId
from onshi.outside import KeyRing
from onshi.registry import Coverage, Person
from onshi.registry.store import people as people_store

LOADED = NOW - 10 * make.DAY
LATER = NOW + make.DAY
SEEN = ("kind", "name", "address", "number")


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return KeyRing.create(tmp_path / "keys", at=NOW).signer()


def settle(tx: Tx, *people: tuple[Person, list[Coverage]]) -> None:
    make.add_insurers(tx)
    for who, coverages in people or ((person(), [coverage()]),):
        make.add_person(tx, who, at=LOADED)
        make.add_card(tx, who.id, f"S{who.id}", at=LOADED)
        for one in coverages:
            make.add_coverage(tx, msgspec.structs.replace(one, person=who.id), at=LOADED)


def asked(db: Database, signer: Signer, *queries: Query, at: int = NOW, batch: int = 1) -> None:
    with db.transaction(appending=True) as tx:
        check(tx, queries, at=Moment(at), batch=batch, asker=ASKER, signer=signer)


def taken(db: Database, *names: str) -> list[Any]:
    """Columns of the history of a year, the oldest first."""
    parts = flows.check_history(db, ASKER.party, first=day("2026-01-01"), last=day("2026-12-31"))
    rows = [row for part in parts for row in part.select(names or SEEN).rows()]
    return rows[::-1]


ADDRESS = "東京都千代田区見本町１－２－1"
WHOLE = ("in_force", "見本　花子1", ADDRESS, "4410")
NOBODY = ("not_registered", None, None, None)


def test_what_was_known_then_is_shown(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx)
    asked(db, signer, by_number())
    with db.transaction() as tx:
        make.change_person(tx, person(name="見本　改名", address="大阪府大阪市見本町９"), at=NOW + 1)
        make.change_coverage(tx, coverage(number="9999"), at=NOW + 1)
        make.add_key(tx, coverage(number="9999"), make.BORN)
    asked(db, signer, by_number(number="9999"), by_number(known_at=NOW), at=NOW + 2, batch=2)
    assert taken(db) == [WHOLE, ("in_force", "見本　改名", "大阪府大阪市見本町９", "9999"), WHOLE]


@pytest.mark.parametrize("set_at", ["then", "since", "at another insurer since"])
def test_the_address_of_the_undisclosed(db: Database, signer: Signer, set_at: str) -> None:
    with db.transaction() as tx:
        settle(tx, (person(), [coverage(undisclosed=set_at == "then")]), (person(2), [coverage(20, number="2")]))
    queries = (by_number(), by_card("S1"), by_number(number="2"))
    asked(db, signer, *queries)
    if set_at == "since":
        with db.transaction() as tx:
            make.change_coverage(tx, coverage(undisclosed=True), at=LATER)
    if set_at == "at another insurer since":
        with db.transaction() as tx:
            make.add_coverage(tx, coverage(11, MUNICIPAL, number="8", undisclosed=True), at=LATER)
    by_hand, by_reader, other = taken(db)
    assert by_hand == ("in_force", "見本　花子1", None, "4410")
    assert by_reader == WHOLE
    assert other[2] == "東京都千代田区見本町１－２－2"
    assert [row[0] for row in taken(db, "post_number")] == [None, "100-0000", "100-0000"]


def test_a_protection_that_is_over_hides_nothing_asked_since(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx, (person(), [coverage(undisclosed=True)]))
    asked(db, signer, by_number())
    with db.transaction() as tx:
        make.change_coverage(tx, coverage(), at=NOW + 1)
    asked(db, signer, by_number(), at=LATER, batch=2)
    assert [row[2] for row in taken(db)] == [None, ADDRESS]


@pytest.mark.parametrize("set_at", ["then", "since"])
def test_a_card_that_refuses_looks_like_an_unknown_one(db: Database, signer: Signer, set_at: str) -> None:
    with db.transaction() as tx:
        settle(tx, (person(), [coverage(refused=set_at == "then")]))
    asked(db, signer, by_card("S1"), by_card("S404"), by_number())
    if set_at == "since":
        with db.transaction() as tx:
            make.change_coverage(tx, coverage(refused=True), at=LATER)
    parts = list(flows.check_history(db, ASKER.party, first=make.TODAY, last=make.TODAY))
    by_hand, unknown, refused = (row for part in parts for row in part.drop("row").rows(named=True))
    told = [name for name in refused if name not in ("undisclosed", "refused", "object")]
    assert {name: refused[name] for name in told} == {name: unknown[name] for name in told}
    assert refused["kind"] == "not_registered"
    assert (by_hand["kind"], by_hand["name"]) == ("in_force", "見本　花子1")


def test_a_coverage_that_moved_takes_its_protection_along(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx, (person(), [coverage()]), (person(2), [coverage(20, number="2")]))
    asked(db, signer, by_number(), by_card("S1"))
    with db.transaction() as tx:
        people_store.move_coverage(tx, coverage(), PersonId(2), feed_id=1, at=Moment(LATER))
        people_store.end_person(tx, PersonId(1), at=Moment(LATER))
    # As known then, although there is nobody of that id any more.
    assert taken(db) == [WHOLE, WHOLE]
    with db.transaction() as tx:
        moved = coverage(person=PersonId(2), undisclosed=True, refused=True)
        make.change_coverage(tx, moved, at=LATER + 1)
    assert taken(db) == [("in_force", "見本　花子1", None, "4410"), NOBODY]


def test_people_split_since_are_shown_as_they_were(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx, (person(), [coverage(), coverage(11, MUNICIPAL, number="7", lost_on=day("2021-01-01"))]))
    asked(db, signer, by_number(), by_number(MUNICIPAL, number="7"))
    with db.transaction() as tx:
        make.add_person(tx, person(2, name="別人　花子"), at=LATER)
        people_store.move_coverage(tx, coverage(11, MUNICIPAL), PersonId(2), feed_id=1, at=Moment(LATER))
    assert taken(db, "name", "number", "insurer_name") == [
        ("見本　花子1", "4410", "見本健康保険組合"),
        ("見本　花子1", "7", "見本市"),
    ]


# Entries of the time before there were notes.


def written_before(db: Database, *subjects: int | None, kind: str = "in_force") -> None:
    with db.transaction(appending=True) as tx:
        entries = [Entry(ASKER.party, Action.CHECK, kind, bytes(32), subject) for subject in subjects]
        audit.append(tx, 77, entries, at=NOW)


def test_an_entry_without_a_note_is_shown_as_far_as_known(db: Database) -> None:
    with db.transaction() as tx:
        settle(
            tx,
            (person(), [coverage()]),
            (person(2), [coverage(20, number="2"), coverage(21, MUNICIPAL, number="3")]),
            (person(3), [coverage(30, number="3", undisclosed=True)]),
            (person(4), [coverage(40, number="4", refused=True)]),
        )
    written_before(db, 1, 2, 3, 4, 404)
    assert taken(db) == [
        WHOLE,
        ("in_force", "見本　花子2", "東京都千代田区見本町１－２－2", None),  # which of two is not known
        ("in_force", "見本　花子3", None, "3"),  # perhaps by number
        NOBODY,  # perhaps by card
        ("in_force", None, None, None),
    ]
    assert set(taken(db, "on", "how", "limit_consent", "disease_consent")) == {(None,) * 4}


def test_a_later_coverage_is_none_of_an_earlier_check(db: Database) -> None:
    with db.transaction() as tx:
        settle(tx)
        make.add_coverage(tx, coverage(11, MUNICIPAL, number="8"), at=LATER)
    written_before(db, 1)
    assert taken(db) == [WHOLE]


@pytest.mark.parametrize("kind", ["not_registered", "under_review", "more_than_one", "cannot_tell"])
def test_an_entry_that_names_whom_it_did_not_show(db: Database, kind: str) -> None:
    with db.transaction() as tx:
        settle(tx)
    written_before(db, 1, kind=kind)
    assert taken(db) == [(kind, None, None, None)]


def test_notes_that_are_none_spoil_nothing(db: Database) -> None:
    with db.transaction() as tx:
        settle(tx)
    with db.transaction(appending=True) as tx:
        notes = ["ffffffffffffffff.20260401.n", "a.20269999.n", "7ZK3QW9M2X4TB-0FQM", f"a.20260401.n.{'9' * 19}"]
        audit.append(
            tx, 1, [Entry(ASKER.party, Action.CHECK, "in_force", bytes(32), 1, note) for note in notes], at=NOW
        )
    assert [row[1] for row in taken(db)] == ["見本　花子1"] * 4


# Parts.


def test_how_it_is_cut_makes_no_difference(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx, *((person(number), [coverage(number * 10, number=str(number))]) for number in range(1, 30)))
    # Several batches of one moment, some sealed.
    for batch in range(1, 8):
        asked(
            db, signer, *(by_card(f"S{batch * 4 + place - 3}") for place in range(4)), batch=batch, at=NOW + batch // 3
        )
    with db.transaction(appending=True) as tx:
        audit.seal(tx, at=LATER, signer=signer)
    asked(db, signer, by_card("S29"), batch=8, at=LATER)
    whole = taken(db, "at", "person_id")
    assert sorted(person_id for _, person_id in whole) == list(range(1, 30))
    year = {"first": day("2026-01-01"), "last": day("2026-12-31")}
    parts = list(flows.check_history(db, ASKER.party, **year, part=5))
    assert [row for part in parts for row in part.select("at", "person_id").rows()] == whole[::-1]
    assert [part.height for part in parts] == [5, 8, 8, 8, 0]


@pytest.mark.parametrize("kept", [1, 100])
def test_people_are_remembered_as_they_were_read(db: Database, kept: int) -> None:
    with db.transaction() as tx:
        settle(tx, *((person(number), [coverage(number * 10, number=str(number))]) for number in range(1, 6)))
        make.change_person(tx, person(2, name="見本　改名"), at=NOW)
    met = Met(kept)
    with db.transaction(reading=True) as tx:
        for ids in ([1, 2, 2], [3], [], [2, 3, 4], [404], [1, 5]):
            people = pl.Series(ids, dtype=pl.Int64)
            for kept_one, read in zip(met.versions(tx, people), registry.versions_of(tx, people), strict=True):
                assert sorted(map(str, kept_one.rows())) == sorted(map(str, read.rows()))


def test_taking_it_away_is_in_the_log_before_anything_is_read(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx)
    asked(db, signer, by_number())
    parts = flows.export_history(
        db, ASKER.party, first=day("2026-04-01"), last=day("2026-04-30"), actor="staff:s-1", at=LATER, batch=9
    )
    with db.transaction(reading=True) as tx:
        (one,) = audit.entries_of(tx, action=Action.EXPORT)
    assert (one.entry.actor, one.entry.outcome) == ("staff:s-1", "history")
    assert one.entry.object == "institution:1312345678.2026-04-01.2026-04-30"
    assert sum(part.height for part in parts) == 1


def test_nothing_personal_is_in_the_notes(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx)
    asked(db, signer, by_number(limit_consent=True), by_card("S404"))
    with db.transaction(reading=True) as tx:
        notes = [one.entry.object for one in audit.entries_of(tx, action=Action.CHECK)]
    assert sorted(note or "" for note in notes) == ["-.20260401.c", "a.20260401.nl"]
    assert SOCIETY not in str(notes)
