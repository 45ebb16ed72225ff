"""What is done about papers on the pages: issued, asked for, given back, replaced, lapsed. Each is in the log."""

from collections.abc import Callable, Sequence
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi import papers, registry
from onshi.db import Tx
from onshi.kernel import PersonId, parse_day, shown_person_id
from onshi.papers import Handed, Paper, PaperId, PaperKind
from onshi.registry import NumberKey
from onshi.web.insurer.papers import month_of, person_in, show_member, show_month
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

# A form that can be put right; anything else is a page of its own.
_ASKED_AGAIN = (
    papers.errors.EndsTooEarly,
    papers.errors.NotAMember,
    papers.errors.NotForEverybody,
    papers.errors.PaperHeld,
    papers.errors.PaperNotGiven,
    papers.errors.UnknownGround,
)


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.take("/insurer/papers/issue", issue),
        pages.take("/insurer/papers/everybody", everybody),
        pages.take("/insurer/papers/request", request),
        pages.take("/insurer/papers/find", find),
        pages.take("/insurer/papers/lapse", lapse),
        pages.take("/insurer/papers/return", give_back),
        pages.take("/insurer/papers/replace", replace),
    ]


def issue(visit: Visit) -> Response:
    """Everybody on the month's list who is owed a 資格確認書 gets one."""
    visit.require("feeds.load")
    month = month_of(visit)
    try:
        wanted_to = _last_day(visit)
    except ValueError:
        return show_month(visit, problem=visit.say("insurer.papers.day_wrong"))

    def work(tx: Tx) -> Sequence[Paper]:
        return papers.issue_ex_officio(
            tx,
            visit.own_insurer,
            month,
            at=visit.now,
            draw=visit.app.draw_many,
            handed=_handed(visit),
            wanted_to=wanted_to,
        )

    return _issued_together(visit, month, work)


def everybody(visit: Visit) -> Response:
    """Every member of the elderly scheme without a valid one gets a 資格確認書."""
    visit.require("feeds.load")

    def work(tx: Tx) -> Sequence[Paper]:
        handed = _handed(visit)
        return papers.everybody_elderly(tx, visit.own_insurer, at=visit.now, draw=visit.app.draw_many, handed=handed)

    return _issued_together(visit, month_of(visit), work)


def _issued_together(visit: Visit, month: date, work: Callable[[Tx], Sequence[Paper]]) -> Response:
    if not visit.form.has("confirmed"):
        return show_month(visit, problem=visit.say("insurer.papers.unconfirmed"))
    try:
        made = visit.app.run(lambda tx: _logged(tx, visit, work(tx)))
    except _ASKED_AGAIN as error:
        return show_month(visit, problem=error.text(visit.language))
    return go(f"/insurer/papers?month={month:%Y-%m}&done=issued&count={len(made)}")


def request(visit: Visit) -> Response:
    """One member asks for a paper."""
    visit.require("feeds.load")
    try:
        key, wanted_to = _key(visit), _last_day(visit)
    except ValueError:
        return show_month(visit, problem=visit.say("insurer.papers.day_wrong"))
    form = visit.form

    def work(tx: Tx) -> PersonId | None:
        person = _member(tx, key)
        if person is None:
            return None
        made = papers.issue_on_request(
            tx,
            visit.own_insurer,
            person,
            ground=form.get("ground") or None,
            paper_id=PaperId(visit.app.draw()),
            at=visit.now,
            kind=PaperKind.NOTICE if form.get("kind") == PaperKind.NOTICE else PaperKind.QUALIFICATION,
            handed=_handed(visit),
            wanted_to=wanted_to,
        )
        _logged(tx, visit, [made])
        return person

    try:
        person = visit.app.run(work)
    except _ASKED_AGAIN as error:
        return show_month(visit, problem=error.text(visit.language))
    return _at_member(visit, person, "issued")


def find(visit: Visit) -> Response:
    """The papers of the member who has this number."""
    visit.require("insurer.read")
    try:
        key = _key(visit)
    except ValueError:
        return show_month(visit, problem=visit.say("insurer.papers.day_wrong"))
    with visit.app.db.transaction(reading=True) as tx:
        person = _member(tx, key)
    return _at_member(visit, person, "")


def _key(visit: Visit) -> NumberKey:
    """The number in the form; ValueError when the birth date is no day."""
    form = visit.form
    symbol, number = form.get("symbol") or None, form.get("number")
    return registry.number_key(visit.own_insurer, symbol, number, parse_day(form.get("birth")))


def _member(tx: Tx, key: NumberKey) -> PersonId | None:
    (found,) = registry.find_by_number(tx, [key])
    return found.sightings[0].person.id if len(found.sightings) == 1 else None


def _at_member(visit: Visit, person: PersonId | None, done: str) -> Response:
    if person is None:
        return show_month(visit, problem=visit.say("insurer.links.nobody"))
    return go(f"/insurer/papers/member/{shown_person_id(person)}{'?done=' * bool(done)}{done}")


def lapse(visit: Visit) -> Response:
    """Papers of those who lost their coverage lapse."""
    visit.require("feeds.load")
    own = visit.own_insurer
    gone = visit.app.run(lambda tx: _logged(tx, visit, papers.lapse(tx, own, at=visit.now)))
    return go(f"/insurer/papers?month={month_of(visit):%Y-%m}&done=lapsed&count={len(gone)}")


def give_back(visit: Visit) -> Response:
    """A paper came back."""
    visit.require("feeds.load")
    own, (person, paper) = visit.own_insurer, _paper(visit)
    return _changed(visit, person, "returned", lambda tx: [papers.give_back(tx, own, person, paper, at=visit.now)])


def replace(visit: Visit) -> Response:
    """A lost or spoilt paper is replaced."""
    visit.require("feeds.load")
    own, (person, paper) = visit.own_insurer, _paper(visit)
    new, handed = PaperId(visit.app.draw()), _handed(visit)
    return _changed(
        visit,
        person,
        "replaced",
        lambda tx: papers.replace(tx, own, person, paper, new_id=new, at=visit.now, handed=handed),
    )


def _changed(visit: Visit, person: PersonId, done: str, work: Callable[[Tx], Sequence[Paper]]) -> Response:
    try:
        visit.app.run(lambda tx: _logged(tx, visit, work(tx)))
    except (papers.errors.PaperOver, papers.errors.NotAMember) as error:
        return show_member(visit, person, problem=error.text(visit.language))
    return _at_member(visit, person, done)


def _logged(tx: Tx, visit: Visit, changed: Sequence[Paper]) -> Sequence[Paper]:
    if changed:
        visit.log(tx, *(papers.entry_of(one, actor=visit.actor) for one in changed))
    return changed


def _paper(visit: Visit) -> tuple[PersonId, PaperId]:
    try:
        return person_in(visit.form.get("person")), PaperId(papers.parse_paper_id(visit.form.get("paper")))
    except ValueError:
        raise papers.errors.UnknownPaper from None


def _handed(visit: Visit) -> Handed:
    asked = visit.form.get("handed")
    return Handed(asked) if asked in set(Handed) else Handed.POST


def _last_day(visit: Visit) -> date | None:
    """As the form wants it; ValueError for what is no day."""
    return parse_day(visit.form.get("valid_to")) if visit.form.get("valid_to") else None
