"""A process that loads is killed, again and again: nothing half, nothing lost, nothing twice."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from onshi import registry
from onshi.db import Database, migrate
from onshi.kernel import Moment
from registry.world import SOCIETY, World, members

ROWS = 600


def spoken(story: dict[str, list[str]]) -> dict[str, list[str]]:
    """The story without what depends on the day it happens."""
    return {name: rows for name, rows in story.items() if name not in ("feeds", "insurers")}


def killed_once(url: str, path: Path, seed: int, parts: int, delay: float) -> bool:
    """Starts a load, waits for so many parts and a little more, and kills it. Whether it was still alive."""
    command = [sys.executable, str(Path(__file__).parent / "loading.py"), url, str(path), str(seed)]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(one for one in sys.path if one),
        "POLARS_MAX_THREADS": "1",
    }
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            parts -= line == "part\n"
            if parts < 0:
                break
        time.sleep(delay)
        was_alive = process.poll() is None
        process.kill()
    return was_alive


def kill_and_resume(db: Database, db_url: str, tmp_path: Path, times: int, seed: int) -> None:
    """The whole story: so many kills, each looked into; then the rest, compared with a load nobody stopped."""
    chance = random.Random(seed)
    world = World(db, tmp_path)
    before = members(ROWS)[: ROWS // 2]
    world.load(before, "first")
    rows = [one | {"kind": "change", "branch": "05"} for one in before]
    path = world.file(rows + members(ROWS)[ROWS // 2 :])
    kills = 0
    for number in range(times):
        kills += killed_once(db_url, path, seed + number, chance.randrange(4), chance.random() * 0.05)
        with db.transaction(reading=True) as tx:
            feeds = [one for one in registry.feeds_of(tx, SOCIETY) if one.mode == "daily"]
            done = feeds[0].next_row - 1 if feeds else 0
            assert registry.count_people(tx) == ROWS // 2 + max(0, done - ROWS // 2)
        # Open versions with the branch that the file gives: as many as rows are done, no part of a part.
        changed = [one for one in world.coverages_now() if one["branch"] == "05"]
        assert len(changed) == min(done, ROWS // 2)
    assert kills == times
    world.moment = Moment(time.time_ns() // 1_000 + 60_000_000)
    world.load_file(path)
    calm_folder = tmp_path / "calm"
    calm_folder.mkdir()
    calm = World(fresh(calm_folder), calm_folder)
    calm.load(before, "first")
    calm.moment = world.moment
    calm.load_file(calm.file(rows + members(ROWS)[ROWS // 2 :]))
    assert spoken(world.story()) == spoken(calm.story())
    calm.db.close()


def fresh(folder: Path) -> Database:
    """An empty database."""
    db = Database(f"sqlite:///{folder / 'o.sqlite'}")
    migrate(db)
    return db


@pytest.mark.slow
def test_a_load_killed_five_times_ends_as_if_nothing_had_happened(db: Database, db_url: str, tmp_path: Path) -> None:
    kill_and_resume(db, db_url, tmp_path, 5, seed=11)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_a_load_killed_a_hundred_times(db: Database, db_url: str, tmp_path: Path, seed: int) -> None:
    kill_and_resume(db, db_url, tmp_path, 5, seed=100 + 7 * seed)
