"""The rows of certificates are there."""

import sys
from pathlib import Path

import pytest

from onshi.db import Database

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.certificates import certificate_rows


@pytest.mark.slow
def test_a_tiny_run_has_every_row(db: Database, tmp_path: Path) -> None:
    rows = certificate_rows(db, tmp_path, count=60)
    engine = "sqlite" if db.is_sqlite else "postgresql"
    names = [f"certificates.{end}" for end in (f"issue.{engine}", f"judge.{engine}.cold", f"judge.{engine}.warm")]
    assert [one.name for one in rows] == names
    assert all(one.value > 0 and one.ratio is not None for one in rows)
