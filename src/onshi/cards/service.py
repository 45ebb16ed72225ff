"""The verbs about holders and their forms.

Each verb that changes something returns, with what it made, the `Event`s for the audit log; the caller appends them.
Ids are drawn by the caller (`App.draw`): 63 random bits.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from onshi.cards.errors import HolderDeceased, NotYourMunicipality, UnknownForm, UnknownHolder
from onshi.cards.model import By, CardState, Doer, Event, Form, FormId, Holder, HolderId
from onshi.cards.moves import DECEASED
from onshi.cards.rules import FORM_DIGITS, check_alive, check_doer, check_form, check_reach
from onshi.cards.store import appointments as appointment_store
from onshi.cards.store import cards as card_store
from onshi.cards.store import holders as store
from onshi.cards.taking import close_open, end_waiting, put_card
from onshi.db import Tx
from onshi.kernel import Moment, japan_day

STANDING = (CardState.ACTIVE, CardState.SUSPENDED)


def register_holders(tx: Tx, new: Iterable[Holder], *, by: By, at: Moment) -> Event:
    """Makes residents of the municipality known to this room, thousands at once; the ids are new and random.

    The outcome is their number. Raises `NotYourMunicipality`.
    """
    check_doer(by, "register_holders", Doer.MUNICIPALITY)
    found = list(new)
    if any(holder.municipality != by.municipality for holder in found):
        raise NotYourMunicipality
    store.add_holders(tx, found, at)
    return Event("holders_registered", by.actor, None, None, str(len(found)))


def holder_by_id(tx: Tx, holder_id: HolderId, *, known_at: Moment | None = None) -> Holder:
    """The holder as known now or then; raises `UnknownHolder`."""
    found = store.holder_of(tx, holder_id, known_at)
    if found is None:
        raise UnknownHolder
    return found


def amend_holder(tx: Tx, holder: Holder, *, by: By, at: Moment) -> tuple[bool, Event]:
    """Facts that changed without a move: a name, an address in the same town, a guardian, a longer stay.

    The first value says whether a fact that stands in the signature certificate changed (name, birth date, sex,
    address): that certificate is revoked then, and the card's entries are rewritten. Raises `UnknownHolder`,
    `HolderDeceased` or `NotYourMunicipality`.
    """
    check_doer(by, "amend_holder", Doer.MUNICIPALITY)
    before = holder_by_id(tx, holder.id)
    check_alive(before)
    check_reach(by, before, before.municipality, on=japan_day(at))
    if holder.municipality != before.municipality or holder.deceased_on is not None:
        raise ValueError("a move and a death have verbs of their own")
    store.put_holder(tx, holder, at)
    is_certified = any(
        getattr(holder, name) != getattr(before, name) for name in ("name", "birth_on", "sex", "address")
    )
    return is_certified, Event("holder_amended", by.actor, holder.id, None, "done")


def note_death(tx: Tx, holder_id: HolderId, died_on: date, *, by: By, at: Moment) -> tuple[Event, ...]:
    """The holder has died: the application under way, the cards and the forms become void. Once and for all."""
    check_doer(by, "note_death", Doer.MUNICIPALITY)
    holder = holder_by_id(tx, holder_id)
    check_alive(holder)
    day = japan_day(at)
    check_reach(by, holder, holder.municipality, on=day)
    store.put_holder(tx, replace(holder, deceased_on=died_on), at)
    store.end_forms(tx, holder_id, on=day, reason="deceased")
    appointment_store.free_all(tx, holder_id)
    end_waiting(tx, holder_id, DECEASED, at)
    events = [Event("holder_deceased", by.actor, holder_id, None, "done")]
    events.extend(close_open(tx, holder_id, "note_death", by=by, at=at))
    for card in card_store.cards_of(tx, holder_id, STANDING):
        events.append(put_card(tx, card, CardState.VOID, "note_death", by=by, at=at))
    return tuple(events)


def print_form(tx: Tx, holder_id: HolderId, *, by: By, at: Moment, form_id: FormId | None = None) -> tuple[Form, Event]:
    """A printed application form with its 申請書ID; without one given it is drawn. Raises `HolderDeceased`."""
    check_doer(by, "print_form", Doer.MUNICIPALITY)
    holder = holder_by_id(tx, holder_id)
    check_alive(holder)
    day = japan_day(at)
    check_reach(by, holder, holder.municipality, on=day)
    form = Form(form_id or _drawn(), holder_id, holder.municipality, day)
    store.add_forms(tx, [form])
    return form, _printed(form, by)


def print_forms(
    tx: Tx, holder_ids: Sequence[HolderId], *, by: By, at: Moment
) -> tuple[tuple[Form, ...], tuple[Event, ...]]:
    """A form for each of several of the own town's residents, who were found alive in this transaction."""
    check_doer(by, "print_form", Doer.MUNICIPALITY)
    assert by.municipality is not None, "a clerk is a town's"
    made = tuple(Form(_drawn(), holder, by.municipality, japan_day(at)) for holder in holder_ids)
    store.add_forms(tx, made)
    return made, tuple(_printed(form, by) for form in made)


def _drawn() -> FormId:
    return FormId(f"{secrets.randbelow(10**FORM_DIGITS):0{FORM_DIGITS}}")


def _printed(form: Form, by: By) -> Event:
    return Event("form_printed", by.actor, form.holder, None, "done")


def form_by_id(tx: Tx, form_id: FormId) -> Form:
    """The form, void or not; raises `UnknownForm`."""
    found = store.form_of(tx, form_id)
    if found is None:
        raise UnknownForm
    return found


def forms_of(tx: Tx, holder_id: HolderId) -> list[Form]:
    """Every form of a holder, void ones too, the oldest first."""
    return store.forms_of(tx, holder_id)


def usable_form(tx: Tx, form_id: FormId, *, on: date) -> tuple[Form, Holder]:
    """The form and whose it is. Raises `UnknownForm`, `FormVoid` or `HolderDeceased`."""
    form = form_by_id(tx, form_id)
    holder = holder_by_id(tx, form.holder)
    if holder.deceased_on is not None:
        raise HolderDeceased
    check_form(form, on)
    return form, holder
