"""The database: one engine, three kinds of transaction, numbered migrations."""

from onshi.db.database import OPEN, Database, Tx, metadata
from onshi.db.errors import DatabaseBusy, SchemaTooNew
from onshi.db.migrations import head, migrate

__all__ = ["OPEN", "Database", "DatabaseBusy", "SchemaTooNew", "Tx", "head", "metadata", "migrate"]
