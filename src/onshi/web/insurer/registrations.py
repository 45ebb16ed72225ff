"""Registrations in doubt: a card beside the insured person whom it may mean, and whether it does."""

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi import flows, registry
from onshi.db import Tx
from onshi.kernel import InsurerNumber, PersonId, parse_person_id
from onshi.registry import Coverage, Person, UnknownPerson, enrolling
from onshi.registry.enrolling import Enrolment, EnrolmentId, UnknownEnrolment
from onshi.web.insurer.review import ACCEPT, REJECT, Pair, differs
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

_HOME = "/insurer/registrations"
_ONE = _HOME + "/{enrolment}"
_SHOWN = 100
_FIELDS = ("name", "kana", "birth_on", "sex", "address")
_PLACE = "address"


@dataclass(frozen=True, slots=True)
class Question:
    """A registration and the person of whom it is asked. `number`: how this insurer knows them, part by part."""

    enrolment: Enrolment
    person: Person
    number: tuple[str, ...]
    pairs: tuple[Pair, ...]


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show(_HOME, queue), pages.show(_ONE, question_page), pages.take(_ONE, decide)]


def queue(visit: Visit) -> Response:
    """The registrations in doubt about people insured here, who waits longest first; nobody is named on it."""
    visit.require("feeds.review")
    with visit.app.db.transaction(reading=True) as tx:
        found = enrolling.questions_to(tx, visit.own_insurer, on=visit.app.today(), limit=_SHOWN)
    rows = [(enrolling.shown_enrolment_id(one.id), one) for one in found]
    return visit.page("insurer/registrations.html", rows=rows, done=visit.query("done"))


def question_page(visit: Visit) -> Response:
    """One card beside the person it may mean. Looking is a disclosure, and logged."""
    visit.require("feeds.review")
    return _question_page(visit)


def decide(visit: Visit) -> Response:
    """This person or not: once, with a confirmation, and in the log in the same transaction."""
    visit.require("feeds.review")
    choice = visit.form.get("choice")
    if choice not in (ACCEPT, REJECT) or not visit.form.has("confirmed"):
        return _question_page(visit, problem=visit.say("insurer.registrations.choose"))

    def work(tx: Tx) -> None:
        flows.answer_enrolment(
            tx,
            _own(tx, visit).id,
            _seen(visit),
            is_meant=choice == ACCEPT,
            actor=visit.actor,
            at=visit.now,
            batch=visit.app.draw(),
        )

    visit.app.run(work)
    return go(f"{_HOME}?done={choice}")


def compare(enrolment: Enrolment, person: Person, *, is_hidden: bool) -> tuple[Pair, ...]:
    """What the card says beside what is registered; `is_hidden`: not where they live, nor whether that is one place."""
    holder = enrolment.holder
    said = (holder.name, holder.kana, holder.birth_on.isoformat(), holder.sex, holder.address)
    known = (person.name, person.kana, person.birth_on.isoformat(), person.sex, person.address)
    return tuple(
        Pair(field, None, None, differs=False, hidden=True)
        if is_hidden and field == _PLACE
        else Pair(field, theirs, ours, differs(field, theirs, ours))
        for field, theirs, ours in zip(_FIELDS, said, known, strict=True)
    )


def _question_page(visit: Visit, *, problem: str = "") -> Response:
    question = visit.app.run(lambda tx: _disclosed(tx, visit))
    return visit.page(
        "insurer/registration.html",
        status=422 if problem else 200,
        question=question,
        number=enrolling.shown_enrolment_id(question.enrolment.id),
        days={"birth_on": date.fromisoformat},
        problem=problem,
    )


def _disclosed(tx: Tx, visit: Visit) -> Question:
    own = _own(tx, visit)
    found = flows.disclose_enrolment(tx, own.id, actor=visit.actor, at=visit.now, batch=visit.app.draw())
    person = registry.person_of(tx, _candidate(found))
    coverages = registry.coverages_of(tx, person.id)
    (here, *_) = (one for one in coverages if _insures(visit.own_insurer, one, visit.app.today()))
    pairs = compare(found, person, is_hidden=_is_protected(tx, found, coverages))
    return Question(found, person, (here.symbol or "", here.number, here.branch or ""), pairs)


def _is_protected(tx: Tx, enrolment: Enrolment, coverages: list[Coverage]) -> bool:
    """Whether anybody whom the card may mean keeps from others where they live, at whatever insurer: the candidate, or
    who is called and was born as the card says. Whoever carries the card may be looked for through it."""
    holder = enrolment.holder
    namesakes = [one.id for one in registry.people_named(tx, holder.name) if one.birth_on == holder.birth_on]
    everything = [*coverages, *(one for person in namesakes for one in registry.coverages_of(tx, person))]
    return any(one.undisclosed or one.refused for one in everything)


def _own(tx: Tx, visit: Visit) -> Enrolment:
    """The registration in the address. One about somebody insured elsewhere looks just like one that does not exist."""
    own = visit.own_insurer  # first: nobody else learns whether there is one
    found = enrolling.under_review(tx, _number(visit))
    coverages = registry.coverages_of(tx, _candidate(found))
    if not any(_insures(own, one, visit.app.today()) for one in coverages):
        raise UnknownEnrolment
    return found


def _insures(insurer: InsurerNumber, coverage: Coverage, on: date) -> bool:
    """Whether it is a coverage by this insurer on that day or a later one."""
    return coverage.insurer == insurer and (coverage.lost_on is None or on < coverage.lost_on)


def _candidate(enrolment: Enrolment) -> PersonId:
    assert enrolment.candidate is not None, "who is in doubt has a candidate"
    return enrolment.candidate


def _number(visit: Visit) -> EnrolmentId:
    try:
        return enrolling.parse_enrolment_id(visit.request.path_params["enrolment"])
    except ValueError:
        raise UnknownEnrolment from None


def _seen(visit: Visit) -> PersonId:
    """Whom the reader saw beside the card; somebody else may be asked about by now."""
    try:
        return parse_person_id(visit.form.get("person"))
    except ValueError:
        raise UnknownPerson from None
