"""What a handler gets and gives: plain values, so that handlers are plain functions."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from onshi.access import Caller
from onshi.app import App
from onshi.interfaces.rest.metrics import Metrics
from onshi.kernel import Moment, japan_time

JSON = "application/json"
NO_STORE = ("Cache-Control", "no-store")
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Call:
    """One request after the doorkeeper: `caller` is set where the operation asks for a token.

    `path` and `query` hold texts by name, `headers` lower-case names.
    """

    app: App
    metrics: Metrics
    now: Moment
    caller: Caller | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def known_caller(self) -> Caller:
        """The caller of an operation that asks for a token."""
        assert self.caller is not None, "the operation is declared without a scope but wants a caller"
        return self.caller


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: `body` whole or in pieces, with their `length` where it is known beforehand."""

    status: int = 200
    body: bytes | Iterator[bytes] = field(default=b"", repr=False)
    media: str = JSON
    headers: tuple[tuple[str, str], ...] = (NO_STORE,)
    length: int | None = None


def json_reply(value: Any, status: int = 200, *headers: tuple[str, str]) -> Reply:
    """A JSON answer that nobody keeps."""
    return Reply(status, _encode(value), headers=(NO_STORE, *headers))


def tag_of(body: bytes) -> str:
    """A strong ETag of these bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def has_tag(call: Call, tag: str) -> bool:
    """Whether `If-None-Match` names `tag` (RFC 9110 §13.1.2: weak comparison, or `*`)."""
    given = call.headers.get("if-none-match", "")
    return given.strip() == "*" or any(one.strip().removeprefix("W/") == tag for one in given.split(","))


def tagged(call: Call, body: bytes, *, cache: str, media: str = JSON) -> Reply:
    """The body with its ETag, or 304 for a caller that has it."""
    tag = tag_of(body)
    headers = (("ETag", tag), ("Cache-Control", cache))
    if has_tag(call, tag):
        return Reply(304, headers=headers, media=media)
    return Reply(200, body, media, headers)


def shown_moment(moment: Moment) -> str:
    """ISO 8601 in Japanese time, to the second."""
    when: datetime = japan_time(moment)
    return when.isoformat(timespec="seconds")
