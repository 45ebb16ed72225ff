"""The access log: one JSON line a request, without anything about a person.

The route template stands for the address, because an address could name somebody; an error is told by its type
and place, because its text could.
"""

import traceback

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


def trouble_line(request_id: str, error: BaseException, frames: traceback.StackSummary) -> None:
    """Notes a fault of ours: what kind, and where in the code."""
    structlog.get_logger("onshi.trouble").error(
        "fault",
        request_id=request_id,
        kind=type(error).__qualname__,
        frames=[f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames],
    )
