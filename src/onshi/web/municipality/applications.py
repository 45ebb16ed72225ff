"""One application: who it is about, what happened, what can be done next, and the papers on the desk."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from starlette.responses import Response
from starlette.routing import Route

from onshi import card_office, cards, chip, flows, law
from onshi.cards import Application, ApplicationId, Assurances, By, Doer, Holder, Identified, Papers, State, Step, Taken
from onshi.db import Tx
from onshi.kernel import Moment, parse_day
from onshi.law import DocumentDecision, IdentityDocument
from onshi.web.citizen.case import TONES
from onshi.web.errors import NotConfirmed, PageNotFound
from onshi.web.municipality.people import person_address
from onshi.web.municipality.town import HOME, clerk, disclosed, own_application
from onshi.web.photos import carried
from onshi.web.serving import Pages
from onshi.web.stepwords import passage_text, step_text
from onshi.web.visit import Form, Visit, go

# Steps that undo or end something: asked for once more.
GRAVE = frozenset({"cancel", "dispose", "return_faulty"})
# Steps with a form of their own, and those that belong to a move or a death.
_OWN_FORM = frozenset({"identify", "arrive", "correct", "receive"})
# In a demo the holder chooses the PINs, and the chip is a file; elsewhere the machine of the town does that.
_WITH_CHIP = frozenset({"hand_over", "deliver"})
_ELSEWHERE = frozenset({"void_move", "note_death", "refer", "apply"})
_ASSURED = ("in_person", "forwards_mail", "entries_change", "old_card_returned")
_PLACE_MAX = 60

_Verb: TypeAlias = Callable[[Tx, ApplicationId, By, Moment], Taken]
_VERBS: Mapping[str, _Verb] = {
    "hand_over": lambda tx, one, by, at: cards.hand_over(tx, one, by=by, at=at),
    "post": lambda tx, one, by, at: cards.post(tx, one, by=by, at=at),
    "deliver": lambda tx, one, by, at: cards.deliver(tx, one, by=by, at=at),
    "expire_notice": lambda tx, one, by, at: cards.expire_notice(tx, one, by=by, at=at),
    "dispose": lambda tx, one, by, at: cards.dispose(tx, one, by=by, at=at),
}


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    one = f"{HOME}/applications/{{application:int}}"
    return [
        pages.show(one, show),
        pages.take(f"{one}/step", step),
        pages.take(f"{one}/arrive", arrive),
        pages.take(f"{one}/identify", identify),
        pages.take(f"{one}/hand-over", hand_over),
        *(pages.show(f"{one}/{name}", back) for name in ("step", "arrive", "identify", "hand-over")),
    ]


def show(visit: Visit) -> Response:
    """The application as it stands."""
    return _page(visit)


def back(visit: Visit) -> Response:
    """Where a form was sent is no page."""
    return go(_address(visit))


def step(visit: Visit) -> Response:
    """Takes a step by its name."""
    name = visit.form.get("name")
    if name in GRAVE and not visit.form.has("confirmed"):
        return _page(visit, problem=NotConfirmed().text(visit.language))

    if name in _WITH_CHIP and visit.app.settings.demo:
        # Never without its chip: the form below asks for what goes on it.
        return _page(visit)

    def verb(tx: Tx, one: ApplicationId, by: By, at: Moment) -> Taken:
        return cards.take_step(tx, one, name, by=by, at=at)

    return _acted(visit, _VERBS.get(name, verb), name)


def hand_over(visit: Visit) -> Response:
    """Hands the card over, or notes its delivery, with the PINs its holder has typed twice; a demo's chip is a file."""
    if not visit.app.settings.demo:
        raise PageNotFound
    by = clerk(visit)
    with visit.app.db.transaction(reading=True) as tx:
        application = own_application(tx, visit)
        may_sign = card_office.may_sign(visit.app, tx, application)
    pin, password = visit.form.get("pin"), visit.form.get("password")
    if (pin, password) != (visit.form.get("pin_again"), visit.form.get("password_again")):
        return _page(visit, problem=visit.say("municipality.chip.not_same"))
    chosen = card_office.chosen_secrets(visit.app, application, pin, password if may_sign else None)
    try:
        card_office.hand_over(visit.app, application.id, _card_file(visit, application), secrets=chosen, by=by)
    except chip.errors.SecretMalformed as error:
        return _page(visit, problem=error.text(visit.language))
    return go(f"{_address(visit)}?done={'deliver' if application.state is State.POSTED else 'hand_over'}")


