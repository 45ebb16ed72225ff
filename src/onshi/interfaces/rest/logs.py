"""The access log: one JSON line a request, without anything about a person.

The route template stands for the address, because an address could name somebody; an error is told by its type
and place, because its text could.
"""

import traceback

import msgspec
import structlog

from onshi.kernel import Moment, japan_time


def configure() -> None:
    """JSON lines on the standard output; for the server program, not for tests."""
    structlog.configure(processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()])


def request_line(
    *, at: Moment, method: str, route: str, status: int, micros: int, request_id: str, client: str | None
) -> None:
    """Notes one request."""
    structlog.get_logger("onshi.access").info(
        "request",
        at=japan_time(at).isoformat(timespec="milliseconds"),
        method=method,
        route=route,
        status=status,
        ms=round(micros / 1_000, 1),
        request_id=request_id,
        client=client,
    )


class Fault(msgspec.Struct, frozen=True):
    """What may be told of a fault of ours: the kind of error and the places in the code it came through."""

    kind: str
    frames: list[str]


class Faulted(Exception):
    """A fault that happened in another process, which told no more of it than this."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.kind)
        self.fault = fault


def fault_of(error: BaseException) -> Fault:
    """What may be told of this error."""
    if isinstance(error, Faulted):
        return error.fault
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return Fault(type(error).__qualname__, places)


def trouble_line(request_id: str, error: BaseException) -> None:
    """Notes a fault of ours: what kind, and where in the code."""
    fault = fault_of(error)
    structlog.get_logger("onshi.trouble").error("fault", request_id=request_id, kind=fault.kind, frames=fault.frames)
