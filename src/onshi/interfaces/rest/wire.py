"""The check lane's way through uvicorn: a request for /v1/checks goes from the parser straight into the lane.

uvicorn's ASGI cycle makes a scope, a task, an event and two writes to the socket for every request; for the one
address that a nation uses, that was two thirds of a check's time in the event loop (docs/decisions/0010). Parsing,
limits, keep-alive, pipelining and shutdown stay uvicorn's. Whatever is unusual (another path or method, HTTP/1.0,
Expect, an upgrade, a request before the last one is answered) takes the ordinary way and is answered the same.

uvicorn keeps the certificate of a TLS client to itself: here it goes into the scope of what takes the ordinary way
(`tls_certificate`). TLS alone can put it there; no header can.
"""

from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from onshi.interfaces.rest.checks import BODY_LIMIT, CheckEndpoint, Scope, refusal, wanted_headers
from onshi.interfaces.rest.dispatch import request_id_of
from onshi.interfaces.rest.lane import Outcome
from onshi.interfaces.rest.logs import trouble_line
from onshi.interfaces.rest.problems import InternalError, TooLarge
from onshi.interfaces.rest.table import CHECK_PATH
from onshi.kernel import OnshiError

_PATH = CHECK_PATH.encode()
_OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncache-control: no-store\r\ncontent-length: %d\r\n"


def tls_certificate(scope: Scope) -> bytes | None:
    """The certificate (DER) to which the other end of the connection has proved to hold the key, or None."""
    chain = (scope.get("extensions") or {}).get("tls", {}).get("client_cert_chain", ())
    return next(iter(chain), None)


class _Nobody:
    """Stands where uvicorn keeps the event on which an ASGI application would wait."""

    def set(self) -> None:
        """There is nobody to wake."""


_NOBODY = _Nobody()


class CheckCycle:
    """One check on its way, with the members uvicorn's protocol asks of a request in progress."""

    __slots__ = ("body", "disconnected", "keep_alive", "message_event", "more_body", "response_complete")

    def __init__(self, *, keep_alive: bool) -> None:
        self.keep_alive = keep_alive
        self.body = bytearray()
        self.more_body = True
        self.disconnected = False
        self.response_complete = False
        self.message_event = _NOBODY


class CheckProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol with a short way for the check; needs an application with `checks` (asgi.py)."""

    def connection_made(self, transport: Any) -> None:
        """A connection begins; the application says who answers checks."""
        super().connection_made(transport)
        self._checks: CheckEndpoint | None = getattr(self.app, "checks", None)
        tls = transport.get_extra_info("ssl_object")
        certificate = None if tls is None else tls.getpeercert(binary_form=True)
        # Once for each connection, and nothing of it for a check, which has a token.
        self._extensions: dict[str, dict[object, object]] | None = None
        if certificate is not None:
            self._extensions = {"tls": {"client_cert_chain": (certificate,)}}

    def on_headers_complete(self) -> None:
        """Chooses the way."""
        parser = self.parser
        is_plain = (
            self.url == _PATH
            and self._checks is not None
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and not self.expect_100_continue
            and not parser.should_upgrade()
            and self.limit_concurrency is None
            and not self.root_path
            and (self.cycle is None or self.cycle.response_complete)
        )
        if not is_plain:
            if self._extensions is not None:
                self.scope["extensions"] = self._extensions
            super().on_headers_complete()
            return
        self.cycle = CheckCycle(keep_alive=parser.should_keep_alive())  # type: ignore[assignment]

    def on_body(self, body: bytes) -> None:
        """Gathers the body up to its limit."""
        cycle: Any = self.cycle
        if type(cycle) is not CheckCycle:
            super().on_body(body)
            return
        if cycle.response_complete:
            return
        cycle.body += body
        if len(cycle.body) > BODY_LIMIT:
            # The rest of the body is not waited for, so the connection cannot be used again.
            cycle.keep_alive = False
            self._refuse(cycle, TooLarge(limit=BODY_LIMIT), b"")

    def on_message_complete(self) -> None:
        """Hands the request to the lane."""
        cycle: Any = self.cycle
        if type(cycle) is not CheckCycle:
            super().on_message_complete()
            return
        if cycle.response_complete:
            return
        cycle.more_body = False
        authorization, request_id = wanted_headers(self.headers)

        def done(outcome: Outcome) -> None:
            if isinstance(outcome, bytes):
                self._send(cycle, _OK % len(outcome), (), outcome, request_id)
            else:
                self._refuse(cycle, outcome, request_id)

        assert self._checks is not None, "chosen in on_headers_complete"
        try:
            self._checks.ask(authorization, bytes(cycle.body), done)
        except Exception as error:  # noqa: BLE001 - a fault of ours must be answered too
            self._refuse(cycle, error, request_id)

    def _refuse(self, cycle: CheckCycle, error: Exception, request_id: bytes) -> None:
        if not isinstance(error, OnshiError):
            trouble_line(request_id_of(request_id.decode()), error)
            error = InternalError()
        body, status, headers = refusal(error)
        self._send(cycle, STATUS_LINE[status], headers, body, request_id)

    def _send(
        self, cycle: CheckCycle, head: bytes, headers: Sequence[tuple[bytes, bytes]], body: bytes, request_id: bytes
    ) -> None:
        """Head and body in one write, and the connection ready for the next request."""
        if cycle.disconnected or cycle.response_complete or self.transport.is_closing():
            return  # the client went away; its check stays in the log
        parts = [head]
        for name, value in (*self.server_state.default_headers, *headers):
            parts += (name, b": ", value, b"\r\n")
        if request_id:
            parts += (b"x-request-id: ", request_id, b"\r\n")
        if not cycle.keep_alive:
            parts.append(b"connection: close\r\n")
        parts += (b"\r\n", body)
        self.transport.write(b"".join(parts))
        cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()
