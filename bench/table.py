"""A row of the result, the table people read and the file machines read."""

import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec

_PACKAGES = (
    "uvicorn",
    "uvloop",
    "httptools",
    "starlette",
    "msgspec",
    "sqlalchemy",
    "psycopg",
    "polars",
    "cryptography",
)


class Row(msgspec.Struct, frozen=True):
    """What was measured, what the baseline of the same run gave, and the first as a share of the second."""

    name: str
    value: float
    unit: str
    baseline: str | None = None
    baseline_value: float | None = None
    ratio: float | None = None


def row(name: str, value: float, unit: str, baseline: str | None = None, baseline_value: float | None = None) -> Row:
    """A row with its ratio worked out."""
    ratio = None if not baseline_value else round(value / baseline_value, 3)
    return Row(
        name, round(value, 3), unit, baseline, None if baseline_value is None else round(baseline_value, 3), ratio
    )


def as_text(rows: Sequence[Row], *, head: bool = True) -> str:
    """The table for people, or a part of it without its head."""
    lines = [f"{'row':<44}{'value':>12} {'unit':<10}{'baseline':>12}  {'ratio':>6}  against"] if head else []
    for one in rows:
        against = "" if one.baseline_value is None else f"{one.baseline_value:,.2f}"
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        lines.append(f"{one.name:<44}{one.value:>12,.2f} {one.unit:<10}{against:>12}  {ratio:>6}  {one.baseline or ''}")
    return "\n".join(lines)


def _machine() -> dict[str, object]:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": model,
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": memory,
        "system": platform.platform(),
        "load_average": os.getloadavg()[0],
    }


def _commit() -> str:
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"


def write(path: Path, rows: Sequence[Row], people: int) -> None:
    """`bench.json`: a list of the rows, each with the run it is from (size, machine, versions, commit)."""
    run = {
        "people": people,
        "machine": _machine(),
        "versions": {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
        | {name: version(name) for name in _PACKAGES},
        "commit": _commit(),
    }
    content = [msgspec.structs.asdict(one) | {"run": run} for one in rows]
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")
