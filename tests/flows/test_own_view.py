"""Somebody looks at their own data: what they see of it, who asked about them, and that the log knows."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from eligibility import make
from eligibility.make import MUNICIPAL, NOW, SOCIETY, coverage, day, person
from onshi import access, audit, eligibility, flows, registry
from onshi.access import Party, PartyKind
from onshi.audit import Action
from onshi.db import Database
from onshi.eligibility import AnswerKind, Asker, ByCard, Query
from onshi.flows import OwnView
from onshi.kernel import Moment, PersonId
from onshi.outside import KeyRing
from onshi.registry.store import people as people_store

PORTAL = "portal:citizens"
CLINIC, PHARMACY = "institution:1312345678", "institution:1342345672"
LOADED = Moment(NOW - 10 * make.DAY)
MINUTE = 60_000_000
K = AnswerKind


class Land:
    """People with cards, a clinic and a pharmacy that ask about them, a portal at which they look."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self.db = db
        self.moment = int(NOW)
        self._signer = ring.signer()
        self._batches = 0

    def batch(self) -> int:
        """A number that no transaction had yet."""
        self._batches += 1
        return self._batches

    def settle(self, number: int, *coverages: registry.Coverage, **changes: Any) -> None:
        """Person `number` with these coverages, and a card of that number."""
        with self.db.transaction() as tx:
            make.add_person(tx, person(number, **changes), at=LOADED)
            make.add_card(tx, PersonId(number), f"S{number}", at=LOADED)
            for one in coverages:
                make.add_coverage(tx, msgspec.structs.replace(one, person=PersonId(number)), at=LOADED)

    def check(self, *queries: Query, by: str = CLINIC, later: int = MINUTE) -> list[AnswerKind]:
        """An organisation asks, a minute after whatever was before."""
        self.moment += later
        with self.db.transaction(appending=True) as tx:
            checked = eligibility.check(
                tx,
                queries,
                at=Moment(self.moment),
                batch=self.batch(),
                asker=Asker(by, by.partition(":")[2]),
                signer=self._signer,
            )
        return [one.answer.kind for one in checked]

    def view(self, serial: str = "S1", *, limit: int = 50, before: Moment | None = None) -> OwnView:
        """The holder of a card looks, a minute later."""
        self.moment += MINUTE
        with self.db.transaction(appending=True) as tx:
            return flows.own_view(
                tx,
                ByCard("ISSUER", serial),
                at=Moment(self.moment),
                batch=self.batch(),
                actor=PORTAL,
                limit=limit,
                before=before,
            )

    def looks(self, serial: str = "S1") -> list[tuple[str, str, str]]:
        """The history of a card's holder."""
        history = self.view(serial).history
        assert history.shown
        return [(one.act.value, one.party, one.kind) for one in history.looks]


@pytest.fixture
def land(db: Database, tmp_path: Path) -> Land:
    """Hanako (1); a stranger of the same name and birth date (2); nobody has asked yet."""
    made = Land(db, KeyRing.create(tmp_path / "keys", at=NOW))
    with db.transaction() as tx:
        make.add_insurers(tx)
        access.register_parties(
            tx,
            [
                Party(PartyKind.INSTITUTION, "1312345678", "見本内科"),
                Party(PartyKind.INSTITUTION, "1342345672", "見本薬局"),
                Party(PartyKind.PORTAL, "citizens", "見本ポータル"),
            ],
            by="local:cli",
        )
    made.settle(1, coverage(10, number="1"))
    made.settle(2, coverage(20, number="2"), name=person(1).name)
    return made


def by_number(number: str = "1", **changes: Any) -> Query:
    """Somebody's number is typed."""
    return make.by_number(number=number, **changes)


