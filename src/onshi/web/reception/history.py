"""The history of this institution's checks to take away, a month at a time."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Protocol
from urllib.parse import quote

import polars as pl
from starlette.responses import Response, StreamingResponse

from onshi import flows
from onshi.access import PartyKind
from onshi.kernel import Moment
from onshi.web.errors import MonthUnreadable
from onshi.web.visit import Visit


class HistoryZip(Protocol):
    """Writes the parts of a history of an institution as a file: its name, and its bytes in pieces."""

    def __call__(self, parts: Iterable[pl.DataFrame], institution: str, *, at: Moment) -> tuple[str, Iterator[bytes]]:
        """`at` is now; the parts are read while the pieces are taken."""


def download_as(history_zip: HistoryZip) -> Callable[[Visit], Response]:
    """The address of the download, in this form of file."""
    return partial(_download, history_zip)


def _download(history_zip: HistoryZip, visit: Visit) -> Response:
    """The ZIP of a month, made while it is sent; who takes it away is logged first."""
    visit.require("check")
    party, app = visit.own_party(PartyKind.INSTITUTION), visit.app
    first = _month(visit.query("month"))
    last = first.replace(day=monthrange(first.year, first.month)[1])
    parts = flows.export_history(
        app.db, party.id, first=first, last=last, actor=visit.actor, at=visit.now, batch=app.draw()
    )
    name, pieces = history_zip(parts, party.code, at=visit.now)
    shown = f"attachment; filename=history.zip; filename*=UTF-8''{quote(name)}"
    return StreamingResponse(pieces, headers={"Content-Disposition": shown}, media_type="application/zip")


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise MonthUnreadable from None
