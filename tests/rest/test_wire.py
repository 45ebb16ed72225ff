"""The short way through uvicorn answers as the ordinary one does, whatever a client sends."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from onshi import asgi
from onshi.db import Database
from onshi.interfaces import rest

from .make import HANAKO, Country, country


class Lines:
    """One connection, spoken by hand."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._rest = b""

    def send(self, *parts: bytes) -> "Lines":
        self.socket.sendall(b"".join(parts))
        return self

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next answer: status, headers, body."""
        while b"\r\n\r\n" not in self._rest:
            self._more()
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        length = int(headers.get("content-length", "0"))
        while len(self._rest) < length:
            self._more()
        body, self._rest = self._rest[:length], self._rest[length:]
        return int(first.split()[1]), headers, body

    def __del__(self) -> None:
        self.socket.close()

    def is_over(self) -> bool:
        """Whether the server has closed the connection."""
        return self._rest == b"" and self.socket.recv(1) == b""

    def _more(self) -> None:
        part = self.socket.recv(65_536)
        assert part, "closed in the middle of an answer"
        self._rest += part


def request(
    land: Country, body: bytes | None = None, *, line: bytes = b"POST /v1/checks HTTP/1.1", more: bytes = b""
) -> bytes:
    content = json.dumps(HANAKO).encode() if body is None else body
    bearer = land.bearer()["Authorization"].encode()
    head = b"%s\r\nhost: x\r\nauthorization: %s\r\ncontent-type: application/json\r\n%scontent-length: %d\r\n\r\n"
    return head % (line, bearer, more, len(content)) + content


@pytest.fixture
def land(db: Database, tmp_path: Path) -> Country:
    return country(db, tmp_path, rate=1_000_000, burst=1_000_000)


@pytest.fixture
def ports(land: Country) -> Iterator[tuple[int, int]]:
    """The same application behind our protocol and behind uvicorn's own."""
    running = []
    for protocol in (rest.CheckProtocol, HttpToolsProtocol):
        listener = socket.create_server(("127.0.0.1", 0))
        application = asgi.create(land.app, pages=Starlette())
        config = uvicorn.Config(
            application, http=protocol, log_config=None, lifespan="off", date_header=False, proxy_headers=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        running.append((listener, server, thread, application))
    yield running[0][0].getsockname()[1], running[1][0].getsockname()[1]
    for listener, server, thread, application in running:
        server.should_exit = True
        thread.join(10)
        application.checks.close()
        listener.close()


def told(answer: tuple[int, dict[str, str], bytes]) -> tuple[int, dict[str, str], str]:
    """An answer without what differs from check to check."""
    status, headers, body = answer
    if status != 200:
        return status, headers, body.decode()
    document = json.loads(body)
    headers = {name: value for name, value in headers.items() if name != "content-length"}
    return status, headers, json.dumps([document["answer"], document["advice"], sorted(document)])


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("good", 200),
        ("named", 200),
        ("named strangely", 200),
        ("no token", 401),
        ("wrong token", 401),
        ("not json", 400),
        ("empty", 400),
        ("unknown member", 400),
        ("a day that is none", 400),
        ("in the future", 422),
        ("another method", 405),
        ("a query", 200),
        ("expecting", 200),
        ("old http", 200),
    ],
)
def test_both_ways_answer_alike(land: Country, ports: tuple[int, int], name: str, status: int) -> None:
    def sent() -> bytes:
        match name:
            case "named":
                return request(land, more=b"x-request-id: abc-1\r\n")
            case "named strangely":
                return request(land, more=b"x-request-id: \xe3\x81\x82\r\n")
            case "no token":
                return re.sub(rb"authorization: [^\r]*\r\n", b"", request(land))
            case "wrong token":
                return request(land).replace(b"Bearer ey", b"Bearer xx")
            case "not json":
                return request(land, b"{")
            case "empty":
                return request(land, b"")
            case "unknown member":
                return request(land, b'{"personal_number": "1"}')
            case "a day that is none":
                return request(land, json.dumps(HANAKO | {"on": "2026-02-30"}).encode())
            case "in the future":
                return request(land, json.dumps(HANAKO | {"known_at": "2030-01-01"}).encode())
            case "another method":
                return request(land, line=b"PUT /v1/checks HTTP/1.1")
            case "a query":
                return request(land, line=b"POST /v1/checks?x=1 HTTP/1.1")
            case "expecting":
                return request(land, more=b"expect: 100-nothing\r\n")
            case "old http":
                return request(land, line=b"POST /v1/checks HTTP/1.0", more=b"connection: keep-alive\r\n")
        return request(land)

    ours, theirs = (told(Lines(port).send(sent()).answer()) for port in ports)
    assert ours[0] == status
    if name != "another method":  # its request id is drawn by chance
        assert ours == theirs


