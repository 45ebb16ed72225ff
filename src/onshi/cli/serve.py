"""`onshi serve`: the server with pages and interfaces."""

import errno
import os
import socket
from typing import Annotated

import typer
import uvicorn

from onshi.app import open_app
from onshi.cli.errors import AddressUnusable, OneWriterOnly, PortTaken
from onshi.cli.opening import known_engine
from onshi.cli.speaking import DEFAULT, Language
from onshi.interfaces import rest
from onshi.settings import Settings

# A process that is silent for so long is replaced. Starting alone takes seconds on a busy machine: with the five of
# the default none got through its start there, and all were replaced for ever.
_SILENT_S = 60


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; ONSHI_HOST if absent.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port; ONSHI_PORT if absent.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Server processes; more than one needs PostgreSQL.")] = 1,
    _lang: Language = DEFAULT,
) -> None:
    """Serve the pages and the interfaces until stopped."""
    given = {} if host is None else {"ONSHI_HOST": host}
    given |= {} if port is None else {"ONSHI_PORT": str(port)}
    run(known_engine(os.environ | given), workers=workers)


def run(settings: Settings, *, workers: int = 1) -> None:
    """Serves until a signal comes. Raises OneWriterOnly, PortTaken, AddressUnusable."""
    if workers > 1 and settings.database.startswith("sqlite"):
        raise OneWriterOnly
    require_free(settings)
    # The schema and the keys are made once, before the processes could each try to.
    open_app(settings).db.close()
    # The server processes read their settings themselves: what was given on the command line has to reach them.
    os.environ |= {"ONSHI_HOST": settings.host, "ONSHI_PORT": str(settings.port)}
    uvicorn.run(
        "onshi.asgi:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers,
        timeout_worker_healthcheck=_SILENT_S,
        loop="uvloop",
        http=rest.CheckProtocol,
        proxy_headers=False,
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
    )


def require_free(settings: Settings) -> None:
    """Raises PortTaken or AddressUnusable: better said before a country is built than after."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(port=settings.port) from None
            raise AddressUnusable(host=settings.host, port=settings.port, why=error.strerror) from None
