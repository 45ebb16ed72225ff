"""One request, for whoever may see it: how far it has come below the reader, and what they say about it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from onshi import requests
from onshi.audit import Action
from onshi.db import Tx
from onshi.requests import NodeState, Seen, errors, materials, passing, sending
from onshi.requests.model import RequestId
from onshi.requests.passing import Received
from onshi.web.acts import act
from onshi.web.requests.bars import STEPS, WIDTH, bars
from onshi.web.requests.house import (
    ANSWERS,
    RECEIVES,
    WRITES,
    day_in,
    done,
    entries_of,
    id_in,
    may,
    names_of,
    number_in,
    own,
    sees_all,
    tried,
)
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, sheet
from onshi.web.visit import Visit, download, go

EVERYBODY = "*"
_LATE_SHOWN = 200
_NUMBERS_MAX = 1_000  # the form has one for each counted group below, and a small form has no room for more
_COLUMNS = ("level", "body", "name", "bodies", "reached", "reached_on", "acknowledged", "acknowledged_on", "late")


@dataclass(frozen=True, slots=True)
class Line:
    """A body below, and whether the reader may speak of it."""

    state: NodeState
    may_reach: bool
    may_acknowledge: bool


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/requests/inbox", inbox),
        pages.show("/requests/at/{request:str}", follow),
        pages.show("/requests/at/{request:str}/reach.csv", file),
        pages.take("/requests/at/{request:str}/acknowledge", acknowledge),
        pages.take("/requests/at/{request:str}/note", note, fields_max=_NUMBERS_MAX),
        pages.take("/requests/at/{request:str}/remind", remind),
    ]


def inbox(visit: Visit) -> Response:
    """What came to the own organisation."""
    party = own(visit, RECEIVES)
    with visit.app.db.transaction(reading=True) as tx:
        found = passing.inbox(tx, party.id, on=visit.app.today())
        names = names_of(tx, (one.request.sender for one in found))
    return visit.page("requests/inbox.html", found=found, limit=sending.LIMIT, names=names, shown_id=requests.shown_id)


def follow(visit: Visit) -> Response:
    """The request from the reader's place down. Whom it did not reach sees none."""
    return _page(visit)


def _page(visit: Visit, *, problem: str = "") -> Response:
    with visit.app.db.transaction(reading=True) as tx:
        seen = _seen(tx, visit)
        attached = materials.materials_of(tx, seen.request.attachments)
        names = names_of(tx, [seen.request.sender])
    speaks = (seen.is_sender or seen.own is not None) and seen.request.over_by is None and may(visit, ANSWERS)
    height, bar_height, drawn = bars(seen.levels)
    return visit.page(
        "requests/request.html",
        status=422 if problem else 200,
        seen=seen,
        names=names,
        attached=attached,
        lines=list(_lines(seen)),
        late=seen.late[:_LATE_SHOWN],
        late_count=len(seen.late),
        speaks=speaks,
        may_correct=seen.is_sender and seen.request.over_by is None and may(visit, WRITES),
        chart={"width": WIDTH, "height": height, "bar": bar_height, "bars": drawn, "steps": STEPS},
        level_word=lambda level: requests.trees.level_name(seen.tree, _above(seen) + level, visit.language),
        everybody=EVERYBODY,
        given=visit.form.again(),
        problem=problem,
        done=visit.query("done"),
        number_done=visit.number("count"),
        shown_id=requests.shown_id,
    )


def _above(seen: Seen) -> int:
    """How many levels of the tree lie above the sender: levels of a request are counted from the sender."""
    root = requests.trees.place_of(seen.tree, seen.request.sender)
    assert root is not None, "only who stands in a tree sends down it"
    return len(requests.trees.path_up(seen.tree, root))


def _lines(seen: Seen) -> Iterator[Line]:
    """Everybody of whom the reader's place may speak: those directly below, and what hangs below counted groups."""
    known = {one.node.key: one for one in seen.below}
    for state in seen.below:
        above = known.get(state.node.parent)
        is_voiced = seen.place in requests.trees.voices(seen.tree, state.node.key)
        if not is_voiced:
            continue
        has_it = above.acknowledged > 0 if above else seen.own is None or seen.own.acknowledged > 0
        is_group = state.node.is_group
        yield Line(
            state, has_it and (is_group or not state.reached), state.reached > 0 and (is_group or state.waiting > 0)
        )


