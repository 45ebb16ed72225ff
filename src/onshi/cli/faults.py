"""What a command ends with when the machine or the database fails it: a refusal with a name instead of a traceback.

A traceback would show whatever the program had in hand, people included.
"""

import sqlite3
import traceback
from pathlib import Path

import psycopg

from onshi.cli.errors import DatabaseUnusable, FileRefused, InternalFault
from onshi.kernel import OnshiError

# Bugs of ours (a constraint, a wrong statement) are other classes of the drivers, and their texts quote values.
_SQLITE_ITSELF = (sqlite3.OperationalError, sqlite3.DatabaseError)


def named(error: Exception) -> OnshiError:
    """The refusal that tells of an exception, without anything that was being worked on."""
    if isinstance(error, OnshiError):
        return error
    # Only stores know SQLAlchemy; what it raises has the error of the driver inside.
    driver = getattr(error, "orig", None)
    if type(driver) in _SQLITE_ITSELF or isinstance(driver, psycopg.OperationalError):
        return DatabaseUnusable(why=str(driver).partition("\n")[0].rstrip("."))
    if isinstance(error, OSError) and error.strerror and error.filename:
        return FileRefused(file=error.filename, why=error.strerror)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return InternalFault(kind=type(error).__qualname__, place=place)
