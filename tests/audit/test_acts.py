"""Acts of one actor in great numbers: the same that `entries_of` finds, however they are cut, and nobody else's."""

import itertools

import pytest

from onshi import audit
from onshi.audit import Act, Action, Signer
from onshi.audit.errors import EntryUnreadable
from onshi.db import Database, Tx
from onshi.kernel import Moment

from . import make
from .make import AT

MINE, OTHER = "institution:1312345678", "institution:1312345686"
ALWAYS = {"since": Moment(AT - 1), "until": Moment(AT + 10**9)}


def written(db: Database, signer: Signer) -> None:
    """Nine batches, three of a moment, of which seven are sealed; every third act is a load, every fifth not mine."""
    for batch in range(1, 10):
        entries = [
            make.entry(
                number,
                actor=OTHER if number % 5 == 0 else MINE,
                action=Action.LOAD if number % 3 == 0 else Action.CHECK,
                subject=batch * 100 + number,
                object=f"{batch}.{number}",
            )
            for number in range(batch + 3)
        ]
        with db.transaction(appending=True) as tx:
            audit.append(tx, batch, entries, at=Moment(AT + batch // 3))
        if batch == 7:
            make.seal(db, signer)


def all_of(tx: Tx, *, enough: int, **period: Moment) -> list[Act]:
    found: list[Act] = []
    after = None
    for _ in range(100):
        acts, after = audit.acts_by(tx, MINE, Action.CHECK, after=after, enough=enough, **(ALWAYS | period))
        found += acts
        if after is None:
            return found
    raise AssertionError("it never ends")


@pytest.mark.parametrize("enough", [1, 2, 7, 1000])
def test_the_acts_of_one_actor(db: Database, signer: Signer, enough: int) -> None:
    written(db, signer)
    with db.transaction(reading=True) as tx:
        found = all_of(tx, enough=enough)
        entries = audit.entries_of(tx, actor=MINE, action=Action.CHECK, limit=1000)
    # The same batches in the same order, and those of one the other way round: the last first.
    batches = itertools.groupby(entries, key=lambda one: one.batch)
    expected = [one for _, batch in batches for one in reversed(list(batch))]
    assert found == [
        Act(one.seq, one.at, MINE, "check", one.entry.subject, one.entry.object, one.entry.outcome) for one in expected
    ]
    assert len(found) > 20


def test_only_of_the_period(db: Database, signer: Signer) -> None:
    written(db, signer)
    with db.transaction(reading=True) as tx:
        for since, until in ((0, 0), (0, 1), (1, 3), (2, 2), (3, 4)):
            found = all_of(tx, enough=2, since=Moment(AT + since), until=Moment(AT + until))
            assert {act.at - AT for act in found} == set(range(since, until))


def test_a_batch_that_was_altered_is_named(db: Database, signer: Signer) -> None:
    written(db, signer)
    with db.transaction() as tx:
        make.rewritten(2, 1, subject="somebody")(tx)
    with db.transaction(reading=True) as tx, pytest.raises(EntryUnreadable):
        all_of(tx, enough=1000)


def test_a_batch_that_is_gone_leaves_the_others(db: Database, signer: Signer) -> None:
    written(db, signer)
    with db.transaction() as tx:
        make.dropped(9, *range(20))(tx)
    with db.transaction(reading=True) as tx:
        assert {(act.object or "").partition(".")[0] for act in all_of(tx, enough=3)} == set("12345678")


def test_the_newer_act_of_another_version_is_no_hindrance(db: Database, signer: Signer) -> None:
    """What others did in a batch may be of a kind that this version does not know."""
    written(db, signer)
    with db.transaction() as tx:
        make.rewritten(2, 0, action="flown")(tx)
    with db.transaction(reading=True) as tx:
        assert len(all_of(tx, enough=1000)) > 20
