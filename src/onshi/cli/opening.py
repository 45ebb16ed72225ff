"""Opening what a command works on."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from onshi.app import App, open_app
from onshi.cli.errors import NoDatabase
from onshi.settings import Settings, read_settings

LOCAL = "local:cli"
"""Who a command on this machine is in the audit log: whoever may read the keys and the database."""

_SQLITE = "sqlite:///"


@contextlib.contextmanager
def opened(*, may_create: bool = False) -> Iterator[App]:
    """The app with the settings of the environment. NoDatabase when there is none and none is to be made."""
    settings = read_settings()
    if not may_create:
        _require(settings)
    app = open_app(settings)
    try:
        yield app
    finally:
        app.db.close()


def _require(settings: Settings) -> None:
    if settings.database.startswith(_SQLITE) and not Path(settings.database.removeprefix(_SQLITE)).exists():
        raise NoDatabase(place=settings.data)
