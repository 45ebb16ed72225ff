"""資格確認書 and 資格情報のお知らせ: the month's list, what was issued, what is to come back, one member's papers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi import law, papers, registry
from onshi.db import Tx
from onshi.kernel import PersonId, parse_person_id
from onshi.papers import Handed, Paper, PaperKind, Sorting, Unable
from onshi.registry import Coverage, Person, UnknownPerson
from onshi.web.serving import Pages
from onshi.web.visit import Visit

_SHOWN = 200
FIELDS = ("symbol", "number", "birth", "kind", "ground", "handed", "valid_to")


@dataclass(frozen=True, slots=True)
class Named:
    """Something about a member, with who they are and their number here."""

    what: Unable | Paper
    person: Person
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Month:
    """What the page shows: the list, its sum by ground, and what is to be done with papers."""

    listed: list[Named]
    count: int
    owed: int
    by_ground: list[tuple[str, int]]
    batches: list[papers.Batch]
    lapsed: list[Named]
    due: list[Named]
    for_everybody: bool


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/insurer/papers", month_page),
        pages.show("/insurer/papers/member/{person:str}", member_page),
    ]


def month_page(visit: Visit) -> Response:
    """A month: who is on its list, what was issued, what is to come back and what ends."""
    visit.require("insurer.read")
    return show_month(visit)


def show_month(visit: Visit, *, problem: str = "") -> Response:
    """The same, with what was wrong with a form."""
    month, own = month_of(visit), visit.own_insurer
    with visit.app.db.transaction(reading=True) as tx:
        book = registry.insurer_book(tx)
        found = _month(tx, visit, month) if own in book else None
    return visit.page(
        "insurer/papers.html",
        status=422 if problem else 200,
        month=month,
        found=found,
        problem=problem,
        ground_words=ground_words(visit),
        asked_grounds=papers.grounds(),
        kinds=list(PaperKind),
        ways_of_handing=list(Handed),
        sortings=list(Sorting),
        given={name: visit.form.get(name) for name in FIELDS},
        done=visit.query("done"),
        done_count=visit.number("count"),
        paper_id=papers.shown_paper_id,
    )


def _month(tx: Tx, visit: Visit, month: date) -> Month:
    own = visit.own_insurer
    listed = papers.newly_unable(tx, own, month)
    lapsed, due = papers.to_be_returned(tx, own), papers.due_for_renewal(tx, own, month)
    kind = registry.insurer_book(tx)[own].kind
    decision = law.paper_for(kind, visit.app.today(), ground=None)
    return Month(
        named(tx, listed[:_SHOWN]),
        len(listed),
        sum(one.is_owed for one in listed),
        sorted(Counter(one.ground for one in listed).items()),
        papers.batches_of(tx, own),
        named(tx, lapsed[:_SHOWN]),
        named(tx, due[:_SHOWN]),
        decision is not None and decision.because.code == papers.EVERYBODY,
    )


def named(tx: Tx, found: Sequence[Unable] | Sequence[Paper]) -> list[Named]:
    """Each with its member, as far as their coverage is known today."""
    holders = {one.person for one in found}
    people = registry.members.people_with(tx, holders)
    coverages = {one.id: one for one in registry.members.coverages_with(tx, holders)}
    return [
        Named(one, people[one.person], coverages[one.coverage])
        for one in found
        if one.person in people and one.coverage in coverages
    ]


def member_page(visit: Visit) -> Response:
    """The papers of one member of one's own."""
    visit.require("insurer.read")
    return show_member(visit, person_in(visit.request.path_params["person"]))


def show_member(visit: Visit, person: PersonId, *, problem: str = "") -> Response:
    """The same, with what was wrong with a form. Somebody who was never insured here is nobody: UnknownPerson."""
    own = visit.own_insurer
    with visit.app.db.transaction(reading=True) as tx:
        coverages = [one for one in registry.coverages_of(tx, person) if one.insurer == own]
        theirs = [one for one in papers.papers_of(tx, person) if one.insurer == own]
        if not coverages and not theirs:
            raise UnknownPerson
        known = registry.person_of(tx, person)
    return visit.page(
        "insurer/papers_member.html",
        status=422 if problem else 200,
        person=known,
        coverages=coverages,
        papers=theirs,
        ways_of_handing=list(Handed),
        ground_words=ground_words(visit),
        problem=problem,
        done=visit.query("done"),
        paper_id=papers.shown_paper_id,
    )


def person_in(text: str) -> PersonId:
    """A person id from an address or a form. UnknownPerson."""
    try:
        return parse_person_id(text)
    except ValueError:
        raise UnknownPerson from None


def month_of(visit: Visit) -> date:
    """The month of the address or the form, or this one."""
    try:
        return date.fromisoformat(f"{visit.form.get('month') or visit.query('month')}-01")
    except ValueError:
        return visit.app.today().replace(day=1)


def ground_words(visit: Visit) -> Mapping[str, str]:
    """Every ground in the reader's language."""
    words = {code: ground.reason.text(visit.language) for code, ground in law.paper_grounds().items()}
    return words | {papers.EVERYBODY: visit.say("insurer.papers.everybody")}