def test_who_asked_is_shown_the_newest_first(land: Land) -> None:
    assert land.check(by_number()) == [K.IN_FORCE]
    assert land.check(make.by_card("S1"), by=PHARMACY) == [K.IN_FORCE]
    assert land.check(by_number(on=day("2019-01-01"))) == [K.NOT_REGISTERED]
    view = land.view()
    assert [(one.at, one.party_name) for one in view.history.looks] == [
        (NOW + 3 * MINUTE, "見本内科"),
        (NOW + 2 * MINUTE, "見本薬局"),
        (NOW + MINUTE, "見本内科"),
    ]
    assert land.looks() == [
        ("own_view", PORTAL, "in_force"),
        ("check", CLINIC, "not_registered"),
        ("check", PHARMACY, "in_force"),
        ("check", CLINIC, "in_force"),
    ]


def test_who_is_registered_nowhere_has_no_name(land: Land) -> None:
    land.check(by_number(), by="local:cli")
    assert [(one.party, one.party_name) for one in land.view().history.looks] == [("local:cli", None)]


def test_nothing_that_was_asked_about_others_is_shown(land: Land) -> None:
    """Not of one who shares name, birth date, number or insurer; and not what could not be told apart."""
    land.settle(3, coverage(30, number="5", branch="01"))
    land.settle(4, coverage(40, number="5", branch="02"))
    asked = [by_number("2"), make.by_card("S2"), by_number("5", branch=None), by_number("5"), by_number("404")]
    assert land.check(*asked) == [K.IN_FORCE, K.IN_FORCE, K.MORE_THAN_ONE, K.IN_FORCE, K.NOT_REGISTERED]
    assert [land.looks(serial) for serial in ("S1", "S4")] == [[], []]
    assert land.looks("S3") == [("check", CLINIC, "in_force")]
    assert land.looks("S2") == [("check", CLINIC, "in_force")] * 2


def test_other_acts_about_somebody_are_not_shown(land: Land) -> None:
    leaf = bytes(32)
    acts = [audit.Entry("staff:r", action, "done", leaf, 1) for action in Action if action not in ("check", "own_view")]
    with land.db.transaction(appending=True) as tx:
        audit.append(tx, 999, acts, at=Moment(NOW + 1))
    assert land.looks() == []


def test_every_view_is_in_the_log_before_it_leaves(land: Land) -> None:
    land.settle(3, coverage(30, number="3", refused=True))
    views = [land.view(serial) for serial in ("S1", "S3", "S404")]
    with land.db.transaction(reading=True) as tx:
        entries = [audit.entry(tx, *audit.parse_check_id(view.view_id)) for view in views]
    found = [one.entry for one in entries if one is not None]
    assert [(one.actor, one.action, one.outcome, one.subject, one.object) for one in found] == [
        (PORTAL, Action.OWN_VIEW, K.IN_FORCE, 1, None),
        (PORTAL, Action.OWN_VIEW, K.NOT_REGISTERED, 3, None),
        (PORTAL, Action.OWN_VIEW, K.NOT_REGISTERED, None, None),
    ]
    digests = [hashlib.sha256(msgspec.json.encode(view, order="sorted")).digest() for view in views]
    assert [one.leaf for one in found] == digests


class PowerError(Exception):
    """The power went."""


def test_a_view_that_is_not_committed_was_none(land: Land) -> None:
    with pytest.raises(PowerError), land.db.transaction(appending=True) as tx:
        flows.own_view(tx, ByCard("ISSUER", "S1"), at=NOW, batch=1, actor=PORTAL, limit=1)
        raise PowerError
    with land.db.transaction(reading=True) as tx:
        assert audit.entries_of(tx) == []


def test_the_log_of_views_names_nobody(land: Land) -> None:
    land.check(by_number())
    land.view()
    with land.db.transaction(reading=True) as tx:
        cursor = tx.cursor
        cursor.execute("SELECT packed FROM audit_entries")
        rows = [row for (packed,) in cursor.fetchall() for row in msgspec.msgpack.decode(packed)]
        told = {(actor, action, thing, outcome) for _, _, actor, action, _, thing, outcome, _, _ in rows}
    assert told == {(CLINIC, "check", "a.20260401.n", "in_force"), (PORTAL, "own_view", None, "in_force")}


