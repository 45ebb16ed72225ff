"""Who stands before the citizen's pages: a signed cookie that names a form and its holder, and nothing else.

Nothing about it is stored here. Half an hour after the entry it is worth nothing.
"""

import hmac
from dataclasses import dataclass

from starlette.responses import Response

from onshi import cards, law
from onshi.app import App
from onshi.cards import Application, By, Card, Form, FormId, Holder, HolderId
from onshi.db import Tx
from onshi.kernel import Moment
from onshi.outside import secret_of
from onshi.web.errors import CitizenOutside
from onshi.web.visit import Visit, go

COOKIE = "onshi_citizen"
ENTRY = "/citizen"
MINUTES = 30
_MOMENTS_A_MINUTE = 60 * 1_000_000
_PURPOSE = b"onshi citizen session:"


@dataclass(frozen=True, slots=True)
class Inside:
    """Whose case this browser may see, and until when."""

    form: FormId
    holder: HolderId
    until: Moment


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the pages show of one citizen. `application` is the one under way, or else the last one.

    `by` is who acts: the holder, or for a child under 15 or a ward the guardian the register names.
    """

    form: Form
    holder: Holder
    by: By
    has_guardian: bool
    application: Application | None
    cards: tuple[Card, ...]


def let_in(visit: Visit, response: Response, form: FormId, holder: HolderId) -> None:
    """Puts the signed cookie into the response."""
    until = Moment(visit.now + MINUTES * _MOMENTS_A_MINUTE)
    value = _signed(visit.app, f"{form}.{holder}.{until}")
    is_secure = visit.app.settings.base_url.startswith("https:")
    response.set_cookie(COOKIE, value, httponly=True, samesite="lax", secure=is_secure, max_age=MINUTES * 60)


def let_out(response: Response) -> None:
    """Takes the cookie away."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")


def gate(visit: Visit) -> Response | None:
    """Back to the entry for whoever has no cookie of ours, or one whose time is over."""
    return None if _inside(visit) else go(f"{ENTRY}?ended=1" if visit.request.cookies.get(COOKIE) else ENTRY)


def case_of(tx: Tx, visit: Visit) -> Case:
    """The case of the cookie, read anew for every page. Raises `CitizenOutside` without a good one."""
    inside = _inside(visit)
    if inside is None:
        raise CitizenOutside
    form = cards.form_by_id(tx, inside.form)
    if form.holder != inside.holder:
        raise CitizenOutside
    holder = cards.holder_by_id(tx, form.holder)
    has_guardian = law.needs_guardian(holder.birth_on, visit.app.today(), is_ward=holder.is_ward)
    acts = holder.guardian if has_guardian and holder.guardian is not None else holder.id
    applications = cards.applications_of(tx, holder.id)
    under_way = [one for one in applications if one.is_open]
    return Case(
        form,
        holder,
        cards.citizen(acts),
        has_guardian,
        next(reversed(under_way or applications), None),
        tuple(cards.cards_of(tx, holder.id)),
    )


def _inside(visit: Visit) -> Inside | None:
    value = visit.request.cookies.get(COOKIE, "")
    words, _, _ = value.rpartition(".")
    if not hmac.compare_digest(_signed(visit.app, words).encode(), value.encode("utf-8", "surrogatepass")):
        return None
    # What we signed has this form.
    form, holder, until = words.split(".")
    inside = Inside(FormId(form), HolderId(int(holder)), Moment(int(until)))
    return inside if visit.now < inside.until else None


def _signed(app: App, words: str) -> str:
    key = secret_of(app.ring.directory / "citizens.key")
    mark = hmac.digest(key, _PURPOSE + words.encode("utf-8", "surrogatepass"), "sha256").hex()
    return f"{words}.{mark}"
