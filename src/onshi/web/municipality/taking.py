"""Taking an application in, at the window or at a visiting reception: the form's number, the wish, the photo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards, flows, law
from onshi.cards import Application, ApplicationId, Card, Form, FormId, Helper, Holder, Kind, PhotoSource, Venue, Wish
from onshi.db import Tx
from onshi.kernel import OnshiError, parse_day
from onshi.law import IssuanceMethod
from onshi.web.municipality.town import HOME, clerk, disclosed
from onshi.web.photos import CONFIRM_BYTES_MAX, UPLOAD_BYTES_MAX, carried, confirmed_photo, sent_photo
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

TAKE = f"{HOME}/take"
# Over which ways an application reaches a desk; the others go past it.
_ROUTES = ("window", "visiting_reception", "post")
FIELDS = (
    *("form_id", "method", "route", "delivery", "kind", "photo_source", "helper", "venue", "workplace"),
    *("express_ground", "express_since", "face_card"),
)
_WORKPLACE_MAX = 80
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the desk: the form, whose it is, what they have, and the application that is under way."""

    form: Form
    holder: Holder
    held: tuple[Card, ...]
    under_way: Application | None


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(TAKE, ask),
        pages.take(f"{TAKE}/wish", wish_page),
        pages.take(f"{TAKE}/check", check, takes_file=True, bytes_max=UPLOAD_BYTES_MAX),
        pages.take(f"{TAKE}/send", send, bytes_max=CONFIRM_BYTES_MAX),
        *(pages.show(f"{TAKE}/{name}", lambda _: go(TAKE)) for name in ("wish", "check", "send")),
    ]


def ask(visit: Visit) -> Response:
    """The 申請書ID and the method."""
    clerk(visit)
    return _start(visit)


def wish_page(visit: Visit) -> Response:
    """What the method needs to know. An application that is under way is shown instead."""
    method = _method(visit)
    try:
        desk = _desk(visit)
    except (cards.errors.FormMalformed, cards.errors.UnknownForm, cards.errors.NotYourMunicipality) as error:
        return _start(visit, problem=error.text(visit.language))
    if desk.under_way is not None:
        return go(f"{HOME}/applications/{desk.under_way.id}")
    if method is None:
        return _start(visit, problem=visit.say("municipality.take.no_method"))
    return _wish(visit, desk, method)


def check(visit: Visit) -> Response:
    """Measures the photo and shows it in its frame for the clerk to confirm the face."""
    desk, method = _desk(visit), _method(visit)
    if method is None:
        return _start(visit, problem=visit.say("municipality.take.no_method"))
    wish = _read_wish(visit, desk, method)
    if wish is None:
        return _wish(visit, desk, method, problems=[visit.say("municipality.take.day_unreadable")])
    if wish.photo_source not in (PhotoSource.TAKEN, PhotoSource.LICENCE):
        return _preview(visit, desk, None, [])
    checked = sent_photo(visit.form)
    if checked is None:
        return _wish(visit, desk, method, problems=[visit.say("citizen.apply.no_photo")])
    said = [one.text(visit.language) for one in checked.findings]
    if checked.photo is None:
        return _wish(visit, desk, method, problems=said)
    return _preview(visit, desk, checked.photo, said)


def send(visit: Visit) -> Response:
    """Takes the application in."""
    desk, method, photo = _desk(visit), _method(visit), confirmed_photo(visit.form)
    wish = None if method is None else _read_wish(visit, desk, method)
    if method is None or wish is None:
        return _start(visit, problem=visit.say("municipality.take.no_method"))
    if not visit.form.has("confirmed"):
        return _wish(visit, desk, method, problems=[visit.say("municipality.photo.not_confirmed")])

    def work(tx: Tx) -> Application:
        drawn = ApplicationId(visit.app.draw())
        taken = cards.apply(tx, desk.form.id, wish, photo=photo, application_id=drawn, by=clerk(visit), at=visit.now)
        flows.record_card_acts(tx, taken.events, batch=visit.app.draw(), at=visit.now)
        return taken.application

    try:
        application = visit.app.run(work)
    except (cards.errors.WishRefused, cards.errors.PhotoRefused, cards.errors.MethodNotYet) as error:
        return _wish(visit, desk, method, problems=[_refused(visit, error)])
    return go(f"{HOME}/applications/{application.id}?done=apply")


