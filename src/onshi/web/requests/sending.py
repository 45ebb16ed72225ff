"""What an organisation sends: the list, and the form for the next request."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import requests
from onshi.access import Party
from onshi.db import Tx
from onshi.requests import Relation, Request, RequestKind, Tree, errors, materials, sending
from onshi.requests.model import MaterialId, RequestId
from onshi.web.requests.house import READS, WRITES, day_in, done, entries_of, id_in, may, names_of, own, sees_all, tried
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

FIELDS = ("number", "kind", "subject_ja", "subject_en", "issued_on", "due_on", "way", "earlier", "relation")
_MATERIALS_SHOWN = 20


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/requests", listed),
        pages.take("/requests/send", send),
    ]


def listed(visit: Visit) -> Response:
    """What the own organisation sent; at the office, what everybody sent."""
    own(visit, READS)
    return _page(visit)


def _page(visit: Visit, *, problem: str = "") -> Response:
    party, today = own(visit, READS), visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        by_own = sending.sent_by(tx, party.id)
        sent = sending.all_sent(tx) if sees_all(visit) else by_own
        names = names_of(tx, (one.sender for one in sent))
        ways = ways_of(sending.trees_of(tx, party.id, today), party)
        catalogue = materials.catalogue(tx)[:_MATERIALS_SHOWN]
    given = visit.form.again(*FIELDS)
    given["earlier"] = given["earlier"] or visit.query("earlier")
    return visit.page(
        "requests/sent.html",
        status=422 if problem else 200,
        sent=sent,
        limit=sending.LIMIT,
        names=names,
        ways=ways,
        catalogue=catalogue,
        may_send=may(visit, WRITES),
        corrigible=[one for one in by_own if one.over_by is None],
        kinds=list(RequestKind),
        relations=list(Relation),
        given=given,
        ticked={one.id for one in catalogue if visit.form.has(f"material.{requests.shown_id(one.id)}")},
        problem=problem,
        shown_id=requests.shown_id,
    )


def ways_of(trees: list[Tree], party: Party) -> list[tuple[str, Tree, int]]:
    """Every tree with every depth that a request from there can go: what a choice sends, the tree, the last level."""
    found = []
    for tree in trees:
        place = requests.trees.place_of(tree, party.id)
        assert place is not None, "trees_of gives those in which the party stands"
        above = len(requests.trees.path_up(tree, place))
        for depth in range(1, requests.trees.deepest(tree, place) + 1):
            found.append((f"{tree.code}/{tree.since}/{depth}", tree, above + depth))
    return found


def send(visit: Visit) -> Response:
    """A new request goes down."""
    party = own(visit, WRITES)

    def act() -> Response:
        new = _read(visit, party)
        sent = done(visit, lambda tx: [_sent(tx, visit, new)], entries=entries_of(visit))
        return go(f"/requests/at/{requests.shown_id(sent[0].id)}?done=sent")

    return tried(visit, act, lambda problem: _page(visit, problem=problem))


def _sent(tx: Tx, visit: Visit, new: Request) -> Request:
    return sending.send(tx, new, at=visit.now)


def _read(visit: Visit, party: Party) -> Request:
    """The form as a request; what it lacks is refused by the room. DayUnreadable, UnknownTree, UnknownRequest."""
    form = visit.form
    code, _, rest = form.get("way").partition("/")
    since, _, depth = rest.partition("/")
    trees = [one for _, one, _ in ways_of(_trees(visit, party), party) if (one.code, str(one.since)) == (code, since)]
    if not trees or not (depth.isascii() and depth.isdigit()):
        raise errors.RequestMalformed(field="tree")
    kind, relation = form.get("kind"), form.get("relation")
    earlier = form.get("earlier")
    return Request(
        id=RequestId(visit.app.draw()),
        sender=party.id,
        number=form.get("number"),
        kind=RequestKind(kind) if kind in set(RequestKind) else RequestKind.NOTICE,
        subject_ja=form.get("subject_ja"),
        subject_en=form.get("subject_en"),
        issued_on=day_in(visit, "issued_on", visit.app.today()),
        due_on=day_in(visit, "due_on") if form.get("due_on") else None,
        tree=code,
        tree_since=trees[0].since,
        depth=int(depth[:3]),
        attachments=_attached(visit),
        earlier=RequestId(id_in(earlier, errors.UnknownRequest)) if earlier else None,
        relation=Relation(relation) if relation in set(Relation) and earlier else None,
    )


def _trees(visit: Visit, party: Party) -> list[Tree]:
    with visit.app.db.transaction(reading=True) as tx:
        return sending.trees_of(tx, party.id, visit.app.today())


def _attached(visit: Visit) -> tuple[MaterialId, ...]:
    ticked = (name.partition(".")[2] for name in visit.form.fields if name.startswith("material."))
    return tuple(MaterialId(id_in(one, errors.UnknownMaterial)) for one in ticked)
