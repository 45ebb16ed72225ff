"""Trees, requests and reports: rows in and out."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, func, insert, or_, select
from sqlalchemy.sql import Select

from onshi.db import Tx
from onshi.kernel import Moment, fiscal_year
from onshi.requests.model import MaterialId, Node, Relation, Report, Request, RequestId, RequestKind, Tree, What
from onshi.requests.rules import folded_number
from onshi.requests.store.tables import attachments, nodes, reports, sent, trees
from onshi.requests.trees import by_key

_later = sent.alias("later")


# -- Trees -------------------------------------------------------------------------------------------------------------


def as_node(row: Row[Any]) -> Node:
    """A row of `requests_nodes`."""
    return Node(row.node, row.parent, row.name, row.name_en, row.bodies)


def as_tree(row: Row[Any], found: Sequence[Node]) -> Tree:
    """A row of `requests_trees` with its nodes."""
    return Tree(row.tree, row.since, row.name_ja, row.name_en, (row.owner,), by_key(found), owner=row.owner)


def add_tree(tx: Tx, tree: Tree, *, at: Moment) -> None:
    """A tree that somebody brought."""
    tx.execute(
        insert(trees).values(
            tree=tree.code,
            since=tree.since,
            owner=tree.owner,
            name_ja=tree.name_ja,
            name_en=tree.name_en,
            brought_at=at,
        )
    )
    rows = [
        {
            "tree": tree.code,
            "since": tree.since,
            "node": one.key,
            "place": place,
            "parent": one.parent,
            "name": one.name,
            "name_en": one.name_en,
            "bodies": one.count,
        }
        for place, one in enumerate(tree.nodes.values())
    ]
    if rows:
        tx.execute(insert(nodes), rows)


def tree(tx: Tx, code: str, since: date) -> Tree | None:
    """One list of a tree, by the day from which it counts."""
    row = tx.execute(select(trees).where(trees.c.tree == code, trees.c.since == since)).first()
    return None if row is None else as_tree(row, _nodes(tx, code, since))


def trees_with(tx: Tx, party: str, on: date) -> list[Tree]:
    """Of every tree that somebody brought and in which the party stands the list that counts on the day."""
    newest = (
        select(trees.c.tree, func.max(trees.c.since).label("since"))
        .where(trees.c.since <= on)
        .group_by(trees.c.tree)
        .subquery()
    )
    named = select(nodes.c.node).where(
        nodes.c.tree == trees.c.tree, nodes.c.since == trees.c.since, nodes.c.node == party
    )
    query = (
        select(trees)
        .join(newest, (newest.c.tree == trees.c.tree) & (newest.c.since == trees.c.since))
        .where(or_(trees.c.owner == party, named.exists()))
        .order_by(trees.c.tree)
    )
    return [as_tree(row, _nodes(tx, row.tree, row.since)) for row in tx.execute(query).all()]


def owner_of(tx: Tx, code: str) -> str | None:
    """Who brought the tree of that name."""
    row = tx.execute(select(trees.c.owner).where(trees.c.tree == code).limit(1)).first()
    return None if row is None else row.owner


def _nodes(tx: Tx, code: str, since: date) -> list[Node]:
    query = select(nodes).where(nodes.c.tree == code, nodes.c.since == since).order_by(nodes.c.place)
    return [as_node(row) for row in tx.execute(query)]


# -- Requests ----------------------------------------------------------------------------------------------------------


def as_request(row: Row[Any], attached: Sequence[MaterialId]) -> Request:
    """A row of `requests_sent` with what is attached, and the later request that made it over."""
    return Request(
        id=row.request_id,
        sender=row.sender,
        number=row.number,
        kind=RequestKind(row.kind),
        subject_ja=row.subject_ja,
        subject_en=row.subject_en,
        issued_on=row.issued_on,
        due_on=row.due_on,
        tree=row.tree,
        tree_since=row.tree_since,
        depth=row.depth,
        attachments=tuple(attached),
        earlier=row.earlier,
        relation=None if row.relation is None else Relation(row.relation),
        over_by=row.over_by,
    )


def add(tx: Tx, new: Request) -> None:
    """A request that was sent."""
    tx.execute(
        insert(sent).values(
            request_id=new.id,
            sender=new.sender,
            fiscal_year=fiscal_year(new.issued_on),
            number_folded=folded_number(new.number),
            number=new.number,
            kind=new.kind.value,
            subject_ja=new.subject_ja,
            subject_en=new.subject_en,
            issued_on=new.issued_on,
            due_on=new.due_on,
            tree=new.tree,
            tree_since=new.tree_since,
            depth=new.depth,
            earlier=new.earlier,
            relation=None if new.relation is None else new.relation.value,
        )
    )
    rows = [
        {"request_id": new.id, "place": place, "material_id": one} for place, one in enumerate(new.attachments, start=1)
    ]
    if rows:
        tx.execute(insert(attachments), rows)


def number_is_taken(tx: Tx, sender: str, number: str, issued_on: date) -> bool:
    """Whether the sender gave that number in the fiscal year of the day."""
    query = select(sent.c.request_id).where(
        sent.c.sender == sender,
        sent.c.fiscal_year == fiscal_year(issued_on),
        sent.c.number_folded == folded_number(number),
    )
    return tx.execute(query).first() is not None


def one(tx: Tx, request: RequestId) -> Request | None:
    """The request, or None."""
    found = _found(tx, _all().where(sent.c.request_id == request))
    return found[0] if found else None


def of_sender(tx: Tx, sender: str, limit: int) -> list[Request]:
    """What a party sent, the newest first."""
    return _found(tx, _all().where(sent.c.sender == sender).limit(limit))


def of_everybody(tx: Tx, limit: int) -> list[Request]:
    """What anybody sent, the newest first."""
    return _found(tx, _all().limit(limit))


def that_reached(tx: Tx, node: str, limit: int) -> list[Request]:
    """What came to a node, the newest first."""
    came = select(reports.c.request_id).where(reports.c.node == node, reports.c.what == What.REACHED.value)
    return _found(tx, _all().where(sent.c.request_id.in_(came)).limit(limit))


def _all() -> Select[Any]:
    return (
        select(sent, _later.c.request_id.label("over_by"))
        .join(_later, _later.c.earlier == sent.c.request_id, isouter=True)
        .order_by(sent.c.issued_on.desc(), sent.c.request_id)
    )


def _found(tx: Tx, query: Select[Any]) -> list[Request]:
    rows = tx.execute(query).all()
    attached: dict[RequestId, list[MaterialId]] = {row.request_id: [] for row in rows}
    named = select(attachments).where(attachments.c.request_id.in_(list(attached))).order_by(attachments.c.place)
    for row in tx.execute(named):
        attached[row.request_id].append(row.material_id)
    return [as_request(row, attached[row.request_id]) for row in rows]


# -- Reports -----------------------------------------------------------------------------------------------------------


def as_report(row: Row[Any]) -> Report:
    """A row of `requests_reports`."""
    return Report(
        row.request_id,
        row.node,
        What(row.what),
        row.revision,
        row.reported_on,
        row.bodies,
        row.reported_by,
        row.reported_at,
    )


def add_reports(tx: Tx, new: Sequence[Report]) -> None:
    """Reports, by the thousand if need be."""
    rows = [
        {
            "request_id": one.request,
            "node": one.node,
            "what": one.what.value,
            "revision": one.revision,
            "reported_on": one.on,
            "bodies": one.number,
            "reported_by": one.by,
            "reported_at": one.at,
        }
        for one in new
    ]
    if rows:
        tx.execute(insert(reports), rows)


def reports_of(tx: Tx, request: RequestId) -> list[Report]:
    """Everything reported on a request."""
    query = select(reports).where(reports.c.request_id == request).order_by(reports.c.reported_at, reports.c.node)
    return [as_report(row) for row in tx.execute(query)]


def reports_on(tx: Tx, node: str, among: Sequence[RequestId]) -> list[Report]:
    """What was reported on one node, of these requests."""
    query = select(reports).where(reports.c.node == node, reports.c.request_id.in_(list(among)))
    return [as_report(row) for row in tx.execute(query.order_by(reports.c.reported_at))]
