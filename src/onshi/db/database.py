"""One door to SQLite and PostgreSQL; only this room and the stores know SQL."""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, CursorResult, Executable, MetaData, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from onshi.db.errors import DatabaseBusy

metadata = MetaData()

# `known_to` of a row that still holds. A number and not NULL, so that (id, known_to) is a key:
# the open row of a person is found by the primary key, and there can be only one.
OPEN = 2**63 - 1

_RETRIES = 6
_WAIT_S = 30
# How long housekeeping waits for a gap between two transactions; then it leaves the rest for the next time.
_GAP_S = 0.1
_CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"
_SERIALIZATION_FAILURES = {"40001", "40P01"}
Result = TypeVar("Result")


class Tx:
    """One transaction. Rooms get it as their first argument and never commit it themselves."""

    def __init__(self, connection: Connection, memory: dict[str, tuple[object, Any]]) -> None:
        self._connection = connection
        self._memory = memory
        self.is_sqlite = connection.dialect.name == "sqlite"

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Runs a SQLAlchemy statement."""
        return self._connection.execute(statement, parameters)

    @property
    def cursor(self) -> Any:
        """A fresh driver cursor inside this transaction, for the prepared text of the hot paths."""
        return self._connection.connection.cursor()

    def prepared(self, text: str, parameters: Sequence[Any] = ()) -> Any:
        """A driver cursor that has run this text, `?` for each parameter: what runs with every check or block cannot
        afford SQLAlchemy's share."""
        cursor = self.cursor
        cursor.execute(text if self.is_sqlite else text.replace("?", "%s"), tuple(parameters))
        return cursor

    def looked_up(self, table: str, condition: str, *, optional: bool = False) -> str:
        """The join that looks the rows of `table` ("name alias") up through an index, one by one, for what stands
        before it in the statement; `optional`: without any, one row of nothing.

        Left to choose, an engine goes by figures about the tables that are missing or old: SQLite begins with the
        large table, PostgreSQL reads all of one for every few keys (docs/decisions/0014). Into a LATERAL with an
        OFFSET it may not look.
        """
        if self.is_sqlite:
            return f"{'LEFT' if optional else 'CROSS'} JOIN {table} ON {condition}"
        rows = f"LATERAL (SELECT * FROM {table} WHERE {condition} OFFSET 0) {table.split()[-1]}"
        return f"LEFT JOIN {rows} ON TRUE" if optional else f"CROSS JOIN {rows}"

    def insert_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """The engine's fastest insert of many rows: executemany on SQLite, COPY on PostgreSQL."""
        names = ", ".join(columns)
        if self.is_sqlite:
            marks = ", ".join("?" * len(columns))
            self.cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
            return
        with self.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def remembered(self, name: str, version: object, load: Callable[[], Result]) -> Result:
        """`load()`, kept between transactions for as long as `version`, read in this one, is the same."""
        kept = self._memory.get(name)
        if kept is None or kept[0] != version:
            kept = (version, load())
            self._memory[name] = kept
        found: Result = kept[1]
        return found


