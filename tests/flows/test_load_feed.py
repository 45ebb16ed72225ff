"""A file's way into the registry: twice, in parts, interrupted, rehearsed, all or nothing."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onshi import flows, registry
from onshi.audit import entries_of
from onshi.db import Database, Tx, migrate
from onshi.kernel import Moment
from onshi.registry import AtomicFeedRefused, TooManyAbsent, UnknownInsurer
from onshi.registry.feeds import Mode
from registry.world import DAY, SOCIETY, World, members, row

BAD = {"birth_on": "2026-13-45"}


class StoppedError(Exception):
    """The load was interrupted here."""


def test_the_same_file_twice_changes_nothing(world: World) -> None:
    path = world.file([*members(3), row(**BAD)])
    first = world.load_file(path, "first")
    before = world.dump()
    again = world.load_file(path, "first", file_name="another-name.csv")
    assert (first.was_done, again.was_done, again.feed) == (False, True, first.feed)
    assert world.dump() == before


def test_the_same_content_in_another_file_is_unchanged(world: World) -> None:
    rows = members(5)
    world.load(rows, "first")
    tables = ("people", "coverages", "keys", "links", "held")
    before = world.dump(*tables)
    for mode in ("daily", "first", "snapshot"):
        loaded = world.load([one | {"holder_name": ""} for one in reversed(rows)], mode)
        assert (loaded.feed.counts["unchanged"], loaded.feed.counts["findings"]) == (5, 0)
        assert world.dump(*tables) == before


@pytest.mark.parametrize("part_rows", [1, 3, 100])
def test_findings_keep_their_rows_over_parts(world: World, part_rows: int) -> None:
    rows = members(8)
    for place in (1, 3, 6):
        rows[place] |= BAD
    rows[4] |= {"kind": "change"}
    loaded = world.load(rows, part_rows=part_rows)
    with world.db.transaction(reading=True) as tx:
        found = registry.findings_of(tx, loaded.feed.id)
        frame = registry.findings_frame(tx, loaded.feed.id)
    wanted = [(2, "date-impossible"), (4, "date-impossible"), (5, "nothing-to-change"), (7, "date-impossible")]
    assert [(one.row, one.code) for one in found] == wanted
    assert [one.place for one in found] == [0, 1, 2, 3]
    assert frame.select("row", "code").rows() == wanted
    assert (loaded.feed.counts["rows"], loaded.feed.counts["taken"], loaded.feed.counts["errors"]) == (8, 4, 4)
    assert loaded.links["row"].sort().to_list() == [1, 3, 6, 8]


def test_a_part_of_bad_rows_only(world: World) -> None:
    loaded = world.load([row(**BAD), row(number="1", **BAD)])
    assert (loaded.feed.state, loaded.feed.counts["errors"], loaded.links.height) == ("done", 2, 0)


def test_a_file_without_rows_tells_what_its_head_gave_rise_to(world: World) -> None:
    path = world.folder / "empty.csv"
    path.write_text(",".join([*row(), "mystery"]) + "\n", encoding="utf-8")
    loaded = world.load_file(path)
    assert (loaded.feed.state, loaded.feed.counts["findings"]) == ("done", 1)
    assert world.findings(loaded) == [(0, "unknown-column")]


@pytest.mark.parametrize("more", [{}, {"atomic": True}, {"dry_run": True}, {"lose_absent": True}])
def test_a_file_whose_head_lacks_columns_is_refused_with_its_findings(world: World, more: dict[str, bool]) -> None:
    world.load(members(3), "first")
    before = world.dump()
    path = world.folder / "headless.csv"
    path.write_text("insurer_number,number\n06139992,345\n", encoding="utf-8")
    loaded = world.load_file(path, "snapshot", **more)
    assert (loaded.feed.state, set(loaded.findings["code"])) == ("refused", {"missing-column"})
    if "dry_run" in more:
        assert world.dump() == before
        return
    assert len(world.findings(loaded)) == loaded.findings.height == loaded.feed.counts["errors"]
    untouched = ("people", "coverages", "links", "insurers")
    assert world.dump(*untouched) == {name: before[name] for name in untouched}
    assert not world.load_file(path, "snapshot").was_done


def test_an_unknown_insurer_may_send_nothing(world: World) -> None:
    with pytest.raises(UnknownInsurer):
        world.load([row(insurer_number="06130025")], insurer="06130025")
    assert world.dump("feeds") == {"feeds": []}


def test_all_or_nothing(world: World) -> None:
    world.load(members(3), "first")
    before = world.dump("people", "coverages", "keys", "links", "held", "insurers")
    rows = members(8)[3:]
    path = world.file([*rows, row(**BAD)])
    for _ in range(2):
        with pytest.raises(AtomicFeedRefused) as refused:
            world.load_file(path, atomic=True, part_rows=2)
        assert refused.value.facts == {"errors": 1}
    assert world.dump("people", "coverages", "keys", "links", "held", "insurers") == before
    with world.db.transaction(reading=True) as tx:
        kept = registry.feeds_of(tx, SOCIETY)[:2]
        assert [one.state for one in kept] == ["refused", "refused"]
        assert [found.code for found in registry.findings_of(tx, kept[0].id) if found.severity == "error"] == [
            "date-impossible"
        ]
    good = world.load(rows, atomic=True, part_rows=2)
    assert (good.feed.state, good.feed.counts["new"]) == ("done", 5)


@pytest.mark.parametrize("atomic", [True, False])
def test_a_rehearsal_leaves_no_trace(world: World, atomic: bool) -> None:
    world.load(members(3), "first")
    before = world.dump()
    rows = [one | {"kind": "change", "branch": "05"} for one in members(3)]
    path = world.file([*rows, row()])
    rehearsed = world.load_file(path, dry_run=True, atomic=atomic, part_rows=2)
    assert (rehearsed.feed.counts["changed"], rehearsed.feed.counts["new"]) == (3, 1)
    assert world.dump() == before
    loaded = world.load_file(path, part_rows=2)
    assert (loaded.was_done, loaded.feed.counts) == (False, rehearsed.feed.counts)
    with world.db.transaction(reading=True) as tx:
        assert registry.insurer_book(tx)[SOCIETY].last_loaded_at == loaded.feed.finished_at


def test_every_part_is_in_the_log(world: World) -> None:
    loaded = world.load(members(5), "first", part_rows=2)
    with world.db.transaction(reading=True) as tx:
        logged = [one.entry for one in entries_of(tx) if one.entry.object == str(loaded.feed.id)]
    assert [(one.actor, one.action.value, one.outcome) for one in logged] == [
        (f"insurer:{SOCIETY}", "load", "first")
    ] * 3
    assert len({one.leaf for one in logged}) == 3


def test_versions_follow_each_other_even_when_the_clock_stands(world: World) -> None:
    still = Moment(world.moment + DAY)
    rows = [row(), *(row(kind="change", branch=f"{number:02}") for number in range(1, 8))]
    loaded = world.load(rows, part_rows=3, now=lambda: still)
    (person,) = world.people()
    assert (loaded.feed.counts["changed"], world.coverages(person)[0].branch) == (7, "07")
    assert all(known_from < known_to for known_to, known_from in _spans(world))


def _spans(world: World) -> list[tuple[int, int]]:
    return [(one[1], one[3]) for one in world.dump("coverages")["coverages"]]


# ── a snapshot ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_is_absent_is_told_and_with_leave_lost(world: World) -> None:
    rows = members(6)
    world.load(rows, "first")
    world.wait(1)
    told = world.load(rows[:4], "snapshot", part_rows=2)
    assert (told.feed.counts["absent"], told.feed.counts.get("lost", 0)) == (2, 0)
    assert world.findings(told) == [(0, "absent-from-snapshot")] * 2
    lost = world.load([*rows[:4], rows[0]], "snapshot", lose_absent=True, part_rows=2)
    assert (lost.feed.counts["absent"], lost.feed.counts["lost"]) == (2, 2)
    gone = [world.coverages(world.people(one["name"])[0])[0] for one in rows[4:]]
    assert [(one.lost_on.isoformat(), one.loss_reason) for one in gone if one.lost_on] == [("2026-11-03", "99")] * 2
    assert world.dump("seen") == {"seen": []}
    with world.db.transaction(reading=True) as tx:
        assert "absent-lost" in [one.entry.outcome for one in entries_of(tx)]


def test_a_snapshot_brings_new_changed_and_lost(world: World) -> None:
    rows = members(4)
    world.load(rows, "first")
    loss = {"lost_on": "2026-10-30", "loss_reason": "03"}
    sent = [rows[0], rows[1] | {"branch": "05"}, rows[2] | loss, rows[3] | {"number": "77"}, row()]
    loaded = world.load([{k: v for k, v in one.items() if k != "kind"} for one in sent], "snapshot", lose_absent=True)
    counts = {name: loaded.feed.counts.get(name, 0) for name in ("new", "changed", "unchanged", "absent")}
    assert counts == {"new": 1, "changed": 3, "unchanged": 1, "absent": 0}


def test_somebody_whose_row_is_held_is_not_absent(world: World) -> None:
    rows = members(3)
    world.load(rows, "first")
    loaded = world.load([*rows[:2], rows[2] | {"sex": "2"}], "snapshot", lose_absent=True)
    assert (loaded.feed.counts["held"], loaded.feed.counts.get("absent", 0)) == (1, 0)


def test_nobody_is_lost_while_rows_cannot_be_read(world: World) -> None:
    rows = members(3)
    world.load(rows, "first")
    before = world.dump("coverages")
    loaded = world.load([*rows[:2], rows[2] | BAD], "snapshot", lose_absent=True)
    assert world.findings(loaded) == [(3, "date-impossible"), (0, "absence-not-closed"), (0, "absent-from-snapshot")]
    assert world.dump("coverages") == before


def test_a_snapshot_that_looks_cut_off_closes_nothing(world: World) -> None:
    rows = members(40)
    world.load(rows, "first")
    before = world.dump("coverages", "insurers")
    path = world.file(rows[:19])
    with pytest.raises(TooManyAbsent) as refused:
        world.load_file(path, "snapshot", lose_absent=True)
    assert refused.value.facts == {"absent": 21, "known": 40}
    assert world.dump("coverages", "insurers") == before
    assert world.load_file(path, "snapshot").feed.counts["absent"] == 21


def test_an_older_snapshot_can_be_sent_again(world: World) -> None:
    path = world.file(members(2))
    world.load_file(path, "snapshot")
    world.load([one | {"branch": "05"} for one in members(2)], "snapshot")
    again = world.load_file(path, "snapshot")
    assert (again.was_done, again.feed.counts["changed"]) == (False, 2)
    assert world.load_file(path, "snapshot").was_done


# ── several files in one transaction ────────────────────────────────────────────────────────────────────────────────


def take(world: World, tx: Tx, path: Path, mode: Mode = "daily") -> flows.Loaded:
    actor = f"insurer:{SOCIETY}"
    return flows.take_feed(tx, path, insurer=SOCIETY, mode=mode, now=world.now, draw=world.draw, actor=actor)


def mixed(world: World) -> tuple[Path, Path]:
    """A first load, and a day's file about the same people with something wrong in it."""
    changed = [one | {"kind": "change", "branch": "05"} for one in members(4)]
    return world.file(members(4)), world.file([*changed, row(**BAD), row(kind="change", number="999")])


