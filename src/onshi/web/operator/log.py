"""The audit log: who did what, in ids only; and the proof that nobody altered it."""

import threading
from collections.abc import Sequence
from pathlib import Path

from starlette.responses import Response
from starlette.routing import Route

from onshi import audit
from onshi.audit import Action, Head, Recorded
from onshi.db import Tx
from onshi.kernel import Moment, PersonId, parse_person_id
from onshi.web.acts import act
from onshi.web.serving import Pages
from onshi.web.visit import Visit

ROWS = 100
_BREAKS_SHOWN = 100
# Verification reads the whole log; two at once would only take turns.
_VERIFYING = threading.Lock()


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/operator/audit", browse),
        pages.show("/operator/audit/verify", verification),
        pages.take("/operator/audit/verify", verify),
    ]


def browse(visit: Visit) -> Response:
    """Entries, the newest first, by action, actor and person. Reading the log is itself logged."""
    visit.require("audit.read")
    action = visit.query("action")
    wanted = Action(action) if action in set(Action) else None
    actor = visit.query("actor") or None
    subject, problem = _subject(visit)
    until = Moment(visit.number("until")) if visit.query("until") else None

    def work(tx: Tx) -> list[Recorded]:
        found = audit.entries_of(tx, subject=subject, actor=actor, action=wanted, until=until, limit=ROWS)
        visit.log(tx, act(visit.actor, Action.AUDIT_READ, wanted.value if wanted else "all", subject=subject))
        return found

    entries = [] if problem else visit.app.run(work)
    return visit.page(
        "operator/audit.html",
        entries=[(audit.shown_check_id(one.batch, one.seq), one) for one in entries],
        actions=list(Action),
        action=action,
        actor=actor or "",
        subject=visit.query("subject"),
        problem=problem,
        until=entries[-1].at if len(entries) == ROWS else None,
        is_first=until is None,
    )


def verification(visit: Visit) -> Response:
    """What verification does, and the button."""
    visit.require("audit.verify")
    return visit.page("operator/verify.html", report=None, is_busy=False, breaks=())


def verify(visit: Visit) -> Response:
    """Reads the whole log against the signing keys and the heads noted outside the database."""
    visit.require("audit.verify")
    if not _VERIFYING.acquire(blocking=False):
        return visit.page("operator/verify.html", status=503, report=None, is_busy=True, breaks=())
    try:
        app = visit.app
        keys = audit.public_keys(app.ring.public_jwks()["keys"])
        heads = _heads(app.settings.data / audit.HEADS_FILE)
        with app.db.transaction(reading=True) as tx:
            report = audit.verify(tx, keys=keys, heads=heads)
    finally:
        _VERIFYING.release()
    outcome = "sound" if report.sound else "broken"
    app.run(lambda tx: visit.log(tx, act(visit.actor, Action.AUDIT_VERIFIED, outcome)))
    return visit.page(
        "operator/verify.html", report=report, is_busy=False, heads=len(heads), breaks=report.breaks[:_BREAKS_SHOWN]
    )


def _heads(path: Path) -> Sequence[Head]:
    try:
        return audit.parse_heads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()


def _subject(visit: Visit) -> tuple[PersonId | None, str]:
    given = visit.query("subject")
    if not given:
        return None, ""
    try:
        return parse_person_id(given), ""
    except ValueError:
        return None, visit.say("operator.audit.not_a_person")
