"""Surveys: made, sent, answered, reminded of, closed, told."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import msgspec

from onshi import access
from onshi.access import Party, PartyKind
from onshi.db import Tx
from onshi.kernel import InsurerNumber, Moment, japan_day
from onshi.registry import insurer_book
from onshi.surveys import importing, results, rules, store
from onshi.surveys.errors import (
    AlreadyImported,
    AlreadySent,
    NotAddressable,
    NotOfThisSort,
    NotOpen,
    NotSent,
    StillOpen,
    UnknownAddressee,
    UnknownLink,
    UnknownSurvey,
)
from onshi.surveys.importing import Imported
from onshi.surveys.model import (
    Addressee,
    Content,
    Draft,
    Link,
    PartyId,
    Reported,
    Sort,
    State,
    Survey,
    SurveyId,
    Target,
)
from onshi.surveys.results import Results
from onshi.surveys.rules import Fault
from onshi.surveys.suppression import least_people

LIMIT = 200
_TOKEN_BYTES = 16
_SEEN_BYTES_MAX = 100


# -- Making and sending ------------------------------------------------------------------------------------------------


def make(tx: Tx, sender: Party, draft: Draft, *, survey_id: SurveyId, at: Moment) -> Survey:
    """A new survey, not sent yet. Raises SurveyMalformed, NotAddressable for a party that asks nobody."""
    if not rules.kinds_towards(sender):
        raise NotAddressable(line=0)
    rules.check_draft(draft)
    survey = Survey(survey_id, sender.id, draft, japan_day(at))
    store.add(tx, survey)
    return survey


def send(
    tx: Tx, sender: Party, survey_id: SurveyId, to: Sequence[tuple[PartyId, int]], *, at: Moment
) -> tuple[Survey, list[Link]]:
    """The survey goes out: one link for each organisation, told now and never again. `to` is a list of ids with the
    number of answers expected. Raises UnknownSurvey, AlreadySent, NotAddressable."""
    survey = own(tx, sender, survey_id)
    if survey.sent_on is not None:
        raise AlreadySent
    if japan_day(at) > survey.draft.closes_on:
        raise NotOpen(opens_on=survey.draft.opens_on, closes_on=survey.draft.closes_on)
    targets = _targets(tx, sender, to, survey.draft.sort)
    links = [Link(one.party, secrets.token_urlsafe(_TOKEN_BYTES)) for one in targets]
    hashed = [(target, _hash(link.token)) for target, link in zip(targets, links, strict=True)]
    sent = msgspec.structs.replace(survey, sent_on=japan_day(at))
    store.add_addressees(tx, survey.id, hashed, on=japan_day(at))
    store.put(tx, sent)
    return sent, links


def _targets(tx: Tx, sender: Party, to: Sequence[tuple[PartyId, int]], sort: Sort) -> list[Target]:
    book, known = insurer_book(tx), access.parties_by_id(tx, (party_id for party_id, _ in to))
    found = []
    for line, (party_id, expected) in enumerate(to, start=1):
        party = known.get(party_id)
        if party is None or not rules.may_ask(sender, party):
            raise NotAddressable(line=line)
        place = rules.prefecture_of(party)
        if party.kind is PartyKind.INSURER and (insurer := book.get(InsurerNumber(party.code))):
            place = insurer.prefecture
        found.append(Target(party.id, 1 if sort is Sort.ORGANISATIONS else expected, place))
    return found


def renew_link(tx: Tx, sender: Party, survey_id: SurveyId, party: PartyId, *, at: Moment) -> tuple[Survey, Link]:
    """Another link for an organisation; the old one leads nowhere. Raises UnknownSurvey, NotSent, UnknownAddressee."""
    survey = _running(tx, sender, survey_id)
    if store.addressee(tx, survey.id, party) is None:
        raise UnknownAddressee
    link = Link(party, secrets.token_urlsafe(_TOKEN_BYTES))
    store.set_link(tx, survey.id, party, _hash(link.token), on=japan_day(at))
    return survey, link


def remind(tx: Tx, sender: Party, survey_id: SurveyId, *, at: Moment) -> tuple[Survey, list[Addressee]]:
    """Notes that those from whom fewer answers came than expected are reminded today, and tells who they are. It is
    organisations that are reminded: nobody knows which people have not answered. Raises UnknownSurvey, NotSent,
    NotOpen."""
    survey = _running(tx, sender, survey_id)
    _require_open(survey, japan_day(at))
    late = [one for one in addressees_of(tx, survey) if one.missing]
    store.add_reminders(tx, survey.id, [one.target.party for one in late], on=japan_day(at))
    return survey, late


def close(tx: Tx, sender: Party, survey_id: SurveyId, *, at: Moment) -> Survey:
    """Nothing is taken any more, and there are results. Raises UnknownSurvey, NotSent, StillOpen."""
    survey = _running(tx, sender, survey_id)
    if survey.state(japan_day(at)) is not State.OVER:
        raise StillOpen(closes_on=survey.draft.closes_on)
    closed = msgspec.structs.replace(survey, closed_on=japan_day(at))
    store.put(tx, closed)
    store.forget_marks(tx, survey.id)
    return closed


# -- Answering ---------------------------------------------------------------------------------------------------------


def opened(tx: Tx, token: str) -> tuple[Survey, Target]:
    """What a link leads to, and for which organisation. UnknownLink."""
    found = store.by_link(tx, _hash(token))
    if found is None:
        raise UnknownLink
    return found


def answer(
    tx: Tx, token: str, given: Mapping[str, Sequence[str]], *, form: str, answer_id: int, at: Moment
) -> dict[str, Fault]:
    """Takes an answer, unless something is wrong with it: that is returned, by question. Answers to what is not asked
    are dropped. `form` names the form that was filled in: sent twice, it counts once. Raises UnknownLink, NotOpen.

    Nothing is kept but the survey, the organisation, the day and what was answered.
    """
    survey, target = opened(tx, token)
    _require_open(survey, japan_day(at))
    content, faults = rules.read_answers(survey.draft.questions, given)
    wrong: dict[str, Fault] = {code: fault for code, fault in faults.items() if fault is not Fault.UNASKED}
    if wrong:
        return wrong
    if survey.draft.sort is Sort.ORGANISATIONS:
        store.replace_answer(tx, survey.id, target.party, content, on=japan_day(at))
    elif store.mark(tx, survey.id, _hash(form[:_SEEN_BYTES_MAX])):
        store.add_answers(tx, survey.id, target.party, [(answer_id, content)], on=japan_day(at))
    return {}


def import_answers(
    tx: Tx,
    sender: Party,
    survey_id: SurveyId,
    data: bytes,
    *,
    only: PartyId | None,
    draw_many: Callable[[int], Sequence[int]],
    at: Moment,
) -> tuple[Survey, Imported]:
    """Takes the answers of a file that were collected elsewhere, of one addressee or of the one each row names; rows
    with an error are left out and told. `draw_many` gives so many random numbers. Raises UnknownSurvey, NotSent,
    NotOfThisSort, UnknownAddressee, NoAnswersTaken, AlreadyImported."""
    survey = _running(tx, sender, survey_id)
    if survey.draft.sort is not Sort.PEOPLE:
        raise NotOfThisSort
    parties = {one.target.party for one in addressees_of(tx, survey)}
    if only is not None and only not in parties:
        raise UnknownAddressee
    found = importing.read_file(data, survey.draft.questions, parties, only)
    if found.answers:
        if not store.mark(tx, survey.id, hashlib.sha256(data).digest()):
            raise AlreadyImported
        by_party: dict[PartyId, list[tuple[int, Content]]] = {}
        for number, (party, content) in zip(draw_many(len(found.answers)), found.answers, strict=True):
            by_party.setdefault(party, []).append((number, content))
        for party, new in by_party.items():
            store.add_answers(tx, survey.id, party, new, on=japan_day(at))
    return survey, found


# -- Looking -----------------------------------------------------------------------------------------------------------


def surveys_of(tx: Tx, reader: Party) -> list[Survey]:
    """The surveys of the reader's organisation; the office sees everybody's."""
    return store.listed(tx, None if reader.kind is PartyKind.OFFICE else reader.id, LIMIT)


def survey_of(tx: Tx, reader: Party, survey_id: SurveyId) -> Survey:
    """The survey, if it is the reader's or the reader is the office. UnknownSurvey."""
    found = store.one(tx, survey_id)
    if found is None or (found.party != reader.id and reader.kind is not PartyKind.OFFICE):
        raise UnknownSurvey
    return found


