"""A site behind a real server on the loopback, for a browser."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from onshi import web
from onshi.app import App
from onshi.interfaces import oqs

_START_WITHIN_S = 10.0


@contextmanager
def serving(app: App) -> Iterator[str]:
    """Serves the pages until left; the address is handed out."""
    config = uvicorn.Config(web.site(app, oqs.history_zip), host="127.0.0.1", port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + _START_WITHIN_S
    while not server.started:
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