def test_files_taken_together_are_as_files_loaded_one_by_one(db: Database, tmp_path: Path) -> None:
    together = World(db, tmp_path)
    first, second = mixed(together)
    with db.transaction() as tx:
        loaded = [take(together, tx, first, "first"), take(together, tx, second), take(together, tx, second)]
    assert [(one.feed.state, one.was_done) for one in loaded] == [("done", False), ("done", False), ("done", True)]
    apart_db = fresh(tmp_path / "apart")
    apart = World(apart_db, tmp_path / "apart")
    for path, mode in zip(mixed(apart), ("first", "daily"), strict=True):
        apart.load_file(path, mode)
    assert together.story() == apart.story()
    apart_db.close()


def test_files_taken_together_fall_together(world: World) -> None:
    before = world.dump()
    first, second = mixed(world)
    headless = world.folder / "headless.csv"
    headless.write_text("insurer_number,number\n06139992,345\n", encoding="utf-8")
    with pytest.raises(StoppedError), world.db.transaction() as tx:
        assert take(world, tx, first, "first").feed.state == "done"
        assert take(world, tx, second).feed.counts["errors"] == 2
        refused = take(world, tx, headless)
        assert (refused.feed.state, refused.findings.height > 0) == ("refused", True)
        raise StoppedError
    assert world.dump() == before


