"""The verbs of enrolling: load, decide, save."""

from collections.abc import Sequence
from datetime import date

import msgspec

from onshi import law
from onshi.db import Tx
from onshi.kernel import ONE_DAY, InsurerNumber, Moment, PersonId, japan_day
from onshi.registry.enrolling import rules
from onshi.registry.enrolling.errors import NotEnrolled, NotInsuredHere, UnknownEnrolment, WithdrawalTooEarly
from onshi.registry.enrolling.looking import look
from onshi.registry.enrolling.messages import messages
from onshi.registry.enrolling.model import Enrolment, EnrolmentId, Holder, Message, NewlyUnable, Place, State
from onshi.registry.errors import UnknownPerson
from onshi.registry.model import CardKey
from onshi.registry.store import enrolments as store
from onshi.registry.store import people as people_store

_PAGE = 500


def enrol(
    tx: Tx, card: CardKey, holder: Holder, *, enrolment_id: EnrolmentId, place: Place, party: str, at: Moment
) -> Enrolment:
    """Registers a card, whose holder has proved to be there, as insurance card.

    One person fits: complete, and the check finds them by the card. Nobody: reserved. Several, or somebody near: a
    reviewer decides. The same card again is the same enrolment; another card of somebody enrolled takes its place,
    unless it is linked to them already. A withdrawn one begins again. Whom the card means changes nothing in what is
    asked of the database. `tx` is alone, as if no other ran.
    """
    new = Enrolment(enrolment_id, card, holder, place, party, at, State.RESERVED)
    old = store.by_card(tx, card)
    if old is not None and old.is_live:
        return old
    asked = new
    if old is not None:
        asked = msgspec.structs.replace(old, holder=holder) if old.is_waiting else rules.begun_again(old, new)
    (found,) = look(tx, [asked])
    meant = found.verdict.person
    is_new = old is None or not old.is_waiting
    if is_new and meant is not None and found.linked in (None, meant) and found.is_enrolled(asked):
        first = _first(tx, meant, but=asked.id)
        return first if found.linked == meant and first.is_live else _follow(tx, first, asked, at)
    judged = rules.judged(asked, found.verdict, linked=found.linked, is_enrolled=found.is_enrolled(asked))
    if judged != old:
        store.save(tx, [judged], at=at)
    if judged.person is not None and found.linked is None:
        people_store.put_card(tx, card, judged.person, at=at)
    return judged


def _first(tx: Tx, person: PersonId, *, but: EnrolmentId) -> Enrolment:
    """The enrolment of the person that goes on: the one that holds, else one that was withdrawn; the oldest."""
    theirs = [one for one in store.of_person(tx, person) if one.id != but]
    return min(theirs, key=lambda one: not one.is_live)


def _follow(tx: Tx, enrolment: Enrolment, new: Enrolment, at: Moment) -> Enrolment:
    """The enrolment goes over to the card of `new`, which is no more an enrolment of its own."""
    followed = rules.following(enrolment, new)
    assert followed.person is not None, "only somebody's enrolment is followed"
    store.end(tx, [new.id], at=at)
    store.save(tx, [followed], at=at)
    people_store.end_card(tx, enrolment.card, at=at)
    people_store.put_card(tx, new.card, followed.person, at=at)
    return followed


def arrivals(tx: Tx, *, after: Enrolment | None = None, limit: int = _PAGE) -> list[Enrolment]:
    """A page of those that wait and to whom somebody comes near by now, in the order of their places; `after` is the
    last of the page before. Reads only: with very many that wait, look here first and complete among these."""
    return store.waiting_with_company(tx, after, limit)


def complete_reserved(tx: Tx, *, at: Moment, limit: int, among: Sequence[EnrolmentId] | None = None) -> list[Enrolment]:
    """Those that waited and stand otherwise now: complete, since their person has arrived; under review, since somebody
    near has; reserved again, since who came near does no longer.

    In the order of their places, at most `limit`; of two that mean one person the earlier joins. Call it again until
    it returns none. `among` looks at these only (as `arrivals` gave them), and else at all that wait.
    """
    if among is not None:
        return _settled(tx, store.still_waiting(tx, among), at, limit)
    done: list[Enrolment] = []
    last: Enrolment | None = None
    while len(done) < limit:
        page = arrivals(tx, after=last)
        if not page:
            break
        last = page[-1]
        done += _settled(tx, page, at, limit - len(done))
    return done