def arrive(visit: Visit) -> Response:
    """Takes the card into custody at the place that was typed."""
    place = visit.form.get("place")[:_PLACE_MAX]
    if not place:
        return _page(visit, problem=visit.say("municipality.application.no_place"))
    return _acted(visit, lambda tx, one, by, at: cards.arrive(tx, one, place=place, by=by, at=at), "arrive")


def identify(visit: Visit) -> Response:
    """Decides on the papers that were ticked; when they are not enough, the page says what would be."""
    assured = _assurances(visit)
    if assured is None:
        return _page(visit, problem=visit.say("municipality.application.moves_on_unreadable"))

    def work(tx: Tx) -> Identified:
        by = clerk(visit)
        application = own_application(tx, visit)
        asked = assured if _is_posted_first(application) else None
        done = cards.identify(tx, application.id, _papers(visit.form), assured=asked, by=by, at=visit.now)
        flows.record_card_acts(tx, done.events, batch=visit.app.draw(), at=visit.now)
        return done

    try:
        done = visit.app.run(work)
    except cards.errors.PostingRefused as error:
        return _page(visit, problem=_posting_text(error, visit))
    if done.taken is None:
        return _page(visit, decision=done.decision, may_switch=done.may_switch)
    return go(f"{_address(visit)}?done=identify")


def _acted(visit: Visit, verb: _Verb, name: str) -> Response:
    def work(tx: Tx) -> Taken:
        by = clerk(visit)
        taken = verb(tx, own_application(tx, visit).id, by, visit.now)
        flows.record_card_acts(tx, taken.events, batch=visit.app.draw(), at=visit.now)
        return taken

    visit.app.run(work)
    return go(f"{_address(visit)}?done={name}")


def _card_file(visit: Visit, application: Application) -> Path:
    file = card_office.card_file(visit.app, application.id)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return file


def _address(visit: Visit) -> str:
    return f"{HOME}/applications/{visit.request.path_params['application']}"


def _papers(form: Form) -> Papers:
    """What was ticked: the names of the boxes are `shown.<slug>` and so on."""

    def ticked(who: str) -> tuple[str, ...]:
        return tuple(slug for slug in law.known_documents() if form.has(f"{who}.{slug}"))

    return Papers(
        shown=ticked("shown"),
        guardian_shown=ticked("guardian"),
        guardian_known=form.has("guardian_known"),
        agent_ground=form.get("agent_ground") or None,
        agent_shown=ticked("agent"),
        pin_entered=form.has("pin_entered"),
    )


def _assurances(visit: Visit) -> Assurances | None:
    """What was ticked; None when the day of a move cannot be read."""
    given = {name: visit.form.has(name) for name in _ASSURED}
    text = visit.form.get("moves_on")
    try:
        return Assurances(moves_on=parse_day(text) if text else None, **given)
    except ValueError:
        return None


def _is_posted_first(application: Application) -> bool:
    """Whether the card is to be posted and this is the check before it is made."""
    return law.card_deliveries()[application.wish.delivery].by_post and application.state is State.RECEIVED


def _posting_text(error: cards.errors.PostingRefused, visit: Visit) -> str:
    """Every reason in words; the refusal itself carries their codes."""
    rules = law.posting_rules()
    codes = str(error.facts["reasons"]).split(", ")
    return " ".join(rules[code].reason.text(visit.language) if code in rules else code for code in codes)


