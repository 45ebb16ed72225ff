"""Rows that wait for a person: which comes first, and the row beside whom it may mean."""

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi import flows, registry
from onshi.audit import Action
from onshi.db import Tx
from onshi.kernel import PersonId, fold_name, fold_number, parse_person_id
from onshi.registry import Coverage, HeldRow, Person, UnknownHeldRow, UnknownPerson, feeds
from onshi.web.acts import act
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

_SHOWN = 100
ACCEPT, REJECT = "accept", "reject"


@dataclass(frozen=True, slots=True)
class Pair:
    """One fact as the row says it and as it is registered; `hidden`: registered, and not to be shown."""

    field: str
    sent: str | None
    known: str | None
    differs: bool
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """A held row, the person it is compared with (None: nobody yet), and who else may be meant."""

    row: HeldRow
    person: Person | None
    coverages: list[Coverage]
    others: list[Person]


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/insurer/held", queue),
        pages.show("/insurer/held/{held:int}", held_page),
        pages.take("/insurer/held/{held:int}", decide),
    ]


def queue(visit: Visit) -> Response:
    """The rows that wait, the most doubtful first."""
    visit.require("feeds.review")
    with visit.app.db.transaction(reading=True) as tx:
        rows = registry.held_rows(tx, visit.own_insurer, limit=_SHOWN)
    return visit.page("insurer/held.html", rows=rows, kinds=feeds.FINDINGS, facts=_FIELDS, done=visit.query("done"))


def held_page(visit: Visit) -> Response:
    """One row beside the person it may mean, or another one chosen there. Looking is a disclosure, and logged."""
    visit.require("feeds.review")
    return _held_page(visit, visit.query("person"))


def decide(visit: Visit) -> Response:
    """Accepted or rejected: once, with a confirmation, and in the log in the same transaction."""
    visit.require("feeds.review")
    choice = visit.form.get("choice")
    if choice not in (ACCEPT, REJECT) or not visit.form.has("confirmed"):
        return _held_page(visit, visit.form.get("person"), problem=visit.say("insurer.held.choose"))

    def work(tx: Tx) -> None:
        row = _own_row(tx, visit)
        flows.review_held(
            tx,
            row.id,
            accept=choice == ACCEPT,
            actor=visit.actor,
            at=visit.now,
            draw=visit.app.draw_many,
            candidate=_meant(tx, row, visit.form.get("person")),
        )

    visit.app.run(work)
    return go(f"/insurer/held?done={choice}")


def compare(row: HeldRow, person: Person | None, coverages: list[Coverage]) -> list[Pair]:
    """What the row says beside what is registered. Only this insurer's own coverage takes part.

    The address of somebody 不開示該当 anywhere stays hidden: the row may be a try to find it out.
    """
    sent = row.content
    is_hidden = any(coverage.undisclosed for coverage in coverages)
    own = next((c for c in coverages if c.insurer == row.insurer), None)
    known: dict[str, str | None] = {}
    if person is not None:
        known = {
            "name": person.name,
            "kana": person.kana,
            "birth_on": person.birth_on.isoformat(),
            "sex": person.sex,
            "post_number": person.post_number,
            "address": person.address,
            "symbol": own.symbol if own else None,
            "number": own.number if own else None,
            "branch": own.branch if own else None,
            "starts_on": own.starts_on.isoformat() if own else None,
        }
    return [
        Pair(
            field,
            sent.get(field),
            None if is_hidden and field in _PLACE else known.get(field),
            person is not None
            and not (is_hidden and field in _PLACE)
            and differs(field, sent.get(field), known.get(field)),
            is_hidden and field in _PLACE,
        )
        for field in _FIELDS
    ]


_FIELDS = (
    "name", "kana", "birth_on", "sex", "post_number", "address", "symbol", "number", "branch", "starts_on",
)  # fmt: skip
_PLACE = ("post_number", "address")
_NUMBERS = ("symbol", "number", "branch", "post_number")


def differs(field: str, sent: str | None, known: str | None) -> bool:
    """Whether the two say something else, however it is written."""
    if not sent or not known:
        return bool(sent) != bool(known)
    fold = fold_number if field in _NUMBERS else fold_name
    return fold(sent) != fold(known)


def _held_page(visit: Visit, chosen: str, *, problem: str = "") -> Response:
    review = visit.app.run(lambda tx: _disclosed(tx, visit, chosen))
    return visit.page(
        "insurer/held_row.html",
        status=422 if problem else 200,
        row=review.row,
        kinds=feeds.FINDINGS,
        person=review.person,
        others=review.others,
        pairs=compare(review.row, review.person, review.coverages),
        days=dict.fromkeys(("birth_on", "starts_on"), date.fromisoformat),
        problem=problem,
        choice=visit.form.get("choice"),
    )


def _disclosed(tx: Tx, visit: Visit, chosen: str) -> Review:
    """The review as it is shown; everybody on it is in the log as shown to this reader."""
    row = flows.disclose_held(tx, _own_row(tx, visit).id, actor=visit.actor, at=visit.now, draw=visit.app.draw_many)
    meant = _meant(tx, row, chosen)
    shown = _comparable(tx, row)
    thing = f"held:{row.id}"
    acts = [act(visit.actor, Action.DISCLOSE, "held-row", subject=one, thing=thing) for one in shown]
    visit.log(tx, *(one for one in acts if one.subject != row.candidate))
    others = [person for number, person in shown.items() if number != meant]
    if meant is None:
        return Review(row, None, [], others)
    return Review(row, registry.person_of(tx, meant), registry.coverages_of(tx, meant), others)


def _comparable(tx: Tx, row: HeldRow) -> dict[PersonId, Person]:
    """Everybody the row may mean: its candidate, who has its number here, who shares name, birth date and sex."""
    sent = row.content
    birth_on = date.fromisoformat(sent["birth_on"] or "")
    key = registry.number_key(row.insurer, sent["symbol"], sent["number"] or "", birth_on)
    (found,) = registry.find_by_number(tx, [key])
    namesakes = registry.people_named(tx, sent["name"] or "")
    people = [sighting.person for sighting in found.sightings]
    people += [one for one in namesakes if (one.birth_on, one.sex) == (birth_on, sent["sex"])]
    if row.candidate is not None:
        people.append(registry.person_of(tx, PersonId(row.candidate)))
    # A row that was taken as somebody new asks whether that person is another one, never whether they are themselves.
    own = None if row.blocks else sent.get("person_id")
    return {one.id: one for one in sorted(people, key=lambda one: one.id) if str(one.id) != own}


def _meant(tx: Tx, row: HeldRow, chosen: str) -> PersonId | None:
    """The candidate, or whom the reader has chosen of those the row may mean. UnknownPerson for anybody else."""
    if not chosen:
        return row.candidate
    try:
        person = parse_person_id(chosen)
    except ValueError:
        raise UnknownPerson from None
    if person not in _comparable(tx, row):
        raise UnknownPerson
    return person


def _own_row(tx: Tx, visit: Visit) -> HeldRow:
    """The row in the address. Another insurer's looks just like one that does not exist."""
    own = visit.own_insurer
    row = registry.held_row(tx, visit.request.path_params["held"])
    if row.insurer != own:
        raise UnknownHeldRow(held=row.id)
    return row
