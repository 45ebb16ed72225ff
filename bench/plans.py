"""Plans: the filled-in workbooks of all 1,741 municipalities read, checked, kept and handed in, one after another.

`python -m bench.plans` prints this row alone. One process, one core; beside it the same files opened by the reader
underneath, their values and nothing else.
"""

import io
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from python_calamine import CalamineWorkbook

from bench.table import Row, as_text, row
from onshi import plans
from onshi.db import Database, Tx, migrate
from onshi.demo.plans import content_of
from onshi.kernel import parse_moment
from onshi.places import Municipality, municipalities

_YEAR = 2020
_AT = parse_moment("2020-10-05T10:00:00")
_TOGETHER = 100
_MODELS = 40
"""So many are written cell by cell, which takes long; the others are copies with another code and name."""
_PLANS = "plans"


def plan_rows(db: Database, folder: Path, *, count: int = 1_741) -> list[Row]:
    """Taking in so many on one engine. All of them are handed in, or the figure is worth nothing."""
    engine = "sqlite" if db.is_sqlite else "postgresql"
    files = _written(folder, municipalities()[:count])
    opened = _seconds(files, lambda some: [_values(one) for one in some])
    taken = _seconds(files, lambda some: _taken_in(db, some))
    with db.transaction(reading=True) as tx:
        there = plans.compile_plans(tx, _YEAR).sums["00"][_PLANS]
    if there != count:
        sys.exit(f"{count} plans went in and {there} are in the compilation")
    return [row(f"plans.import.{engine}", taken, "s", "opening the files", opened)]


def _seconds(files: Sequence[Path], work: Callable[[Sequence[Path]], object]) -> float:
    begun = time.perf_counter()
    for first in range(0, len(files), _TOGETHER):
        work(files[first : first + _TOGETHER])
    return time.perf_counter() - begun


def _values(file: Path) -> int:
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes()))
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def _taken_in(db: Database, files: Sequence[Path]) -> None:
    read = [plans.workbook.read(file.read_bytes()) for file in files]

    def work(tx: Tx) -> None:
        for one in read:
            plans.take_in(tx, one, at=_AT, submit=True)

    db.run(work)


def _written(folder: Path, towns: Sequence[Municipality]) -> list[Path]:
    """A workbook for each municipality."""
    folder.mkdir(parents=True, exist_ok=True)
    some = towns[:: len(towns) // _MODELS or 1]
    models = [(one, plans.workbook.workbook(content_of(one, _YEAR), one.code, _YEAR)) for one in some]
    found = []
    for place, town in enumerate(towns):
        model, data = models[place % len(models)]
        path = folder / f"{town.code}.xlsx"
        path.write_bytes(_renamed(data, model, town))
        found.append(path)
    return found


def _renamed(data: bytes, model: Municipality, town: Municipality) -> bytes:
    names = ((model.code, town.code), (model.name, town.name))
    target = io.BytesIO()
    packed = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with zipfile.ZipFile(io.BytesIO(data)) as old, packed as new:
        for part in old.namelist():
            text = old.read(part)
            for before, after in names if part.startswith("xl/worksheets/") else ():
                text = text.replace(_as_written(before), _as_written(after))
            new.writestr(part, text)
    return target.getvalue()


def _as_written(text: str) -> bytes:
    """As it stands in the sheet: every Japanese sign by its number."""
    return text.encode("ascii", "xmlcharrefreplace")


def main() -> None:
    """On an embedded database."""
    with tempfile.TemporaryDirectory(prefix="onshi-bench-plans-") as name:
        db = Database(f"sqlite:///{name}/onshi.sqlite")
        migrate(db)
        sys.stdout.write(as_text(plan_rows(db, Path(name) / "plans")) + "\n")
        db.close()


if __name__ == "__main__":
    main()
