"""The two engines as the rows need them: a SQLite file, and a private PostgreSQL that really syncs."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from onshi.db import Database, migrate

ENGINES = ("sqlite", "postgresql")


class BenchCannotRun(Exception):
    """Something the benchmark needs is missing or did not start; the text says what."""


class Cluster:
    """A PostgreSQL of our own: a socket in its own folder, fsync on, ended by its process id."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not found:
            raise BenchCannotRun("PostgreSQL is missing: `apt install postgresql`")
        self._bin = found[-1].parent
        self._user = "postgres" if os.geteuid() == 0 else None
        self._name = self._user or os.environ.get("USER", "postgres")
        self.folder = Path(tempfile.mkdtemp(prefix="onshi-bench-pg-", dir="/tmp"))  # sockets need a short path
        if self._user:
            shutil.chown(self.folder, self._user)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", self._name, "-A", "trust", "-E", "UTF8")
        self._server = subprocess.Popen(
            [
                self._bin / "postgres",
                *("-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses="),
                *("-c", f"shared_buffers={_shared_buffers_mib()}MB"),
                *("-c", "max_wal_size=8GB", "-c", "checkpoint_timeout=30min"),
            ],
            user=self._user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            with contextlib.suppress(BenchCannotRun):
                self.sql("SELECT 1")
                return
            time.sleep(0.05)
        raise BenchCannotRun("PostgreSQL did not start")

    @property
    def pid(self) -> int:
        """Its first process; the others are its children."""
        return self._server.pid

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg://{self._name}@/{database}?host={self.folder}"

    def sql(self, statement: str, database: str = "postgres") -> None:
        """Runs one statement."""
        self._run("psql", "-h", str(self.folder), "-U", self._name, "-d", database, "-qc", statement)

    def stop(self) -> None:
        """Ends it and removes its files."""
        self._server.send_signal(signal.SIGINT)  # its "fast" way: it waits for nobody
        self._server.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [self._bin / program, *arguments],
            user=self._user,
            env=environment,
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
        )
        if done.returncode:
            raise BenchCannotRun(f"{program}: {done.stderr.strip()}")


def _shared_buffers_mib() -> int:
    """A quarter of the memory of the machine, as PostgreSQL's manual advises."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4 // 2**20


class Ground:
    """A folder of its own and fresh databases in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cluster: Cluster | None = None

    def fresh(self, engine: str) -> Database:
        """A new, migrated database."""
        name = f"bench_{secrets.token_hex(4)}"
        if engine == "sqlite":
            db = Database(f"sqlite:///{self.folder / name}.sqlite")
        else:
            if self.cluster is None:
                self.cluster = Cluster()
            self.cluster.sql(f"CREATE DATABASE {name}")
            db = Database(self.cluster.url(name))
        migrate(db)
        return db

    def drop(self, db: Database) -> None:
        """Closes a database and gives its space back."""
        db.close()
        if db.is_sqlite:
            for part in self.folder.glob(Path(db.url).name + "*"):
                part.unlink()
        elif self.cluster is not None:
            self.cluster.sql(f"DROP DATABASE {db.engine.url.database} WITH (FORCE)")

    def settle(self, db: Database) -> None:
        """What an operator's housekeeping does after a large load."""
        if db.is_sqlite:
            with contextlib.closing(db.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        elif self.cluster is not None:
            name = str(db.engine.url.database)
            self.cluster.sql("VACUUM", name)
            self.cluster.sql("CHECKPOINT", name)


@contextlib.contextmanager
def ground() -> Iterator[Ground]:
    """A ground that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="onshi-bench-") as folder:
        made = Ground(Path(folder))
        try:
            yield made
        finally:
            if made.cluster is not None:
                made.cluster.stop()