def _settled(tx: Tx, page: Sequence[Enrolment], at: Moment, limit: int) -> list[Enrolment]:
    taken: set[PersonId] = set()
    changed: list[Enrolment] = []
    stepped: list[Enrolment] = []
    cards: list[tuple[str, str, PersonId]] = []
    for one, found in zip(page, look(tx, page), strict=True):
        if len(stepped) == limit:
            break
        is_enrolled = found.is_enrolled(one) or found.verdict.person in taken
        judged = rules.judged(one, found.verdict, linked=found.linked, is_enrolled=is_enrolled)
        if judged == one:
            continue
        changed.append(judged)
        if judged.state is not one.state:
            stepped.append(judged)
        if judged.person is not None:
            taken.add(judged.person)
            if found.linked is None:
                cards.append((judged.card.issuer, judged.card.serial, judged.person))
    store.save(tx, changed, at=at)
    store.add_cards(tx, cards, at=at)
    return stepped


def decide_enrolment(tx: Tx, enrolment_id: EnrolmentId, person: PersonId | None, *, by: str, at: Moment) -> Enrolment:
    """A reviewer decides whom a card means: this person, or none of those who come near, so that it waits again.

    A card that was linked to somebody else until now is so no longer; if it is not theirs, whom it means is looked at
    afresh. Returns the enrolment that goes on with the card: the person's own, if they had one. Raises
    UnknownEnrolment when none waits for this decision (any more), UnknownPerson.
    """
    found = under_review(tx, enrolment_id)
    decided = msgspec.structs.replace(found, decided_by=by)
    if person is None:
        return (_unlinked if found.reason == rules.LINKED_ELSEWHERE else _ruled_out)(tx, decided, at)
    if people_store.person(tx, person) is None:
        raise UnknownPerson
    if store.of_person(tx, person):
        return _follow(tx, _first(tx, person, but=decided.id), decided, at)
    joined = rules.joined(decided, person)
    store.save(tx, [joined], at=at)
    people_store.put_card(tx, joined.card, person, at=at)
    return joined


def rule_out(tx: Tx, enrolment_id: EnrolmentId, person: PersonId, *, by: str, at: Moment) -> Enrolment:
    """A reviewer who was asked about this candidate, and about nobody else, finds that the card does not mean them.

    Whom it means instead is looked at afresh. UnknownEnrolment when nobody is asked about them (any more).
    """
    found = under_review(tx, enrolment_id)
    if found.candidate != person:
        raise UnknownEnrolment
    decided = msgspec.structs.replace(found, decided_by=by)
    return (_unlinked if found.reason == rules.LINKED_ELSEWHERE else _asked_afresh)(tx, decided, at)


def _ruled_out(tx: Tx, found: Enrolment, at: Moment) -> Enrolment:
    """It means nobody whom it could be asked about today."""
    waiting, who = found, found.candidate
    while who is not None:
        assert who not in waiting.not_meant, "who is ruled out does not come near again"
        waiting = rules.ruled_out(waiting, [who])
        (again,) = look(tx, [waiting])
        who = again.verdict.person or again.verdict.candidate
    store.save(tx, [waiting], at=at)
    return waiting


def _unlinked(tx: Tx, found: Enrolment, at: Moment) -> Enrolment:
    """Its card is not whose it was; whom it means instead is a new question."""
    people_store.end_card(tx, found.card, at=at)
    return _asked_afresh(tx, found, at)


def _asked_afresh(tx: Tx, found: Enrolment, at: Moment) -> Enrolment:
    """It does not mean its candidate."""
    assert found.candidate is not None, "who is in doubt has a candidate"
    waiting = rules.ruled_out(found, [found.candidate])
    (again,) = look(tx, [waiting])
    judged = rules.judged(waiting, again.verdict, linked=again.linked, is_enrolled=again.is_enrolled(waiting))
    store.save(tx, [judged], at=at)
    if judged.person is not None and again.linked is None:
        people_store.put_card(tx, judged.card, judged.person, at=at)
    return judged


