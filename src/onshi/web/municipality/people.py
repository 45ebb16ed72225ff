"""Somebody is found by an id of ours, registered as a resident, or moves in from another town."""

from collections.abc import Mapping

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards, flows
from onshi.audit import Action
from onshi.cards import Holder, HolderId, MoveId, Sex
from onshi.db import Tx
from onshi.kernel import PersonalNumberTyped
from onshi.law import Residence
from onshi.web.acts import act
from onshi.web.errors import NotConfirmed
from onshi.web.municipality.facts import (
    address_of,
    day_of,
    is_guardian_known,
    post_number_of,
    read_facts,
    without_numbers,
)
from onshi.web.municipality.refusals import REFUSED, said
from onshi.web.municipality.town import HOME, clerk, disclosed
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

PEOPLE = f"{HOME}/people"
_MISSED = "missed"


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module; they stand before those of one person."""
    return [
        pages.show(PEOPLE, ask),
        pages.show(f"{PEOPLE}/register", ask_facts),
        pages.take(f"{PEOPLE}/register", register),
        pages.take(f"{PEOPLE}/find", find),
        pages.take(f"{PEOPLE}/move-in", move_in),
        *(pages.show(f"{PEOPLE}/{name}", lambda _: go(PEOPLE)) for name in ("find", "move-in")),
    ]


def ask(visit: Visit) -> Response:
    """The ids by which somebody is found."""
    clerk(visit)
    return _ask(visit)


def find(visit: Visit) -> Response:
    """The page of somebody of ours; whoever comes from another town is found together with the birth date only."""
    by = clerk(visit)
    problem, found = _wanted(visit)
    if found is None:
        return _ask(visit, problem)
    if found.municipality == by.municipality:
        return go(person_address(found.id))
    return _move_in_page(visit, found)


def move_in(visit: Visit) -> Response:
    """転入届: the person is ours from now on, and the page says what becomes of the card."""
    by = clerk(visit)
    problem, found = _wanted(visit)
    if found is None:
        return _ask(visit, problem)
    given, has_number = without_numbers(visit.form)
    moved_on, post_number = day_of(given.get("moved_on", "")), post_number_of(given.get("post_number", ""))
    address = address_of(given.get("address", ""))
    values = {"moved_on": moved_on, "post_number": post_number, "address": address}
    if has_number:
        return _move_in_page(visit, found, [PersonalNumberTyped().text(visit.language)], given)
    if moved_on is None or post_number is None or address is None:
        return _move_in_page(visit, found, _wrong(visit, [name for name in values if values[name] is None]), given)
    if not visit.form.has("confirmed"):
        return _move_in_page(visit, found, [NotConfirmed().text(visit.language)], given)

    def work(tx: Tx) -> None:
        moved = flows.move_in(
            tx,
            found.id,
            by=by,
            at=visit.now,
            move_id=MoveId(visit.app.draw()),
            moved_on=moved_on,
            post_number=post_number,
            address=address,
        )
        flows.record_card_acts(tx, moved.events, batch=visit.app.draw(), at=visit.now)

    try:
        visit.app.run(work)
    except REFUSED as error:
        return _move_in_page(visit, found, [said(visit, error)], given)
    return go(f"{person_address(found.id)}?done=move_in")


def ask_facts(visit: Visit) -> Response:
    """The form for somebody who is not known yet."""
    clerk(visit)
    return _facts_page(visit, {}, [])


def register(visit: Visit) -> Response:
    """Makes a resident known to the card desk."""
    by = clerk(visit)
    assert by.municipality is not None, "a clerk is a town's"
    given, has_number = without_numbers(visit.form)
    if has_number:
        return _facts_page(visit, given, [PersonalNumberTyped().text(visit.language)])
    facts, wrong = read_facts(given, visit.app.today())
    if wrong:
        return _facts_page(visit, given, _wrong(visit, wrong))
    holder = Holder(id=HolderId(visit.app.draw()), municipality=by.municipality, **facts)

    def work(tx: Tx) -> bool:
        if not is_guardian_known(tx, holder):
            return False
        event = cards.register_holders(tx, [holder], by=by, at=visit.now)
        flows.record_card_acts(tx, [event], batch=visit.app.draw(), at=visit.now)
        return True

    if not visit.app.run(work):
        return _facts_page(visit, given, _wrong(visit, ["guardian"]))
    return go(f"{person_address(holder.id)}?done=register")


def person_address(holder: HolderId) -> str:
    """The page of one resident."""
    return f"{PEOPLE}/{cards.shown_holder_id(holder)}"


def _wrong(visit: Visit, names: list[str]) -> list[str]:
    return [visit.say("municipality.people.wrong." + name) for name in names]


def _wanted(visit: Visit) -> tuple[str, Holder | None]:
    """Whom the form means; or why nobody, in words that tell a stranger of another town from nobody as little."""
    place, birth = clerk(visit).municipality, visit.form.get("birth")
    birth_on = day_of(birth)
    if birth and birth_on is None:
        return visit.say("municipality.people.wrong.birth_on"), None

    def work(tx: Tx) -> Holder | None:
        holder = _named(tx, visit.form.get("wanted"))
        if holder is None:
            return None
        is_ours = holder.municipality == place
        if birth_on != holder.birth_on and (birth_on is not None or not is_ours):
            # Whoever tries birth dates for somebody's id leaves a trace.
            visit.log(tx, act(visit.actor, Action.DISCLOSE, _MISSED, subject=holder.id))
            return None
        # The page of somebody of ours logs the look itself.
        return holder if is_ours else disclosed(tx, visit, [holder.id])[holder.id]

    found = visit.app.run(work)
    return "" if found else visit.say("municipality.people.nobody"), found


def _named(tx: Tx, text: str) -> Holder | None:
    try:
        return cards.holder_by_id(tx, cards.parse_holder_id(text))
    except ValueError:
        pass  # no holder id; a 申請書ID perhaps
    except cards.errors.UnknownHolder:
        return None
    try:
        return cards.holder_by_id(tx, cards.form_by_id(tx, cards.parse_form_id(text)).holder)
    except (cards.errors.FormMalformed, cards.errors.UnknownForm):
        return None


def _ask(visit: Visit, problem: str = "") -> Response:
    # What was typed is not repeated: it may be a number that nobody may see.
    return visit.page("municipality/people.html", status=422 if problem else 200, problem=problem)


def _facts_page(visit: Visit, given: Mapping[str, str], problems: list[str]) -> Response:
    return visit.page(
        "municipality/register.html",
        status=422 if problems else 200,
        given=given,
        problems=problems,
        sexes=list(Sex),
        residences=list(Residence),
    )


def _move_in_page(
    visit: Visit, holder: Holder, problems: list[str] | None = None, given: Mapping[str, str] | None = None
) -> Response:
    return visit.page(
        "municipality/move_in.html",
        status=422 if problems else 200,
        holder=holder,
        shown_id=cards.shown_holder_id(holder.id),
        problems=problems or [],
        given=given or {},
    )