def acknowledge(visit: Visit) -> Response:
    """The own organisation has it."""
    party, request = own(visit, ANSWERS), _id(visit)

    def act_() -> Response:
        on = day_in(visit, "on", visit.app.today())
        done(
            visit,
            lambda tx: [passing.acknowledge(tx, request, party.id, on=on, at=visit.now)],
            entries=entries_of(visit),
        )
        return _back(visit, "acknowledged")

    return tried(visit, act_, lambda problem: _page(visit, problem=problem))


def note(visit: Visit) -> Response:
    """The reader says of those below whom the request was passed to, or who has acknowledged."""
    party, request, form = own(visit, ANSWERS), _id(visit), visit.form

    def act_() -> Response:
        on = day_in(visit, "on", visit.app.today())
        key = form.get("reach") or form.get("acknowledge")

        def work(tx: Tx) -> Sequence[requests.Thing]:
            if form.get("reach"):
                parent, given = _wanted(tx, visit, key)
                return passing.pass_on(tx, request, party.id, given, on=on, at=visit.now, parent=parent)
            number = number_in(visit, f"number.{key}") if key.startswith("group:") else 1
            return [passing.acknowledge(tx, request, party.id, on=on, at=visit.now, node=key, number=number)]

        noted = done(visit, work, entries=entries_of(visit))
        return _back(visit, "passed_on" if form.get("reach") else "noted", len(noted))

    return tried(visit, act_, lambda problem: _page(visit, problem=problem))


def _wanted(tx: Tx, visit: Visit, key: str) -> tuple[str | None, dict[str, int]]:
    """Above whom, and to whom how many: one body, or everybody known directly below who has not got it."""
    seen = _seen(tx, visit)
    if key == EVERYBODY:
        given = {one.node.key: 1 for one in seen.children if not one.node.is_group and not one.reached}
        if not given:
            raise errors.AlreadyReached
        return None, given
    state = next((one for one in seen.below if one.node.key == key), None)
    if state is None:
        raise errors.NotItsChild
    number = number_in(visit, f"number.{key}") if state.node.is_group else 1
    parent = state.node.parent
    return None if parent == seen.place else parent, {key: number}


def remind(visit: Visit) -> Response:
    """Everybody late on one level is reminded."""
    party, request = own(visit, ANSWERS), _id(visit)

    def act_() -> Response:
        level = number_in(visit, "level")

        def work(tx: Tx) -> Sequence[requests.Thing]:
            late = [one.node.key for one in _seen(tx, visit).late if one.level == level]
            return passing.remind(tx, request, party.id, late, at=visit.now)

        return _back(visit, "reminded", len(done(visit, work, entries=entries_of(visit))))

    return tried(visit, act_, lambda problem: _page(visit, problem=problem))


def file(visit: Visit) -> Response:
    """Everybody below with where they stand, for a spreadsheet."""
    own(visit, RECEIVES)

    def work(tx: Tx) -> Seen:
        seen = _seen(tx, visit)
        thing = f"request:{requests.shown_id(seen.request.id)}"
        visit.log(tx, act(visit.actor, Action.EXPORT, "reach", thing=thing))
        return seen

    seen = visit.app.run(work)
    header = [visit.say("requests.column." + name) for name in _COLUMNS]
    name = f"reach-{requests.shown_id(seen.request.id)}.csv"
    return download(sheet(header, (_cells(one, visit.language) for one in seen.below)), name, CSV)


def _cells(state: NodeState, language: str) -> list[str]:
    bodies = "" if state.node.count is None else str(state.node.count)
    days = ("" if day is None else day.isoformat() for day in (state.reached_on, state.acknowledged_on))
    reached_on, acknowledged_on = days
    told = (str(state.reached), reached_on, str(state.acknowledged), acknowledged_on, str(state.late))
    return [str(state.level), state.node.key, state.node.called(language), bodies, *told]


def _seen(tx: Tx, visit: Visit) -> Seen:
    party = own(visit, RECEIVES)
    return passing.see(tx, _id(visit), party.id, on=visit.app.today(), sees_all=sees_all(visit))


def _id(visit: Visit) -> RequestId:
    return RequestId(id_in(visit.request.path_params["request"], errors.UnknownRequest))


def _back(visit: Visit, what: str, count: int = 1) -> Response:
    return go(f"/requests/at/{visit.request.path_params['request']}?done={what}&count={count}")


def waiting(found: Iterable[Received]) -> int:
    """How many of these the own organisation has not acknowledged."""
    return sum(not one.own.acknowledged and one.request.over_by is None for one in found)
