"""Two axes of time: whatever happens, what was known at any moment can be told again."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from onshi.db import OPEN, Database
from onshi.kernel import Moment, PersonId, fold_number
from onshi.registry import Coverage, Person, UnknownPerson, coverages_of, number_key, person_of
from onshi.registry.feeds import empty_good
from onshi.registry.frames import prepared

from .world import CITY, OTHER, SOCIETY, World, row

NAMES = ["見本　花子", "例　太郎", "見本　次郎"]
STEP = st.fixed_dictionaries(
    {
        "who": st.integers(0, 2),
        "insurer": st.sampled_from([SOCIETY, OTHER, CITY]),
        "kind": st.sampled_from(["new", "new", "change", "loss", "cancel"]),
        "number": st.sampled_from(["345", "345", "0999"]),
        "acquired": st.sampled_from(["2020-04-01", "2024-07-15"]),
        "branch": st.sampled_from(["00", "01", ""]),
        "address": st.sampled_from(["東京都千代田区見本町１", "遠町９", ""]),
        "flags": st.booleans(),
    }
)


def sent(step: dict[str, object]) -> dict[str, str]:
    """A step as a row."""
    who = int(str(step["who"]))
    loss = {"lost_on": "2026-09-01", "loss_reason": "03"} if step["kind"] == "loss" else {}
    return row(
        kind=str(step["kind"]),
        insurer_number=str(step["insurer"]),
        number=str(step["number"]),
        name=NAMES[who],
        name_kana=["ミホン　ハナコ", "レイ　タロウ", "ミホン　ジロウ"][who],
        birth_on=["1985-04-01", "1970-01-31", "1985-04-01"][who],
        sex="211"[who],
        acquired_on=str(step["acquired"]),
        branch=str(step["branch"]),
        address=str(step["address"]),
        undisclosed="1" if step["flags"] else "0",
        **loss,
    )


State = dict[PersonId, tuple[Person | None, list[Coverage]]]


def state(world: World, people: set[PersonId], known_at: Moment | None = None) -> State:
    """Everything about these people, as known now or then; None for somebody who was nobody."""
    found: State = {}
    with world.db.transaction(reading=True) as tx:
        for one in sorted(people):
            try:
                person = person_of(tx, one, known_at=known_at)
            except UnknownPerson:
                person = None
            found[one] = (person, coverages_of(tx, one, known_at=known_at))
    return found


def _people(world: World) -> list[tuple[int, int, int]]:
    return [(one[0], one[1], one[2]) for one in world.dump("people")["people"]]


def check_versions(world: World) -> None:
    """No two versions of one thing are known at once, none ends before it begins, at most one is open."""
    spans: dict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    for one in world.dump("coverages")["coverages"]:
        spans["coverage", one[2]].append((one[3], one[1]))
    for person, known_to, known_from in _people(world):
        spans["person", person].append((known_from, known_to))
    for found in spans.values():
        found.sort()
        assert all(first < after for first, after in found)
        assert all(one[1] <= two[0] for one, two in zip(found, found[1:], strict=False))
        assert sum(after == OPEN for _, after in found) <= 1


@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.lists(STEP, min_size=1, max_size=3), min_size=2, max_size=6))
def test_every_past_state_can_be_told_again(db: Database, tmp_path: Path, files: list[list[dict[str, object]]]) -> None:
    world = fresh(db, tmp_path)
    past: list[tuple[Moment, State]] = []
    written: dict[tuple[object, ...], tuple[object, ...]] = {}
    for steps in files:
        insurer = steps[0]["insurer"]
        world.load([sent(step | {"insurer": insurer}) for step in steps], insurer=insurer)
        for held in world.held()[: 2 if steps[0]["flags"] else 0]:
            accept = steps[-1]["branch"] == "00" and held.candidate is not None
            world.decide(held, accept=accept)
        everybody = {PersonId(person) for person, known_to, _ in _people(world)}
        past.append((world.now(), state(world, everybody)))
        check_versions(world)
        for one in world.dump("coverages")["coverages"]:
            # person, coverage and first moment name a version; only its last moment ever changes.
            name, rest = (one[0], one[2], one[3]), (*one[:1], *one[2:])
            assert written.setdefault(name, rest) == rest
    for moment, then in past:
        assert state(world, set(then), moment) == then


_worlds = iter(range(10**6))


def fresh(db: Database, folder: Path) -> World:
    """A world on emptied tables: examples of one test share its database."""
    with db.engine.begin() as connection:
        for table in ("people", "coverages", "keys", "links", "feeds", "findings", "held", "seen", "insurers"):
            connection.exec_driver_sql(f"DELETE FROM registry_{table}")
    number = next(_worlds)
    place = folder / str(number)
    place.mkdir()
    return World(db, place, seed=number)


def test_a_person_who_was_not_known_yet_was_not_known(world: World) -> None:
    before = world.moment
    world.load([row()])
    (person,) = world.people()
    assert world.coverages(person, before) == []
    assert world.kind(known_at=before) in ("not_registered", "not_yet_loaded")


@pytest.mark.parametrize("symbol", ["12", "", "ア－０１", "見本 ７"])
@pytest.mark.parametrize("number", ["345", "００３４５", "1-02", "ＡＢ1"])
def test_frames_and_rules_make_the_same_key(symbol: str, number: str) -> None:
    values = {
        "insurer_number": SOCIETY,
        "folded_symbol": fold_number(symbol) if symbol else "",
        "folded_number": fold_number(number),
        "birth_on": date(1985, 4, 1),
        "undisclosed": False,
        "refused": False,
    }
    frame = pl.concat([empty_good(), pl.DataFrame([values])], how="diagonal_relaxed")
    assert prepared(frame)["key"].to_list() == [number_key(SOCIETY, symbol, number, date(1985, 4, 1)).text]
