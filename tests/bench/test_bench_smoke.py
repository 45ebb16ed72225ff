"""The benchmark runs, and every row it promises is there."""

import sys
from pathlib import Path

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.__main__ import growth, main
from bench.table import Row, row

_ENGINE_ROWS = [
    *(f"load.first.{{}}{end}" for end in ("", ".memory")),
    *(f"bulk.in_process.{{}}{end}" for end in ("", ".cpu", ".at_first")),
    *(f"single.in_process.{{}}.{end}" for end in ("p50", "p99")),
    *(f"http.check.{{}}{end}" for end in ("", ".cpu", ".p50_at_half", ".p99_at_half")),
    *(f"history.export.{{}}{end}" for end in ("", ".seconds", ".cpu")),
    "certificates.issue.{}",
    *(f"certificates.judge.{{}}.{end}" for end in ("cold", "warm")),
    "plans.import.{}",
    "presence.prove.{}",
    *(f"oqs.{one}.{{}}" for one in ("single", "bulk", "agent.rate", "agent.p50", "agent.p99")),
    *(f"presence.in_process.{{}}{end}" for end in ("", ".one_by_one")),
]
_OTHER_ROWS = {f"programme.rollup{end}" for end in ("", ".seconds", ".cpu")}


@pytest.mark.slow
def test_a_tiny_run_has_every_row(tmp_path: Path) -> None:
    rows = main(300, rounds=1, seconds=0.5, output=tmp_path / "bench.json")
    expected = {name.format(engine) for engine in ("sqlite", "postgresql") for name in _ENGINE_ROWS} | _OTHER_ROWS
    assert {one.name for one in rows} == expected
    assert all(one.value > 0 for one in rows)
    written = msgspec.json.decode((tmp_path / "bench.json").read_bytes())
    assert [one["name"] for one in written] == [one.name for one in rows]
    assert set(written[0]["run"]) == {"people", "machine", "versions", "commit"}


def test_growth_compares_latencies_only() -> None:
    small = [row("single.in_process.sqlite.p50", 2.0, "ms"), row("http.check.sqlite", 9.0, "checks/s")]
    full = [row("single.in_process.sqlite.p50", 2.2, "ms"), row("http.check.sqlite", 8.0, "checks/s")]
    assert growth(small, full) == [Row("growth.single.in_process.sqlite.p50", 2.2, "ms", "200,000 people", 2.0, 1.1)]
