"""A request goes down: it is acknowledged, passed on, and the late are reminded; and how far it has come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from onshi.db import Tx
from onshi.kernel import Moment, japan_day
from onshi.requests import rules, trees
from onshi.requests.errors import NotItsChild, NotLate, UnknownRequest
from onshi.requests.model import LevelReach, NodeState, Report, Request, RequestId, Tree, What
from onshi.requests.reach import late, reach, root_of, state_of, states
from onshi.requests.sending import LIMIT, request_by_id, tree_at
from onshi.requests.store import sending as store


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as one party may see it: from its own `place` down. `own` is its state, None for who sent it and for
    who only looks."""

    request: Request
    tree: Tree
    place: str
    own: NodeState | None
    below: tuple[NodeState, ...]
    levels: tuple[LevelReach, ...]
    is_sender: bool

    @property
    def late(self) -> list[NodeState]:
        """Of whom below somebody is late."""
        return late(self.below)

    @property
    def children(self) -> list[NodeState]:
        """What hangs directly below."""
        return [one for one in self.below if one.node.parent == self.place]


def see(tx: Tx, request: RequestId, party: str, *, on: date, sees_all: bool = False) -> Seen:
    """The request as the party may see it on a day: its sender all of it, who was reached what is below, and whoever
    runs the programme (`sees_all`) all of it too. Everybody else sees that there is none: UnknownRequest."""
    found, tree, told, _ = _load(tx, request, on)
    root = root_of(tree, found)
    is_sender = party == found.sender
    own = told.get(party)
    if is_sender or (sees_all and (own is None or own.reached_on is None)):
        return _seen(found, tree, told, root, None, is_sender=is_sender)
    if own is None or own.reached_on is None:
        raise UnknownRequest
    return _seen(found, tree, told, party, own, is_sender=False)


def _seen(
    found: Request, tree: Tree, told: Mapping[str, NodeState], place: str, own: NodeState | None, *, is_sender: bool
) -> Seen:
    under = {node.key for level in trees.levels_below(tree, place) for node in level}
    below = tuple(state for key, state in told.items() if key in under)
    return Seen(found, tree, place, own, below, tuple(reach(below)), is_sender)


@dataclass(frozen=True, slots=True)
class Received:
    """A request that came to a party, and how it stands there."""

    request: Request
    own: NodeState


def inbox(tx: Tx, party: str, *, on: date) -> list[Received]:
    """What had come to a party by a day, the newest first."""
    found = store.that_reached(tx, party, LIMIT)
    told: dict[RequestId, list[Report]] = {}
    for one in store.reports_on(tx, party, [request.id for request in found]):
        told.setdefault(one.request, []).append(one)
    lists = {key: tree_at(tx, *key) for key in {(one.tree, one.tree_since) for one in found}}
    received = (_received(one, lists[one.tree, one.tree_since], party, told[one.id], on) for one in found)
    return [one for one in received if one.own.reached_on is not None]


def _received(request: Request, tree: Tree, party: str, reports: Sequence[Report], on: date) -> Received:
    level = len(trees.path_up(tree, party)) - len(trees.path_up(tree, root_of(tree, request)))
    return Received(request, state_of(tree.nodes[party], level, request, reports, on))


def acknowledge(
    tx: Tx, request: RequestId, party: str, *, on: date, at: Moment, node: str | None = None, number: int = 1
) -> Report:
    """A body has the request: it says so itself, or the nearest known one above it does. Of a group, so many.

    Raises UnknownRequest, RequestOver, NotItsChild, NotItsVoice, NotReached, AlreadyAcknowledged, TooEarly and
    CountRefused.
    """
    found, tree, told, reports = _load(tx, request, japan_day(at))
    speaker = _speaker(found, tree, told, party)
    rules.check_open(found)
    which = speaker if node is None else node
    if which not in told:
        raise NotItsChild
    rules.check_voice(tree, which, speaker)
    given = rules.acknowledged(told[which], number, on=on, today=japan_day(at))
    new = _next(reports, found.id, which, What.ACKNOWLEDGED, on, given, party, at)
    store.add_reports(tx, [new])
    return new


def pass_on(
    tx: Tx,
    request: RequestId,
    party: str,
    given: Mapping[str, int],
    *,
    on: date,
    at: Moment,
    parent: str | None = None,
) -> list[Report]:
    """A body passes the request to so many of each of these below it; `parent` is a group for which the party speaks.

    Raises UnknownRequest, RequestOver, NotItsVoice, NotItsChild, NotAcknowledged, AlreadyReached, TooEarly and
    CountRefused.
    """
    found, tree, told, reports = _load(tx, request, japan_day(at))
    speaker, root = _speaker(found, tree, told, party), root_of(tree, found)
    rules.check_open(found)
    above = speaker if parent is None else parent
    if above != root:
        if above not in told:
            raise NotItsChild
        rules.check_voice(tree, above, speaker)
    elif speaker != root:
        raise UnknownRequest
    else:
        rules.check_at_root(on, issued_on=found.issued_on, today=japan_day(at))
    rules.passed_on(told, above, root, given, on=on, today=japan_day(at))
    new = [_next(reports, found.id, key, What.REACHED, on, number, party, at) for key, number in given.items()]
    store.add_reports(tx, new)
    return new


def remind(tx: Tx, request: RequestId, party: str, nodes: Iterable[str], *, at: Moment) -> list[Report]:
    """Those of the nodes that are late are reminded by somebody above them; each is noted.

    Raises UnknownRequest, RequestOver, NotItsChild, NotItsVoice, NotLate.
    """
    today = japan_day(at)
    found, tree, told, reports = _load(tx, request, today)
    speaker = _speaker(found, tree, told, party)
    rules.check_open(found)
    wanted = list(dict.fromkeys(nodes))
    if not wanted:
        raise NotLate
    if any(key not in told for key in wanted):
        raise NotItsChild
    for key in wanted:
        rules.check_reminded(tree, told[key], speaker)
    new = [_next(reports, found.id, key, What.REMINDED, today, told[key].late, party, at) for key in wanted]
    store.add_reports(tx, new)
    return new


def _load(tx: Tx, request: RequestId, on: date) -> tuple[Request, Tree, dict[str, NodeState], list[Report]]:
    found = request_by_id(tx, request)
    tree = tree_at(tx, found.tree, found.tree_since)
    reports = store.reports_of(tx, request)
    return found, tree, states(tree, found, reports, on), reports


def _speaker(found: Request, tree: Tree, told: Mapping[str, NodeState], party: str) -> str:
    """Where the party stands on the way of this request; whom it has not reached sees none. UnknownRequest."""
    if party == found.sender:
        return root_of(tree, found)
    if party not in told or told[party].reached_on is None:
        raise UnknownRequest
    return party


def _next(
    reports: Sequence[Report], request: RequestId, node: str, what: What, on: date, number: int, by: str, at: Moment
) -> Report:
    earlier = sum(one.node == node and one.what is what for one in reports)
    return Report(request, node, what, earlier + 1, on, number, by, at)
