"""The invented country on each engine, and the server over it."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from onshi import asgi
from onshi.db import Database
from onshi.interfaces import rest

from .make import Country, Front, country


@pytest.fixture
def land(db: Database, tmp_path: Path) -> Country:
    """The cast of make.py, on the engine of `db`."""
    return country(db, tmp_path)


@pytest.fixture
def front(land: Country) -> Iterator[Front]:
    """The whole server without its background work, called directly."""
    opened = Front(asgi.create(land.app, pages=Starlette()))
    yield opened
    opened.close()


@pytest.fixture
def served(db: Database, tmp_path: Path) -> Iterator[Country]:
    """The whole server with its background work, on a loopback port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with serving(db, tmp_path, listener, base=base) as land:
            yield land


@contextlib.contextmanager
def serving(db: Database, folder: Path, listener: socket.socket, *, base: str) -> Iterator[Country]:
    """The same on a socket, under the name by which clients know it."""
    land = country(db, folder, base=base, rate=1_000_000, burst=1_000_000)
    server = uvicorn.Server(
        uvicorn.Config(asgi.create(land.app, pages=Starlette()), http=rest.CheckProtocol, log_config=None)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    _wait_until_ready(base)
    yield land
    server.should_exit = True
    thread.join(20)


def _wait_until_ready(base: str) -> None:
    for _ in range(200):
        try:
            if httpx.get(base + "/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    pytest.fail("the server did not get ready")
