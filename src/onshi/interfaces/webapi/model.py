"""A request to the web API, and what is told."""

from dataclasses import dataclass
from typing import Any

from onshi.app import App
from onshi.kernel import Moment


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `certificate`: that of the TLS client (DER), which no header can claim."""

    app: App
    at: Moment
    body: bytes
    authorization: bytes = b""
    certificate: bytes | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The answer: a status of HTTP and a document; `client` is for the access log."""

    status: int
    document: dict[str, Any]
    client: str | None = None
