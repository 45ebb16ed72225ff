"""What is done about one resident at the window; each act goes into the log in the transaction in which it happens."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from starlette.responses import Response
from starlette.routing import Route

from onshi import card_office, cards, flows, places
from onshi.cards import By, Card, CardId, CardKind, CardState, Event, Holder, Lapsed, MoveId, Sex
from onshi.db import Tx
from onshi.kernel import OnshiError, PersonalNumberTyped, parse_municipality_code
from onshi.law import Residence
from onshi.web.errors import NotConfirmed, status_of
from onshi.web.municipality.facts import day_of, facts_of, is_guardian_known, read_facts, without_numbers
from onshi.web.municipality.people import person_address
from onshi.web.municipality.person import ONE, dossier, page
from onshi.web.municipality.refusals import REFUSED, said
from onshi.web.municipality.town import clerk, own_holder
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

_Verb: TypeAlias = Callable[[Tx, Holder, By], Iterable[Event]]
# Acts that cannot be taken back: asked for once more.
GRAVE = frozenset({"lost", "return", "face", "standard", "death"})


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    taken = {
        "form": print_form,
        "move-out": move_out,
        "continue": continue_use,
        "card": card_act,
        "death": death,
    }
    return [
        pages.show(f"{ONE}/details", ask_details),
        pages.take(f"{ONE}/details", change_details),
        *(pages.take(f"{ONE}/{name}", handler) for name, handler in taken.items()),
        *(pages.show(f"{ONE}/{name}", back) for name in taken),
    ]


def back(visit: Visit) -> Response:
    """Where a form was sent is no page."""
    return go(_address(visit))


def print_form(visit: Visit) -> Response:
    """A form with a new 申請書ID; the page then offers it as a PDF."""

    def verb(tx: Tx, holder: Holder, by: By) -> Iterable[Event]:
        return (cards.print_form(tx, holder.id, by=by, at=visit.now)[1],)

    return _acted(visit, "form", verb)


def move_out(visit: Visit) -> Response:
    """転出届: announced here, decided where the person arrives."""
    planned_on, code = day_of(visit.form.get("planned_on")), visit.form.get("to")
    if without_numbers(visit.form)[1]:
        return page(visit, problem=PersonalNumberTyped().text(visit.language))
    if planned_on is None:
        return page(visit, problem=visit.say("municipality.people.wrong.planned_on"))
    try:
        to = places.municipality(parse_municipality_code(code)).code if code else None
    except (ValueError, places.UnknownMunicipality):
        return page(visit, problem=visit.say("municipality.people.wrong.to"))
    if to == clerk(visit).municipality:
        return page(visit, problem=visit.say("municipality.person.move_refused.municipality"))

    def verb(tx: Tx, holder: Holder, by: By) -> Iterable[Event]:
        if planned_on < holder.birth_on:
            raise cards.errors.MoveRefused(field="planned_on")
        drawn = MoveId(visit.app.draw())
        _, event = cards.move_out(tx, holder.id, move_id=drawn, planned_on=planned_on, to=to, by=by, at=visit.now)
        return (event,)

    return _acted(visit, "move_out", verb)


def death(visit: Visit) -> Response:
    """The resident died: nothing begins for them any more, and their cards count for nothing."""
    died_on, today = day_of(visit.form.get("died_on")), visit.app.today()
    if without_numbers(visit.form)[1]:
        return page(visit, problem=PersonalNumberTyped().text(visit.language))
    with visit.app.db.transaction(reading=True) as tx:
        born = own_holder(tx, visit).birth_on
    if died_on is None or not born <= died_on <= today:
        return page(visit, problem=visit.say("municipality.people.wrong.died_on"))
    return _acted(visit, "death", lambda tx, holder, by: flows.note_death(tx, holder.id, died_on, by=by, at=visit.now))


def card_act(visit: Visit) -> Response:
    """A card is lost, found, given back, or set as a 顔認証カード and back."""
    name = visit.form.get("name")
    kinds = {"face": CardKind.FACE, "standard": CardKind.STANDARD}

    def verb(tx: Tx, holder: Holder, by: By) -> Iterable[Event]:
        card = _card_of(tx, holder, visit.form.get("card")).id
        match name:
            case "lost":
                return (flows.lose(tx, card, by=by, at=visit.now)[1],)
            case "found":
                return (cards.report_found(tx, card, by=by, at=visit.now)[1],)
            case "return":
                return (flows.give_back(tx, card, by=by, at=visit.now)[1],)
            case "face" | "standard":
                return (flows.switch_kind(tx, card, kinds[name], by=by, at=visit.now)[1],)
            case _:
                raise cards.errors.UnknownStep(step=name)

    return _acted(visit, name, verb)


def continue_use(visit: Visit) -> Response:
    """継続利用: the card goes on here, its chip in the same act; or it is too late."""
    by = clerk(visit)
    with visit.app.db.transaction(reading=True) as tx:
        holder = own_holder(tx, visit)
    try:
        done, file = card_office.continue_use(visit.app, holder.id, by=by)
    except REFUSED as error:
        return _refused(visit, error)
    if isinstance(done, Lapsed):
        return go(f"{_address(visit)}?done=lapsed")
    return go(f"{_address(visit)}?done=continue&chip={'written' if file else 'machine'}")


def ask_details(visit: Visit) -> Response:
    """The facts as they are, to be changed."""
    clerk(visit)
    return _details(visit, [])


def change_details(visit: Visit) -> Response:
    """A name, an address in the same town, a stay or a guardian changed; what the card says of it is renewed."""
    by = clerk(visit)
    given, has_number = without_numbers(visit.form)
    if has_number:
        return _details(visit, [PersonalNumberTyped().text(visit.language)], given)
    with visit.app.db.transaction(reading=True) as tx:
        before = own_holder(tx, visit)
        fixed = facts_of(before)
        facts, wrong = read_facts(given | {name: fixed[name] for name in ("birth", "sex")}, visit.app.today())
        after = before if wrong else replace(before, **facts)
        has_card = any(card.state is CardState.ACTIVE for card in cards.cards_of(tx, before.id))
        if after.guardian != before.guardian and not is_guardian_known(tx, after):
            wrong.append("guardian")
    if wrong:
        return _details(visit, [visit.say("municipality.people.wrong." + name) for name in wrong], given)
    if after == before:
        return _details(visit, [visit.say("municipality.person.nothing_changed")], given)
    try:
        file = card_office.change_details(visit.app, after, by=by)
    except REFUSED as error:
        return _details(visit, [said(visit, error)], given, status=status_of(error))
    is_printed = has_card and (before.name, before.address) != (after.name, after.address)
    chip = "written" if file else "machine" if is_printed else ""
    return go(f"{_address(visit)}?done=details&chip={chip}")


def _details(visit: Visit, problems: list[str], given: dict[str, str] | None = None, *, status: int = 422) -> Response:
    holder = visit.app.run(lambda tx: dossier(tx, visit)).holder
    return visit.page(
        "municipality/details.html",
        status=status if problems else 200,
        holder=holder,
        address=person_address(holder.id),
        given=facts_of(holder) if given is None else given,
        problems=problems,
        sexes=list(Sex),
        residences=list(Residence),
    )


def _acted(visit: Visit, name: str, verb: _Verb) -> Response:
    if name in GRAVE and not visit.form.has("confirmed"):
        return page(visit, problem=NotConfirmed().text(visit.language))

    def work(tx: Tx) -> None:
        by = clerk(visit)
        events = verb(tx, own_holder(tx, visit), by)
        flows.record_card_acts(tx, events, batch=visit.app.draw(), at=visit.now)

    try:
        visit.app.run(work)
    except REFUSED as error:
        return _refused(visit, error)
    return go(f"{_address(visit)}?done={name}")


def _refused(visit: Visit, error: OnshiError) -> Response:
    return page(visit, problem=said(visit, error), status=status_of(error))


def _card_of(tx: Tx, holder: Holder, text: str) -> Card:
    """A card of this resident; another's looks like none."""
    number = CardId(int(text)) if text.isascii() and text.isdigit() and len(text) < 20 else None
    found = next((one for one in cards.cards_of(tx, holder.id) if one.id == number), None)
    if found is None:
        raise cards.errors.UnknownCard
    return found


def _address(visit: Visit) -> str:
    with visit.app.db.transaction(reading=True) as tx:
        return person_address(own_holder(tx, visit).id)
