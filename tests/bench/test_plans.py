"""The row of plans is there, and what it measures is whole."""

import sys
from pathlib import Path

import pytest

from onshi.db import Database

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.plans import plan_rows


@pytest.mark.slow
def test_a_tiny_run_has_its_row(db: Database, tmp_path: Path) -> None:
    (one,) = plan_rows(db, tmp_path, count=50)
    assert one.name == f"plans.import.{'sqlite' if db.is_sqlite else 'postgresql'}"
    assert one.baseline == "opening the files"
    assert one.value > (one.baseline_value or 0) > 0
