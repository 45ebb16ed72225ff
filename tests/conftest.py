"""Databases for the tests: real engines, a fresh one for every test."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from onshi.db import Database, Tx, migrate

WITHOUT = set(filter(None, os.environ.get("ONSHI_TEST_WITHOUT", "").split(",")))
"""What a machine is known to lack: `postgresql`, `chromium`, `pcscd`, `softhsm`, `libreoffice`.

What is left out is said in the last line.
"""

# Whose tests are known by a marker; those of PostgreSQL by their parameter.
_MARKERS = {"chromium": "browser", "pcscd": "middleware", "softhsm": "module", "libreoffice": "libreoffice"}
_numbers = count(1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Repeats what was left out, so that nobody takes a part for the whole."""
    if WITHOUT:
        terminalreporter.write_line(f"LEFT OUT by ONSHI_TEST_WITHOUT: {', '.join(sorted(WITHOUT))}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a program go only where the machine is known to lack it."""
    left_out = [marker for program, marker in _MARKERS.items() if program in WITHOUT]
    items[:] = [item for item in items if not any(item.get_closest_marker(marker) for marker in left_out)]


class Cluster:
    """A private PostgreSQL: unprivileged, reachable through a socket in its own short folder only."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not found:
            raise RuntimeError("PostgreSQL is missing: `make test` installs it, or set ONSHI_TEST_WITHOUT=postgresql")
        self.bin = found[-1].parent
        self.user = "postgres" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="onshi-pg-", dir="/tmp"))  # sockets need a short path
        if self.user:
            shutil.chown(self.folder, self.user)
        name = self.user or os.environ.get("USER", "postgres")
        self._run("initdb", "-D", str(self.folder / "data"), "-U", name, "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=60"
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-w", "-l", str(self.folder / "log"), "start"
        )
        self._name = name
        template = Database(self.url("onshi_template"))
        self.sql("CREATE DATABASE onshi_template")
        migrate(template)
        template.close()

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg://{self._name}@/{database}?host={self.folder}"

    def sql(self, statement: str) -> None:
        """Runs one statement outside any test's database."""
        self._run("psql", "-h", str(self.folder), "-U", self._name, "-d", "postgres", "-qc", statement)

    def stop(self) -> None:
        """Ends it and removes its files."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        command = [str(self.bin / program), *arguments]
        done = subprocess.run(
            command, user=self.user, env=environment, capture_output=True, text=True, cwd=self.folder, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL for the session."""
    made = Cluster()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database, migrated once and copied for every test."""
    path = tmp_path_factory.mktemp("template") / "onshi.sqlite"
    db = Database(f"sqlite:///{path}")
    migrate(db)
    db.close()
    return path


@pytest.fixture(params=["sqlite", *([] if "postgresql" in WITHOUT else ["postgresql"])])
def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database on each engine."""
    if request.param == "sqlite":
        path = tmp_path / "onshi.sqlite"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = f"t{os.getpid()}_{next(_numbers)}"
    cluster.sql(f"CREATE DATABASE {name} TEMPLATE onshi_template")
    yield cluster.url(name)
    cluster.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def db(db_url: str) -> Iterator[Database]:
    """A fresh, migrated database on each engine."""
    database = Database(db_url)
    yield database
    database.close()


@pytest.fixture
def tx(db: Database) -> Iterator[Tx]:
    """An open write transaction on a fresh database."""
    with db.transaction() as opened:
        yield opened