def replace_card(tx: Tx, old: CardKey, new: CardKey, *, at: Moment) -> Enrolment | None:
    """A renewed certificate stands in for the old one: the enrolment and whose card it is go over to it.

    Whatever the state of the enrolment; one that `new` had got meanwhile is ended by it. None: there was none, and at
    most the link went over. The same once more changes nothing.
    """
    person = people_store.card_holder(tx, old)
    if person is not None:
        people_store.end_card(tx, old, at=at)
        people_store.put_card(tx, new, person, at=at)
    there, enrolment = store.by_card(tx, new), store.by_card(tx, old)
    if enrolment is None:
        return there
    if there is not None:
        store.end(tx, [there.id], at=at)
    moved = rules.on_card(enrolment, new)
    store.save(tx, [moved], at=at)
    return moved


def request_withdrawal(
    tx: Tx, person: PersonId, insurer: InsurerNumber, *, at: Moment, months: int | None = None
) -> list[Enrolment]:
    """The person asks, through the insurer of the day, that their card be no insurance card any more.

    Shown at once as requested; it takes effect after the last day of law.registration_ends_on, which `months`
    overrules. Asked again, nothing changes. Raises NotInsuredHere, WithdrawalTooEarly, NotEnrolled.
    """
    day = japan_day(at)
    coverages = people_store.coverages_of(tx, person)
    if not any(one.insurer == insurer and one.in_force(day) for one in coverages):
        raise NotInsuredHere(insurer=insurer, on=day)
    try:
        effective_on = law.registration_ends_on(day, months=months) + ONE_DAY
    except LookupError:
        raise WithdrawalTooEarly(on=day) from None
    live = [one for one in store.of_person(tx, person) if one.is_live]
    if not live:
        raise NotEnrolled
    asked = [rules.withdrawal_asked(one, insurer, effective_on) for one in live if one.state is State.COMPLETE]
    store.save(tx, asked, at=at)
    known = {one.id: one for one in asked}
    return [known.get(one.id, one) for one in live]


def is_withdrawal_due(tx: Tx, *, on: date) -> bool:
    """Whether `take_effect` has anything to do on that day."""
    return bool(store.due(tx, on, 1))


def take_effect(tx: Tx, *, on: date, at: Moment, limit: int = 1_000) -> list[Enrolment]:
    """Withdrawals whose day has come: from `at` on the check does not find these people by card; by number nothing
    changes. At most `limit`: call it again until it returns none."""
    gone = [rules.withdrawn(one) for one in store.due(tx, on, limit)]
    store.save(tx, gone, at=at)
    store.end_cards(tx, {one.person for one in gone if one.person is not None}, at=at)
    return gone


def newly_unable(tx: Tx, insurer: InsurerNumber, *, month: date) -> list[NewlyUnable]:
    """Whose withdrawal takes effect in the month while this insurer insures them, asked for or done: they are owed a
    資格確認書."""
    first = month.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return store.newly_unable(tx, insurer, first, after)


def messages_of(tx: Tx, enrolment_id: EnrolmentId) -> list[Message]:
    """What the person has been told, the oldest first. Raises UnknownEnrolment."""
    versions = store.versions(tx, enrolment_id)
    if not versions:
        raise UnknownEnrolment
    return list(messages(versions))


def under_review(tx: Tx, enrolment_id: EnrolmentId) -> Enrolment:
    """The enrolment that a reviewer has to decide on. UnknownEnrolment when none waits under this id (any more)."""
    found = store.one(tx, enrolment_id)
    if found is None or found.state is not State.UNDER_REVIEW:
        raise UnknownEnrolment
    return found


def questions_to(tx: Tx, insurer: InsurerNumber, *, on: date, limit: int = 100) -> list[Enrolment]:
    """Enrolments under review whose candidate this insurer insures on that day or will, in the order of their places:
    it knows them and can decide."""
    return store.under_review(tx, insurer, on, limit)


def enrolment_of(tx: Tx, card: CardKey) -> Enrolment | None:
    """The enrolment of this certificate as it stands, or None."""
    return store.by_card(tx, card)


def enrolments_of(tx: Tx, person: PersonId) -> list[Enrolment]:
    """The person's enrolments, those that were withdrawn among them, the oldest first."""
    return store.of_person(tx, person)


def enrolments_listed(
    tx: Tx, *, insurer: InsurerNumber | None = None, state: State | None = None, limit: int = 100
) -> list[Enrolment]:
    """Enrolments of people whom an insurer names, or of everybody, in the order of their places."""
    return store.listed(tx, insurer, state, limit)