def own(tx: Tx, sender: Party, survey_id: SurveyId) -> Survey:
    """The survey, if it is the sender's. UnknownSurvey."""
    found = store.one(tx, survey_id)
    if found is None or found.party != sender.id:
        raise UnknownSurvey
    return found


def addressees_of(tx: Tx, survey: Survey) -> list[Addressee]:
    """Whom it went to, with how many answers came. For whoever was given the survey."""
    return store.addressees_of(tx, [survey.id])[survey.id]


def addressees_of_all(tx: Tx, known: Sequence[Survey]) -> Mapping[SurveyId, Sequence[Addressee]]:
    """The same of several surveys."""
    return store.addressees_of(tx, [one.id for one in known])


def results_of(tx: Tx, survey: Survey) -> Results:
    """What a closed survey of people came to, as far as it may be told. For whoever was given the survey.
    Raises StillOpen, NotOfThisSort."""
    if survey.draft.sort is not Sort.PEOPLE:
        raise NotOfThisSort
    if survey.closed_on is None:
        raise StillOpen(closes_on=survey.draft.closes_on)
    least = least_people(survey.closed_on)
    return results.results_of(survey, addressees_of(tx, survey), store.groups_of(tx, survey.id), least)


def reports_of(tx: Tx, survey: Survey) -> list[Reported]:
    """What organisations have answered about themselves so far. For whoever was given the survey. NotOfThisSort."""
    if survey.draft.sort is not Sort.ORGANISATIONS:
        raise NotOfThisSort
    return store.reports_of(tx, survey.id)


def received(tx: Tx, reader: Party) -> list[tuple[Survey, Addressee]]:
    """The surveys that went to the reader's organisation, each with how that one stands."""
    return store.received(tx, reader.id, LIMIT)


def received_one(tx: Tx, reader: Party, survey_id: SurveyId) -> tuple[Survey, Addressee]:
    """A survey that went to the reader's organisation. UnknownSurvey."""
    found = store.one(tx, survey_id)
    here = store.addressee(tx, survey_id, reader.id)
    if found is None or here is None:
        raise UnknownSurvey
    return found, here


def _running(tx: Tx, sender: Party, survey_id: SurveyId) -> Survey:
    survey = own(tx, sender, survey_id)
    if survey.sent_on is None or survey.closed_on is not None:
        raise NotSent
    return survey


def _require_open(survey: Survey, on: date) -> None:
    if survey.state(on) is not State.OPEN:
        raise NotOpen(opens_on=survey.draft.opens_on, closes_on=survey.draft.closes_on)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
