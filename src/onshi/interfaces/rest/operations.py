"""What an operation is: one row of the table from which requests are served and OpenAPI is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from onshi.interfaces.rest.replies import JSON, Call, Reply
from onshi.kernel import OnshiError

FORM = "application/x-www-form-urlencoded"
NDJSON = "application/x-ndjson"
TEXT = "text/plain"
HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A text in the address or a header; `schema` is its JSON Schema. One in the path is always needed."""

    name: str
    place: str
    meaning: str
    schema: Mapping[str, Any]
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Gives:
    """One kind of success: the type or JSON Schema of its JSON (None: no JSON), its headers by name.

    `links`: operation name → its parameter → where in this answer the value stands (OpenAPI link objects).
    """

    meaning: str
    type: Any = None
    media: str | None = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method at one path.

    `scopes`: a token with any one of them is needed; none: public. `takes` is the type of the JSON body,
    `takes_media` its media type. `refuses` are the refusals of the operation itself; those of the door
    (token, rate, size, media type) are added where they apply. `bucket` counts callers without a token.
    `open_here`: needs no token from this machine itself.
    """

    name: str
    method: str
    path: str
    summary: str
    summary_ja: str
    handler: Callable[[Call], Reply]
    gives: Mapping[int, Gives]
    scopes: tuple[str, ...] = ()
    takes: Any = None
    takes_media: str | None = None
    body_limit: int = 0
    parameters: tuple[Parameter, ...] = ()
    refuses: tuple[type[OnshiError], ...] = ()
    bucket: str | None = None
    open_here: bool = False

    def __post_init__(self) -> None:
        if (self.takes_media is None) != (self.body_limit == 0):
            raise ValueError("an operation with a body has a media type and a limit")