# Pages of the history.


def pages(land: Land, limit: int) -> list[list[Moment]]:
    """The moments of each page, followed to the end."""
    found, before = [], Moment(land.moment + 1)
    while True:
        history = land.view(limit=limit, before=before).history
        found.append([one.at for one in history.looks])
        if history.before is None:
            return found
        before = history.before


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (4, [4, 1]), (5, [5]), (200, [5])])
def test_pages_show_everything_once(land: Land, limit: int, sizes: list[int]) -> None:
    for _ in range(5):
        land.check(by_number())
    found = pages(land, limit)
    assert [len(page) for page in found] == sizes
    assert [at for page in found for at in page] == [NOW + MINUTE * place for place in (5, 4, 3, 2, 1)]


def test_a_page_never_ends_inside_a_moment(land: Land) -> None:
    """One transaction can hold the same person many times."""
    land.check(by_number())
    land.check(*[by_number()] * 7)
    land.check(by_number())
    newest = land.view(limit=3)
    assert [one.at for one in newest.history.looks] == [NOW + 3 * MINUTE]
    middle = land.view(limit=3, before=newest.history.before)
    assert [one.at for one in middle.history.looks] == [NOW + 2 * MINUTE] * 7
    last = land.view(limit=3, before=middle.history.before)
    assert [one.at for one in last.history.looks] == [NOW + MINUTE]
    assert last.history.before is None


# Who is protected, in doubt, or gone.


def change(land: Land, person_id: int, **flags: Any) -> None:
    """The insurer tells something new of the person's first coverage."""
    land.moment += MINUTE
    with land.db.transaction() as tx:
        one = registry.coverages_of(tx, PersonId(person_id))[0]
        make.change_coverage(tx, msgspec.structs.replace(one, **flags), at=land.moment)


def test_the_history_of_the_undisclosed_is_hidden_and_comes_back(land: Land) -> None:
    land.check(by_number())
    change(land, 1, undisclosed=True)
    land.check(by_number())
    hidden = land.view()
    assert (hidden.answer.kind, hidden.history) == (K.IN_FORCE, flows.History(shown=False))
    assert [one.number for one in hidden.coverages] == ["1"]
    change(land, 1, undisclosed=False)
    assert len(land.looks()) == 3


def test_a_protection_at_another_insurer_counts(land: Land) -> None:
    land.check(by_number())
    old = coverage(11, MUNICIPAL, starts_on=day("2010-04-01"), lost_on=day("2020-04-01"), undisclosed=True)
    with land.db.transaction() as tx:
        make.add_coverage(tx, old, at=LOADED)
    assert land.view().history == flows.History(shown=False)
    change(land, 1, refused=True)
    assert land.view().answer.kind is K.NOT_REGISTERED


@pytest.mark.parametrize("flags", [{"refused": True}, {"refused": True, "undisclosed": True, "suspended": True}])
def test_a_refused_card_sees_what_an_unknown_one_sees(land: Land, flags: dict[str, bool]) -> None:
    land.check(by_number())
    change(land, 1, **flags)
    refused, unknown = land.view("S1"), land.view("S404")
    assert msgspec.structs.replace(refused, view_id="") == msgspec.structs.replace(unknown, view_id="")
    assert refused.answer == eligibility.Answer(K.NOT_REGISTERED, make.TODAY, "4")


def test_whose_coverages_are_all_cancelled_is_unknown(land: Land) -> None:
    """Nobody answers for them any more; a flag that went with a cancelled row must not open the history."""
    land.check(by_number())
    change(land, 1, refused=True)
    with land.db.transaction() as tx:
        (one,) = registry.coverages_of(tx, PersonId(1))
        make.end_coverage(tx, one, at=land.moment + 1)
    gone, unknown = land.view("S1"), land.view("S404")
    assert msgspec.structs.replace(gone, view_id="") == msgspec.structs.replace(unknown, view_id="")