# ── interrupted ─────────────────────────────────────────────────────────────────────────────────────────────────────


def scenario(folder: Path, world: World) -> Path:
    """A file with everything in it, for somebody who has loaded `members(6)`."""
    rows = [one | {"kind": "change", "branch": "05"} for one in members(6)]
    rows[1] |= {"kind": "loss", "lost_on": "2026-10-30", "loss_reason": "03"}
    rows[2] |= {"sex": "1" if rows[2]["sex"] == "2" else "2"}
    rows[3] |= BAD
    return world.file([*rows, row(), row(kind="change", number="345", branch="03"), rows[0] | {"branch": "06"}])


def interrupting(world: World, where: int) -> Callable[[int], list[int]]:
    """Random numbers that stop coming."""
    left = [where]

    def draw(number: int) -> list[int]:
        left[0] -= 1
        if left[0] < 0:
            raise StoppedError
        return world.draw(number)

    return draw


@pytest.mark.parametrize("where", [1, 2, 4, 6, 9, 12, 15])
def test_a_load_that_stopped_goes_on(db: Database, tmp_path: Path, where: int) -> None:
    world = World(db, tmp_path)
    world.load(members(6), "first")
    path = scenario(tmp_path, world)
    with pytest.raises(StoppedError):
        world.load_file(path, part_rows=2, draw=interrupting(world, where))
    resumed = world.load_file(path, part_rows=3)
    assert resumed.feed.state == "done"
    assert world.story() == undisturbed(tmp_path / "other")


