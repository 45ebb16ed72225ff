"""`onshi serve`: the server with pages and interfaces."""

import errno
import os
import socket
import ssl
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn

from onshi.app import open_app
from onshi.cli.errors import AddressUnusable, OneWriterOnly, PortTaken, TlsUnusable
from onshi.cli.opening import known_engine
from onshi.cli.speaking import DEFAULT, Language
from onshi.interfaces import rest
from onshi.outside import TerminalCa
from onshi.settings import PREFIX, Settings
from onshi.terminal_office import terminal_ca

# A process that is silent for so long is replaced. Starting alone takes seconds on a busy machine: with the five of
# the default none got through its start there, and all were replaced for ever.
_SILENT_S = 60


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; ONSHI_HOST if absent.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port; ONSHI_PORT if absent.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Server processes; more than one needs PostgreSQL.")] = 1,
    tls_certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Serve HTTPS with this certificate; ONSHI_TLS_CERTIFICATE.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its private key; ONSHI_TLS_KEY.")] = None,
    _lang: Language = DEFAULT,
) -> None:
    """Serve the pages and the interfaces until stopped.

    With a certificate over HTTPS only. Terminals are asked for theirs when their authority is founded
    (`onshi oqs terminal-ca found`).
    """
    options = {"HOST": host, "PORT": port, "TLS_CERTIFICATE": tls_certificate, "TLS_KEY": tls_key}
    given = {PREFIX + name: str(value) for name, value in options.items() if value is not None}
    run(known_engine(os.environ | given), workers=workers)


def run(settings: Settings, *, workers: int = 1) -> None:
    """Serves until a signal comes. Raises OneWriterOnly, PortTaken, AddressUnusable, TlsUnusable."""
    if workers > 1 and settings.database.startswith("sqlite"):
        raise OneWriterOnly
    require_free(settings)
    # The schema and the keys are made once, before the processes could each try to.
    app = open_app(settings)
    app.db.close()
    secured = tls_options(settings, terminal_ca(app))
    # The server processes read their settings themselves: what was given on the command line has to reach them.
    os.environ |= {"ONSHI_HOST": settings.host, "ONSHI_PORT": str(settings.port)}
    if settings.tls_certificate is not None:
        os.environ |= {"ONSHI_TLS_CERTIFICATE": str(settings.tls_certificate), "ONSHI_TLS_KEY": str(settings.tls_key)}
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
        **secured,
    )


def tls_options(settings: Settings, authority: TerminalCa) -> dict[str, Any]:
    """What uvicorn is told for HTTPS; nothing without a certificate. TlsUnusable.

    A client may show a certificate of the authority of terminals and of no other; who shows none is served as well.
    """
    if settings.tls_certificate is None or settings.tls_key is None:
        return {}
    try:
        # An empty password: a key that needs one must not stop the start with a question.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_certificate, settings.tls_key, "")
    except OSError as error:
        raise TlsUnusable(why=error.strerror or type(error).__name__) from None
    options: dict[str, Any] = {"ssl_certfile": settings.tls_certificate, "ssl_keyfile": settings.tls_key}
    if authority.is_founded:
        options |= {"ssl_ca_certs": str(authority.certificate_path), "ssl_cert_reqs": ssl.CERT_OPTIONAL}
    return options


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