def test_a_link_in_doubt_is_said_and_shows_nothing(land: Land) -> None:
    land.check(by_number())
    change(land, 1, suspended=True)
    view = land.view()
    assert (view.answer.kind, view.answer.person, view.coverages) == (K.UNDER_REVIEW, None, ())
    assert view.history == flows.History(shown=False)
    change(land, 1, suspended=False)
    assert len(land.looks()) == 2, "the link was sound: what was asked meanwhile is theirs"


def test_a_coverage_of_the_past_in_doubt_is_left_out(land: Land) -> None:
    land.check(by_number())
    old = coverage(11, MUNICIPAL, starts_on=day("2010-04-01"), lost_on=day("2020-04-01"), suspended=True)
    with land.db.transaction() as tx:
        make.add_coverage(tx, old, at=LOADED)
    view = land.view()
    assert ([one.insurer_number for one in view.coverages], view.under_review) == ([SOCIETY], True)
    assert view.history == flows.History(shown=False)


def test_whoever_holds_the_card_of_the_dead_learns_nothing_of_them(land: Land) -> None:
    land.check(by_number())
    change(land, 1, lost_on=day("2026-03-02"), loss_reason="01")
    view = land.view()
    assert view.answer == eligibility.Answer(K.LOST, make.TODAY, "2")
    assert (view.coverages, view.history) == ((), flows.History(shown=False))


# What was noted under somebody and may have been about another.


def test_a_coverage_that_was_somebody_elses_takes_its_history_along(land: Land) -> None:
    land.check(by_number())
    land.moment += MINUTE
    with land.db.transaction() as tx:
        wrong = coverage(21, MUNICIPAL, number="2", person=PersonId(1))
        make.add_coverage(tx, wrong, at=land.moment)
    assert land.check(by_number("2", by=MUNICIPAL)) == [K.IN_FORCE]
    assert len(land.looks()) == 2
    land.moment += MINUTE
    with land.db.transaction() as tx:
        people_store.move_coverage(tx, wrong, PersonId(2), feed_id=1, at=Moment(land.moment))
    assert land.looks() == [], "nobody can tell any more which of it was about whom"
    assert land.check(by_number()) == [K.IN_FORCE]
    assert land.looks() == [("check", CLINIC, "in_force"), ("own_view", PORTAL, "in_force")]


def test_a_cancelled_coverage_takes_its_history_along(land: Land) -> None:
    wrong = coverage(21, MUNICIPAL, number="2")
    with land.db.transaction() as tx:
        make.add_coverage(tx, wrong, at=land.moment)
    land.check(by_number("2", by=MUNICIPAL))
    land.moment += MINUTE
    with land.db.transaction() as tx:
        make.end_coverage(tx, wrong, at=land.moment)
    assert land.looks() == []


def test_a_changed_or_ended_coverage_keeps_its_history(land: Land) -> None:
    land.check(by_number())
    change(land, 1, lost_on=day("2026-03-31"), loss_reason="03")
    change(land, 1, lost_on=None, loss_reason=None)
    change(land, 1, relation="2")
    assert land.looks() == [("check", CLINIC, "in_force")]


def test_a_certificate_that_passed_to_another_takes_its_history_along(land: Land) -> None:
    land.check(make.by_card("S1"))
    with land.db.transaction() as tx:
        make.add_card(tx, PersonId(2), "S1", at=land.moment + 1)
        make.add_card(tx, PersonId(1), "S9", at=land.moment + 1)
    assert (land.looks("S9"), land.looks("S1")) == ([], [])
    view = land.view("S1")
    assert view.answer.coverage is not None
    assert view.answer.coverage.number == "2", "the card shows its new holder"


def test_a_renewed_card_shows_the_same_person(land: Land) -> None:
    land.check(make.by_card("S1"))
    with land.db.transaction() as tx:
        make.add_card(tx, PersonId(1), "S9", at=land.moment + 1)
        make.add_card(tx, PersonId(1), "S9", at=land.moment + 2)
    assert land.looks("S9") == [("check", CLINIC, "in_force")]