class Database:
    """A database by its URL (`sqlite:///file` or `postgresql+psycopg://…`)."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._memory: dict[str, tuple[object, Any]] = {}
        self._writer: Connection | None = None
        self._writer_lock = threading.Lock()
        if self.is_sqlite:
            self.engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": _WAIT_S})
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            self.engine = create_engine(url, pool_pre_ping=True)
            # No question to the server whether it is still there: a batch that finds it gone is tried again.
            self._appending = create_engine(url, isolation_level="READ COMMITTED")
            event.listen(self.engine, "connect", _prepare_postgresql)
            event.listen(self._appending, "connect", _prepare_appending)

    @contextlib.contextmanager
    def transaction(self, *, reading: bool = False, appending: bool = False) -> Iterator[Tx]:
        """Everything inside happens, or nothing.

        Without a flag: alone as if no other ran (BEGIN IMMEDIATE, SERIALIZABLE). `appending`: reads
        one snapshot a statement and only adds rows, as the check does (BEGIN IMMEDIATE, READ
        COMMITTED). `reading`: changes nothing and never waits for a writer.
        """
        if self.is_sqlite and not reading:
            with self._writing() as connection:
                yield Tx(connection, self._memory)
            return
        if appending and not self.is_sqlite:
            with self._appending.connect() as connection, connection.begin():
                yield Tx(connection, self._memory)
            return
        if self.is_sqlite:
            options = {"onshi_begin": "BEGIN"}
        else:
            options = {"isolation_level": "REPEATABLE READ" if reading else "SERIALIZABLE"}
        with self.engine.connect() as connection:
            connection = connection.execution_options(**options)
            with connection.begin():
                yield Tx(connection, self._memory)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        """The one connection of this process that writes to SQLite, inside a transaction.

        A connection throws its page cache away whenever another one has written; with one for the checks and one
        for the sealer that was half the cost of a check. And who waits for the lock wakes up at once, where SQLite
        sleeps and looks again.
        """
        if not self._writer_lock.acquire(timeout=_WAIT_S):
            raise DatabaseBusy
        try:
            if self._writer is None:
                self._writer = self.engine.connect().execution_options(onshi_begin=None)
            yield from _immediately(self._writer)
        finally:
            self._writer_lock.release()

    def run(self, work: Callable[[Tx], Result], *, appending: bool = False) -> Result:
        """`work` in a transaction, tried again when another writer got in between.

        For the outermost edge only; `work` must not touch anything but the transaction.
        """
        for attempt in range(_RETRIES):
            try:
                with self.transaction(appending=appending) as tx:
                    return work(tx)
            except (DBAPIError, psycopg.Error, sqlite3.Error) as error:
                if not (_is_retryable(error) or (appending and _is_lost(error))):
                    raise
                time.sleep(0.01 * 2**attempt)
        raise DatabaseBusy

    def tidy(self) -> None:
        """Moves what waits in SQLite's write-ahead log into the database file, beside whoever reads and writes.

        Left alone, SQLite does it within a commit, and a check that waits for that commit waits a tenth of a second.
        The few pages written meanwhile follow between two transactions of this process, unless one takes long: only
        when nothing is left does the log begin anew, and a long one is slow to read.
        """
        if self.is_sqlite:
            with contextlib.closing(self.engine.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute(_CHECKPOINT)
                if self._writer_lock.acquire(timeout=_GAP_S):
                    try:
                        cursor.execute(_CHECKPOINT)
                    finally:
                        self._writer_lock.release()

    def close(self) -> None:
        """Gives every connection back."""
        with self._writer_lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        self.engine.dispose()
        if not self.is_sqlite:
            self._appending.dispose()


def _immediately(connection: Connection) -> Iterator[Connection]:
    """A transaction that begins and ends in the driver: through SQLAlchemy that costs as much as looking up a dozen
    people, and checks that come one by one have one each. SQLAlchemy's own ends with it, where a statement began one.
    """
    driver = connection.connection.driver_connection
    assert driver is not None, "a writer that was not given back"
    _say(driver, "BEGIN IMMEDIATE")
    try:
        yield connection
        connection.commit()
        if driver.in_transaction:
            _say(driver, "COMMIT")
    except BaseException:
        connection.rollback()
        driver.rollback()
        raise


def _say(driver: Any, statement: str) -> None:
    try:
        driver.execute(statement)
    except driver.OperationalError as error:
        raise OperationalError(statement, None, error) from error


def _is_retryable(error: Exception) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error  # the driver's own comes from its cursor as it is
    return getattr(cause, "sqlstate", None) in _SERIALIZATION_FAILURES or "database is locked" in str(cause)


def _is_lost(error: Exception) -> bool:
    """Whether the connection was gone."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    return isinstance(error, psycopg.OperationalError) and error.sqlstate is None


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # We begin transactions ourselves: the driver's own habit of beginning late lets two writers decide
    # on the same old state.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-65536",
        "mmap_size=8589934592",
        # Some 160 MB: `tidy` comes long before, and not in the middle of somebody's commit.
        "wal_autocheckpoint=40000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    # Compiling a statement takes it half a second, and it does so when it thinks the tables large: none of ours pays.
    connection.execute("SET jit = off")
    connection.commit()


def _prepare_appending(connection: Any, record: Any) -> None:
    # A plan is kept for as long as the connection, and a table small when it was made may have grown. Nor does one
    # batch ask the same twice, so remembering what was found (Memoize) is work for nothing (docs/decisions/0014).
    connection.execute("SET enable_seqscan = off; SET enable_memoize = off")
    _prepare_postgresql(connection, record)


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get("onshi_begin", "BEGIN IMMEDIATE")
    if begin is not None:
        connection.exec_driver_sql(begin)