def test_a_connection_is_used_again_and_again(land: Country, ports: tuple[int, int]) -> None:
    line = Lines(ports[0])
    for _ in range(3):
        assert line.send(request(land)).answer()[0] == 200
    assert line.send(request(land, b"{")).answer()[0] == 400
    assert line.send(request(land)).answer()[0] == 200


def test_requests_sent_at_once_are_answered_in_their_order(land: Country, ports: tuple[int, int]) -> None:
    bodies = [json.dumps(HANAKO | {"reference": str(number)}).encode() for number in range(5)]
    line = Lines(ports[0]).send(*(request(land, body) for body in bodies), request(land, line=b"GET /healthz HTTP/1.1"))
    answers = [line.answer() for _ in range(6)]
    assert [json.loads(body).get("reference") for _, _, body in answers[:5]] == ["0", "1", "2", "3", "4"]
    assert json.loads(answers[5][2]) == {"status": "ok"}


def test_a_request_may_come_byte_by_byte(land: Country, ports: tuple[int, int]) -> None:
    line = Lines(ports[0])
    for byte in request(land):
        line.send(bytes([byte]))
    assert line.answer()[0] == 200


def test_chunks_are_one_body(land: Country, ports: tuple[int, int]) -> None:
    body = json.dumps(HANAKO).encode()
    head, _, _ = request(land).partition(b"content-length")
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:10], body[10:]))
    answer = Lines(ports[0]).send(head, b"transfer-encoding: chunked\r\n\r\n", chunks, b"0\r\n\r\n").answer()
    assert answer[0] == 200


def test_a_body_without_end_is_refused_and_the_line_closed(land: Country, ports: tuple[int, int]) -> None:
    line = Lines(ports[0]).send(request(land, b" " * 20_000))
    status, headers, body = line.answer()
    assert (status, headers["connection"], json.loads(body)["code"]) == (413, "close", "too-large")
    assert line.is_over()


def test_a_client_that_asks_to_close_is_closed(land: Country, ports: tuple[int, int]) -> None:
    line = Lines(ports[0]).send(request(land, more=b"connection: close\r\n"))
    status, headers, _ = line.answer()
    assert (status, headers["connection"]) == (200, "close")
    assert line.is_over()


def test_a_client_that_goes_away_leaves_its_check_in_the_log(land: Country, ports: tuple[int, int]) -> None:
    Lines(ports[0]).send(request(land)).socket.close()
    assert Lines(ports[0]).send(request(land)).answer()[0] == 200


def test_garbage_is_refused_and_nobody_else_suffers(land: Country, ports: tuple[int, int]) -> None:
    for garbage in (b"\x16\x03\x01\x02\x00", b"POST /v1/checks HTTP/1.1\r\nx\x00: 1\r\n\r\n"):
        assert Lines(ports[0]).send(garbage + b"\r\n\r\n").answer()[0] == 400
    assert Lines(ports[0]).send(request(land)).answer()[0] == 200
