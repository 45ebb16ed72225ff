"""Numbered steps of the schema, applied in order; the file HEAD names the last."""

from importlib.resources import files

from sqlalchemy import text

from onshi.db.database import Database
from onshi.db.errors import SchemaTooNew

_HERE = files("onshi.db.migrations")
_LEDGER = "CREATE TABLE IF NOT EXISTS db_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL)"


def head() -> int:
    """The number of the newest step. Two branches that both add one conflict in the file HEAD."""
    return int((_HERE / "HEAD").read_text().split()[0])


def migrate(db: Database) -> list[int]:
    """Brings the schema up to date; every step is one transaction. Returns the steps it took."""
    with db.transaction() as tx:
        tx.execute(text(_LEDGER))
        done = {row.number for row in tx.execute(text("SELECT number FROM db_migrations"))}
    if done and max(done) > head():
        raise SchemaTooNew(found=max(done), known=head())
    engine = "sqlite" if db.is_sqlite else "postgresql"
    steps = sorted(int(path.name[:4]) for path in _HERE.iterdir() if path.name.endswith(f".{engine}.sql"))
    taken = [number for number in steps if number not in done]
    for number in taken:
        ends = f".{engine}.sql"
        (script,) = (p for p in _HERE.iterdir() if p.name.startswith(f"{number:04}") and p.name.endswith(ends))
        with db.transaction() as tx:
            for statement in script.read_text().split(";\n"):
                if statement.strip():
                    tx.cursor.execute(statement)
            done_now = {"number": number, "name": script.name}
            tx.execute(text("INSERT INTO db_migrations (number, name) VALUES (:number, :name)"), done_now)
    return taken