def _desk(visit: Visit) -> Desk:
    """Raises what is wrong with the form's number; a form of another town is `NotYourMunicipality`."""
    by, number = clerk(visit), cards.parse_form_id(visit.form.get("form_id"))

    def work(tx: Tx) -> Desk:
        form = cards.form_by_id(tx, number)
        if form.municipality != by.municipality:
            raise cards.errors.NotYourMunicipality
        holder = disclosed(tx, visit, [form.holder])[form.holder]
        under_way = next((one for one in cards.applications_of(tx, holder.id) if one.is_open), None)
        return Desk(form, holder, tuple(cards.cards_of(tx, holder.id)), under_way)

    return visit.app.run(work)


def _methods(visit: Visit) -> list[IssuanceMethod]:
    today = visit.app.today()
    return [one for one in law.issuance_methods() if one.since <= today and set(_ROUTES) & set(one.routes)]


def _method(visit: Visit) -> IssuanceMethod | None:
    return next((one for one in _methods(visit) if one.slug == visit.form.get("method")), None)


def _read_wish(visit: Visit, desk: Desk, method: IssuanceMethod) -> Wish | None:
    """What was chosen; what the method does not ask for is left out. None when the day cannot be read."""
    form, day = visit.form, visit.form.get("express_since")
    try:
        since = parse_day(day) if day and method.slug == "express" else None
    except ValueError:
        return None
    needs_photo = law.needs_photo(desk.holder.birth_on, visit.app.today())
    source = _one(PhotoSource, form.get("photo_source")) or PhotoSource.TAKEN
    return Wish(
        route=form.get("route") or _open_routes(method)[0],
        method=method.slug,
        delivery=form.get("delivery") or method.deliveries[0],
        kind=_one(Kind, form.get("kind")) or Kind.FIRST,
        photo_source=source if needs_photo else PhotoSource.NONE,
        helper=_one(Helper, form.get("helper")) if method.has_helper else None,
        workplace=(form.get("workplace")[:_WORKPLACE_MAX] or None) if method.counts_only else None,
        venue=_one(Venue, form.get("venue")),
        express_ground=form.get("express_ground") or None if method.slug == "express" else None,
        express_since=since,
        is_face_card=form.has("face_card"),
    )


def _one(kind: type[_Choice], text: str) -> _Choice | None:
    return next((one for one in kind if one.value == text), None)


def _open_routes(method: IssuanceMethod) -> list[str]:
    return [route for route in _ROUTES if route in method.routes]


def _refused(visit: Visit, error: OnshiError) -> str:
    return error.text(visit.language)


def _start(visit: Visit, *, problem: str = "") -> Response:
    typed = visit.form.get("form_id")
    return visit.page(
        "municipality/take.html",
        status=422 if problem else 200,
        problem=problem,
        methods=_methods(visit),
        # What is no 申請書ID is not repeated: it may be a number that nobody may see.
        given={"form_id": _shown(typed), "method": visit.form.get("method") or "at_handover"},
    )


def _shown(typed: str) -> FormId | str:
    try:
        return cards.parse_form_id(typed)
    except cards.errors.FormMalformed:
        return ""


def _wish(visit: Visit, desk: Desk, method: IssuanceMethod, *, problems: Sequence[str] = ()) -> Response:
    today: date = visit.app.today()
    routes = law.card_routes()
    deliveries = law.card_deliveries()
    return visit.page(
        "municipality/wish.html",
        status=422 if problems else 200,
        desk=desk,
        method=method,
        routes=[routes[name] for name in _open_routes(method)],
        deliveries=[deliveries[name] for name in method.deliveries],
        kinds=cards.kinds_open(desk.held, today),
        helpers=list(Helper) if method.has_helper else [],
        venues=list(Venue) if "visiting_reception" in method.routes else [],
        grounds=[one for one in law.express_grounds().values() if one.since <= today],
        sources=[one for one in PhotoSource if one is not PhotoSource.NONE],
        needs_photo=law.needs_photo(desk.holder.birth_on, today),
        has_guardian=law.needs_guardian(desk.holder.birth_on, today, is_ward=desk.holder.is_ward),
        problems=problems,
        given=visit.form,
    )


def _preview(visit: Visit, desk: Desk, photo: bytes | None, cautions: Sequence[str]) -> Response:
    return visit.page(
        "municipality/take_preview.html",
        desk=desk,
        photo=None if photo is None else carried(photo),
        cautions=cautions,
        kept={name: visit.form.get(name) for name in FIELDS if visit.form.get(name)},
    )
