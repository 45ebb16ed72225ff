"""Reviewing and looking at a held row: both stand in the log, in the same transaction."""

import pytest

from onshi import audit, flows
from onshi.audit import Action
from onshi.kernel import PersonId
from onshi.registry import UnknownHeldRow, UnknownPerson
from registry.world import World, row


def twins(world: World) -> None:
    """Two people of one number, and a held row that fits neither."""
    world.load([row(name="見本　月子", name_kana="ミホン　ツキコ", branch="01")], "first")
    world.load([row(name="見本　星子", name_kana="ミホン　ホシコ", branch="02")])
    world.load([row(name="見本　雪子", name_kana="ミホン　ユキコ", branch="")])


def logged(world: World) -> list[tuple[str, str, str | None, int | None]]:
    """Who did what with which outcome to whom, but for the loads."""
    with world.db.transaction(reading=True) as tx:
        entries = [one.entry for one in audit.entries_of(tx)]
    return [(one.actor, one.action.value, one.outcome, one.subject) for one in entries if one.action != Action.LOAD]


def review(world: World, *, accept: bool, candidate: PersonId | None = None) -> None:
    """Decides on the one row that waits."""
    (held,) = world.held()
    with world.db.transaction() as tx:
        flows.review_held(
            tx, held.id, accept=accept, actor="staff:r", at=world.now(), draw=world.draw, candidate=candidate
        )


def test_who_was_named_stands_in_the_log(world: World) -> None:
    twins(world)
    (star,) = world.people("見本　星子")
    review(world, accept=True, candidate=star)
    assert logged(world) == [("staff:r", "review", "accept", star)]


def test_a_rejection_names_nobody_where_nobody_was_in_question(world: World) -> None:
    twins(world)
    review(world, accept=False)
    assert logged(world) == [("staff:r", "review", "reject", None)]


def test_what_is_refused_leaves_no_trace(world: World) -> None:
    twins(world)
    with pytest.raises(UnknownPerson):
        review(world, accept=True)
    assert (len(world.held()), logged(world)) == (1, [])


def test_looking_at_a_held_row_is_a_disclosure(world: World) -> None:
    code = world.codes(world.load([row()], "first"))[0]
    world.load([row(kind="change", link_code=code, sex="1")])
    (held,) = world.held()
    with world.db.transaction() as tx:
        assert flows.disclose_held(tx, held.id, actor="staff:r", at=world.now(), draw=world.draw) == held
    assert logged(world) == [("staff:r", "disclose", "held-row", held.candidate)]
    with pytest.raises(UnknownHeldRow), world.db.transaction() as tx:
        flows.disclose_held(tx, 1, actor="staff:r", at=world.now(), draw=world.draw)