def _documents(visit: Visit, classes: tuple[str, ...]) -> list[IdentityDocument]:
    today = visit.app.today()
    return [one for one in law.known_documents().values() if one.document_class in classes and one.counts_on(today)]


def _page(
    visit: Visit, *, problem: str = "", decision: DocumentDecision | None = None, may_switch: bool = False
) -> Response:
    def work(tx: Tx) -> dict[str, object]:
        application = own_application(tx, visit)
        holder = disclosed(tx, visit, [application.holder])[application.holder]
        photo = cards.photo_of(tx, application)
        today = visit.app.today()
        return {
            "application": application,
            "holder": holder,
            "photo": None if photo is None else carried(photo),
            "passages": [(one.at, passage_text(one, visit.language)) for one in cards.history(tx, application)],
            "held": cards.cards_of(tx, holder.id),
            "may_sign": card_office.may_sign(visit.app, tx, application),
            "has_guardian": law.needs_guardian(holder.birth_on, today, is_ward=holder.is_ward),
        }

    found = visit.app.run(work)
    application, holder = found["application"], found["holder"]
    assert isinstance(application, Application) and isinstance(holder, Holder), "made above"
    is_resident = holder.municipality == application.municipality and visit.may("municipality.write")
    ahead = cards.steps_ahead(application, Doer.MUNICIPALITY) if visit.may("municipality.write") else ()
    named = {one.name for one in ahead}
    done = visit.query("done")
    return visit.page(
        "municipality/application.html",
        status=422 if problem else 200,
        **found,
        **_words(visit, application),
        ahead=_buttons(ahead, _WITH_CHIP if visit.app.settings.demo else frozenset()),
        chip_step=next((name for name in sorted(named & _WITH_CHIP) if visit.app.settings.demo), ""),
        card_file=f"cards/{application.id}.card" if _has_file(visit, application) else "",
        person_page=person_address(holder.id) if is_resident else "",
        main={one.name for one in cards.way_ahead(application)[:1]},
        graves=[one for one in ahead if one.name in GRAVE],
        has_papers="identify" in named,
        has_place="arrive" in named,
        photo_act=next((name for name in ("correct", "receive") if name in named), ""),
        asks_posting=_is_posted_first(application),
        groups=[(name, _documents(visit, (name,))) for name in ("A", "B")]
        + [("other", _documents(visit, ("photo", "notice", "birth", "form")))],
        grounds=law.agent_grounds(),
        given=visit.form,
        decision=decision,
        may_switch=may_switch,
        problem=problem,
        done=step_text(done, visit.language) if done in {one.name for one in cards.steps()} else "",
        may_print=application.notice_on is not None or application.state is State.PRESET,
    )


def _has_file(visit: Visit, application: Application) -> bool:
    return visit.app.settings.demo and _card_file(visit, application).exists()


def _buttons(ahead: tuple[Step, ...], other: frozenset[str]) -> list[Step]:
    """Steps that need nothing but a click."""
    return [one for one in ahead if one.name not in _OWN_FORM | _ELSEWHERE | GRAVE | other]


def _words(visit: Visit, application: Application) -> dict[str, object]:
    """The application in words of the law."""
    wish, reasons = application.wish, law.document_reasons()
    documents = application.documents
    return {
        "tone": TONES.get(application.state, "open"),
        "method": law.issuance_method(wish.method),
        "route": law.card_routes()[wish.route],
        "delivery": law.card_deliveries()[wish.delivery],
        "ground": law.express_grounds().get(wish.express_ground or ""),
        "fee": None if application.applied_on is None else cards.fee_of(application),
        "until": cards.notice_until(application),
        "disposal": cards.disposal_from(application),
        "decided": [reasons[code].text(visit.language) for code in documents.because] if documents else [],
        "papers": [law.known_documents()[slug] for slug in documents.shown] if documents else [],
    }
