"""Good practice, open to everybody: "could we use this?"."""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import Route

from onshi.access import Party, PartyKind
from onshi.outreach import KINDS, contributing, errors, organisations, practices
from onshi.outreach.practices import Facts, Practice, Size
from onshi.web.measures.common import kind_word
from onshi.web.measures.contributions import may_tell
from onshi.web.serving import Pages
from onshi.web.visit import Visit

HOME = "/practices"
EVIDENCE_TONES = {"compared": "good", "counted": "good", "figure": "care", "told": "care"}


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show(HOME, good_practices, is_public=True)]


def good_practices(visit: Visit) -> Response:
    """Every practice; to an organisation that says what it is, what fits first, with every reason."""
    with visit.app.db.transaction(reading=True) as tx:
        known = contributing.practices_on(tx, visit.app.today())
    facts = _facts(visit, known)
    return visit.page(
        "measures/practices.html",
        matches=practices.matches(known, facts) if facts else [],
        known=known,
        facts=facts,
        kinds=KINDS,
        sizes=list(Size),
        channels=practices.channel_words(),
        kind_word=lambda kind: kind_word(visit, kind),
        tones=EVIDENCE_TONES,
        may_tell=may_tell(visit),
        may_publish=visit.party is not None and visit.party.kind is PartyKind.OFFICE,
    )


def _facts(visit: Visit, known: Sequence[Practice]) -> Facts | None:
    """What the form says; before anything is asked, the kind of whoever is signed in."""
    asked = visit.request.query_params
    kind = asked.get("kind") or (None if "size" in asked else _kind_of(visit.party))
    if kind not in KINDS:
        return None
    size = Size(asked["size"]) if asked.get("size") in set(Size) else None
    channels = frozenset(asked.getlist("channel")) & practices.channel_words().keys()
    done = frozenset(asked.getlist("done")) & {one.code for one in known}
    return Facts(kind, size, channels, done)


def _kind_of(party: Party | None) -> str | None:
    try:
        return None if party is None else organisations.kind_of(party)
    except errors.NotInProgramme:
        return None
