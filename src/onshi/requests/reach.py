"""How far a request has come: the state of every node, and the levels in sum. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from onshi.requests.model import LevelReach, Node, NodeState, Report, Request, Tree, What
from onshi.requests.trees import levels_below, place_of


def root_of(tree: Tree, request: Request) -> str:
    """The place in the tree from which the request goes down."""
    place = place_of(tree, request.sender)
    assert place is not None, "only who stands in a tree sends down it"
    return place


def states(tree: Tree, request: Request, reports: Iterable[Report], on: date) -> dict[str, NodeState]:
    """Every node the request is meant for, level by level, as was known of it on a day."""
    told: dict[str, list[Report]] = {}
    for one in reports:
        told.setdefault(one.node, []).append(one)
    levels = levels_below(tree, root_of(tree, request), request.depth)
    return {
        node.key: state_of(node, level, request, told.get(node.key, ()), on)
        for level, nodes in enumerate(levels, start=1)
        for node in nodes
    }


def state_of(node: Node, level: int, request: Request, reports: Iterable[Report], on: date) -> NodeState:
    """Where a node stands on a day; `reports` are those on it."""
    state = NodeState(node, level, is_past_due=request.due_on is not None and on > request.due_on)
    for one in sorted(reports, key=lambda report: report.revision):
        if one.on <= on:
            state = _told(state, one)
    return state


def _told(state: NodeState, report: Report) -> NodeState:
    if report.what is What.REMINDED:
        return replace(state, reminded=report.revision, reminded_on=report.on)
    # Revisions count for each of the two by itself: the last report read is not always the latest.
    told_on = max(state.told_on or report.on, report.on)
    if report.what is What.REACHED:
        return replace(state, reached=report.number, reached_on=state.reached_on or report.on, told_on=told_on)
    since = state.acknowledged_on or report.on
    return replace(state, acknowledged=report.number, acknowledged_on=since, told_on=told_on)


def reach(found: Iterable[NodeState]) -> list[LevelReach]:
    """The levels in sum, from the sender down."""
    levels: dict[int, list[NodeState]] = {}
    for one in found:
        levels.setdefault(one.level, []).append(one)
    return [_sum(level, levels[level]) for level in sorted(levels)]


def _sum(level: int, nodes: Sequence[NodeState]) -> LevelReach:
    counts = [one.node.count for one in nodes]
    known = [count for count in counts if count is not None]
    return LevelReach(
        level=level,
        bodies=sum(known) if len(known) == len(counts) else None,
        reached=sum(one.reached for one in nodes),
        acknowledged=sum(one.acknowledged for one in nodes),
        waiting=sum(one.waiting for one in nodes),
        late=sum(one.late for one in nodes),
    )


def late(found: Iterable[NodeState]) -> list[NodeState]:
    """The nodes of which somebody is late, level by level."""
    return [one for one in found if one.late]
