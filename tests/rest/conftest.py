"""The invented country on each engine. PostgreSQL is the one `ONSHI_TEST_POSTGRES` names."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

import onshi.jobs
import onshi.registry  # noqa: F401 - both register their tables
from onshi import asgi
from onshi.db import Database, metadata

from .make import Country, Front, country

ENGINES = ["sqlite", *(["postgresql"] if os.environ.get("ONSHI_TEST_POSTGRES") else [])]


@pytest.fixture(params=ENGINES)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with the tables of all rooms."""
    url = f"sqlite:///{tmp_path}/onshi.db" if request.param == "sqlite" else os.environ["ONSHI_TEST_POSTGRES"]
    database = Database(url)
    metadata.drop_all(database.engine)
    metadata.create_all(database.engine)
    yield database
    database.close()


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
        land = country(db, tmp_path, base=base, rate=1_000_000, burst=1_000_000)
        server = uvicorn.Server(uvicorn.Config(asgi.create(land.app, pages=Starlette()), log_config=None))
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
