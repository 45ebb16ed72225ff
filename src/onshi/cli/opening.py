"""Opening what a command works on."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from onshi.app import App, open_app
from onshi.cli.errors import NoDatabase
from onshi.db import Database, Tx
from onshi.settings import PREFIX, Settings, WrongSetting, read_settings

LOCAL = "local:cli"
"""Who a command on this machine is in the audit log: whoever may read the keys and the database."""

_SQLITE = "sqlite:///"
_POSTGRESQL = "postgresql+psycopg://"


@contextlib.contextmanager
def opened(*, may_create: bool = False) -> Iterator[App]:
    """The app with the settings of the environment. NoDatabase when there is none and none is to be made."""
    settings = known_engine()
    if not may_create:
        _require(settings)
    app = open_app(settings)
    try:
        yield app
    finally:
        app.db.close()


@contextlib.contextmanager
def reading() -> Iterator[Tx]:
    """A transaction that changes nothing, on the database of the environment. NoDatabase."""
    with opened() as app, app.db.transaction(reading=True) as tx:
        yield tx


@contextlib.contextmanager
def glancing() -> Iterator[Tx]:
    """The same on the database as it is: nothing is made and nothing brought up to date. NoDatabase."""
    settings = known_engine()
    _require(settings)
    db = Database(settings.database)
    try:
        with db.transaction(reading=True) as tx:
            yield tx
    finally:
        db.close()


def known_engine(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the environment. WrongSetting when the address of the database is of no engine we know."""
    settings = read_settings(environment)
    if not settings.database.startswith((_SQLITE, _POSTGRESQL)):
        raise WrongSetting(name=f"{PREFIX}DATABASE", takes=f"{_SQLITE}FILE / {_POSTGRESQL}USER@HOST/NAME")
    return settings


def _require(settings: Settings) -> None:
    if settings.database.startswith(_SQLITE) and not Path(settings.database.removeprefix(_SQLITE)).exists():
        raise NoDatabase(place=settings.data)