def fresh(folder: Path) -> Database:
    """An empty database in a new folder."""
    folder.mkdir()
    db = Database(f"sqlite:///{folder / 'o.sqlite'}")
    migrate(db)
    return db


def undisturbed(folder: Path) -> dict[str, list[str]]:
    """What the same load leaves when nothing stops it."""
    db = fresh(folder)
    world = World(db, folder)
    world.load(members(6), "first")
    world.load_file(scenario(folder, world), part_rows=100)
    story = world.story()
    db.close()
    return story


def test_a_load_stopped_between_parts_goes_on(db: Database, tmp_path: Path) -> None:
    world = World(db, tmp_path)
    world.load(members(6), "first")
    path = scenario(tmp_path, world)

    def stop(feed: registry.Feed, done: int, size: int) -> None:
        if feed.next_row == 5:
            raise StoppedError

    with pytest.raises(StoppedError):
        world.load_file(path, part_rows=2, progress=stop)
    with pytest.raises(AtomicFeedRefused):
        world.load_file(path, atomic=True)
    world.load_file(path, part_rows=2)
    story, calm = world.story(), undisturbed(tmp_path / "other")
    changed = ("people", "coverages", "keys", "links", "held", "insurers")
    assert {name: story[name] for name in changed} == {name: calm[name] for name in changed}


def test_two_loads_of_one_file_at_once_share_the_work(db: Database, tmp_path: Path) -> None:
    world = World(db, tmp_path)
    world.load(members(6), "first")
    path = scenario(tmp_path, world)
    second: list[Any] = []

    def meanwhile(feed: registry.Feed, done: int, size: int) -> None:
        if feed.next_row == 3 and not second:
            second.append(world.load_file(path, part_rows=5))

    first = world.load_file(path, part_rows=2, progress=meanwhile)
    assert first.feed == second[0].feed
    assert world.story() == undisturbed(tmp_path / "other")


def test_checks_go_on_during_a_load(db: Database, tmp_path: Path) -> None:
    world = World(db, tmp_path)
    world.load([row()], "first")
    asker = World.__new__(World)
    asker.__dict__.update(world.__dict__)
    kinds: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            kinds.append(asker.kind())

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        loaded = world.load([*members(60), row(kind="change", branch="05")], part_rows=5)
    finally:
        stop.set()
        thread.join(30)
    assert (loaded.feed.counts["new"], loaded.feed.counts["changed"]) == (60, 1)
    assert set(kinds) == {"in_force"}
