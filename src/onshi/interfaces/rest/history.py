"""The history of an institution's own checks, as the national system gives it."""

from datetime import date
from urllib.parse import quote

from onshi import flows
from onshi.interfaces import oqs
from onshi.interfaces.rest.problems import BadRequest, PeriodRefused
from onshi.interfaces.rest.replies import NO_STORE, Call, Reply

PATH = "/v1/history"
DAYS_MAX = 366
ZIP = "application/zip"
_DAY_LENGTH = len("2026-04-01")


def get_history(call: Call) -> Reply:
    """The ZIP of a period, made while it is sent; taking it away is logged first."""
    first, last = _day(call, "from"), _day(call, "to")
    if not 0 <= (last - first).days < DAYS_MAX:
        raise PeriodRefused(days=DAYS_MAX)
    app, caller = call.app, call.known_caller
    party = caller.party_id
    parts = flows.export_history(app.db, party, first=first, last=last, actor=party, at=call.now, batch=app.draw())
    name, pieces = oqs.history_zip(parts, caller.party_code, at=call.now)
    shown = f"attachment; filename=history.zip; filename*=UTF-8''{quote(name)}"
    return Reply(200, pieces, ZIP, (("Content-Disposition", shown), NO_STORE))


def _day(call: Call, name: str) -> date:
    text = call.query.get(name, "")
    try:
        if len(text) == _DAY_LENGTH and text[4] == text[7] == "-":
            return date.fromisoformat(text)
        raise ValueError("another form of ISO 8601")
    except ValueError:
        raise BadRequest(why=f"`{name}` is not a day (2026-04-01)") from None
