"""Link codes: every insurer has its own for a person, it tells nothing, and it is good nowhere else."""

import re
from pathlib import Path
from typing import Any

from onshi.app import open_app
from onshi.settings import Settings

from .world import OTHER, SOCIETY, World, row

# She has left the one insurer for the other.
HERE = row(acquired_on="2020-04-01", lost_on="2026-10-20", loss_reason="03")
THERE = row(insurer_number=OTHER, number="888")


def codes_of_both(world: World, **more: Any) -> tuple[str, str]:
    """Hanako's codes at the insurer she left and at the one she went to."""
    mine = world.codes(world.load([HERE], "first", **more))
    others = world.codes(world.load([THERE], "first", insurer=OTHER, **more))
    assert len(world.people()) == 1
    return mine[0], others[0]


def test_two_insurers_have_two_codes_for_one_person(world: World) -> None:
    mine, other = codes_of_both(world)
    (person,) = world.people()
    assert mine != other
    assert (world.code_of(person, SOCIETY), world.code_of(person, OTHER)) == (mine, other)


def test_codes_are_drawn_and_not_derived(tmp_path: Path) -> None:
    """The very same files into two installations, with the chance each really has."""
    seen = []
    for name in ("one", "other"):
        app = open_app(Settings(tmp_path / name, f"sqlite:///{tmp_path / name / 'onshi.sqlite'}"))
        files = tmp_path / name / "files"
        files.mkdir()
        seen += codes_of_both(World(app.db, files), draw=app.draw_many)
        app.db.close()
    assert len(set(seen)) == 4
    assert all(re.fullmatch("[0-9A-F]{16}", code) for code in seen)


def test_a_code_is_good_at_its_own_insurer_only(world: World) -> None:
    mine, other = codes_of_both(world)
    before = world.dump("people", "coverages", "keys", "links")
    foreign = world.load([THERE | {"kind": "change", "link_code": mine, "branch": "07"}], insurer=OTHER)
    assert world.findings(foreign) == [(1, "unknown-link-code")]
    assert world.dump("people", "coverages", "keys", "links") == before
    own = world.load([THERE | {"kind": "change", "link_code": other, "branch": "07"}], insurer=OTHER)
    assert (world.findings(own), own.feed.counts["changed"]) == ([], 1)
