"""`onshi tallies`: a day recorded, taken, shared and shown; how late data were."""

import json
from pathlib import Path
from typing import Any

import pytest

from onshi import access, audit
from onshi.audit import Action
from tallies import make
from web.country import BY, CITY, SOCIETY

from .run import Run
from .test_enrolments import opened

DAY = "2026-10-31"


@pytest.fixture(autouse=True)
def ministry(onshi: Run, tmp_path: Path) -> None:
    """The ministry that takes counts."""
    with opened(tmp_path / "data") as app:
        app.run(lambda tx: access.register_parties(tx, [make.MINISTRY], by=BY))


def document(onshi: Run, *words: str) -> Any:
    said = onshi("tallies", *words, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_recorded_taken_shared_and_shown(onshi: Run, tmp_path: Path) -> None:
    own = ("show", "--insurer", SOCIETY)
    assert document(onshi, "record", DAY)["version"] == 1
    figures = {one["insurer"]: (one["members"], one["registered"]) for one in document(onshi, "show", "--on", DAY)}
    # Cards are counted as they were when the day ended; both came in October.
    assert (figures[SOCIETY], figures[CITY]) == ((5, 2), (0, 0))
    assert document(onshi, *own) == []
    document(onshi, "take", DAY)
    assert document(onshi, *own) == []
    assert list(document(onshi, "share", DAY)["steps"]) == ["recorded", "taken", "shared"]
    assert document(onshi, *own) == [
        {"counted_on": DAY, "version": 1, "insurer": SOCIETY, "kind": "society", "members": 5, "registered": 2}
    ]
    assert onshi("tallies", "record", DAY, "--lang", "ja").out == f"{DAY}を集計しました（第2版）。\n"
    with opened(tmp_path / "data") as app, app.db.transaction(reading=True) as tx:
        noted = [one.entry for one in audit.entries_of(tx, action=Action.TALLY)]
    assert [(one.actor, one.outcome, one.object) for one in noted] == [
        ("local:cli", "recorded", f"tally:{DAY}.2"),
        ("local:cli", "shared", f"tally:{DAY}.1"),
        ("local:cli", "taken", f"tally:{DAY}.1"),
        ("local:cli", "recorded", f"tally:{DAY}.1"),
    ]


def test_how_late_data_were(onshi: Run) -> None:
    assert document(onshi, "delays", "2026-01") == []
    assert document(onshi, "delays", "2026-01", "--by-kind") == []
    assert onshi("tallies", "delays", "2026-01", "--lang", "en").out.split()[0] == "insurer"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("record", "someday"), "day-unreadable"),
        (("record", "2999-01-01"), "tally-day-not-over"),
        (("take", DAY), "tally-step-out-of-turn"),
        (("share", DAY), "tally-step-out-of-turn"),
        (("delays", "2026-13"), "month-unreadable"),
    ],
)
def test_what_is_refused(onshi: Run, words: tuple[str, ...], code: str) -> None:
    said = onshi("tallies", *words, "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, code)
