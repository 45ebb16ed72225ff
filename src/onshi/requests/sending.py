"""Trees are brought in, requests are sent, corrected and withdrawn."""

from collections.abc import Sequence
from datetime import date

from onshi.db import Tx
from onshi.kernel import Finding, Moment, fiscal_year, japan_day
from onshi.requests import rules, trees
from onshi.requests.errors import NumberTaken, RequestOver, TreeTaken, UnknownMaterial, UnknownRequest, UnknownTree
from onshi.requests.importing import read_tree
from onshi.requests.model import Report, Request, RequestId, Tree, What
from onshi.requests.reach import root_of, states
from onshi.requests.store import helping as materials_store
from onshi.requests.store import sending as store

LIMIT = 200


def trees_of(tx: Tx, party: str, on: date) -> list[Tree]:
    """The trees that a party can send down: those in which somebody is below it."""
    found = [*trees.standing(), *store.trees_with(tx, party, on)]
    return [one for one in found if (place := trees.place_of(one, party)) is not None and trees.deepest(one, place)]


def tree_at(tx: Tx, code: str, since: date) -> Tree:
    """The list of a tree that counts from a day. UnknownTree."""
    stands = (one for one in trees.standing() if (one.code, one.since) == (code, since))
    found = next(stands, None) or store.tree(tx, code, since)
    if found is None:
        raise UnknownTree(tree=code)
    return found


def import_tree(
    tx: Tx, text: str, *, owner: str, code: str, since: date, name_ja: str, name_en: str, at: Moment
) -> tuple[Tree | None, list[Finding]]:
    """Brings in a list of bodies as a tree of `owner`, whose top it must be; or says everything that is wrong with it.

    A later list of the same name stands beside the earlier: requests that were sent keep theirs. Without an English
    name it has the Japanese one. Raises RequestMalformed, TreeTaken.
    """
    rules.check_tree_names(code, name_ja, name_en)
    tree, findings = read_tree(text, code=code, since=since, name_ja=name_ja, name_en=name_en or name_ja)
    if tree is None:
        return None, findings
    holder = store.owner_of(tx, code)
    is_standing = any(one.code == code for one in trees.standing())
    if tree.owner != owner or is_standing or holder not in (None, owner) or store.tree(tx, code, since):
        raise TreeTaken(tree=code)
    store.add_tree(tx, tree, at=at)
    return tree, []


def send(tx: Tx, new: Request, *, at: Moment) -> Request:
    """The request is on its way: whoever stands directly below the sender has it, as far as their number is known.

    One that corrects or withdraws an earlier one makes that one over. Raises UnknownTree, DepthRefused,
    RequestMalformed, DueBeforeIssue, TooEarly, NumberTaken, UnknownMaterial, UnknownRequest, RequestOver.
    """
    rules.check_new(new, today=japan_day(at))
    tree = tree_at(tx, new.tree, new.tree_since)
    place = trees.place_of(tree, new.sender)
    if place is None:
        raise UnknownTree(tree=new.tree)
    trees.check_depth(tree, place, new.depth)
    if store.number_is_taken(tx, new.sender, new.number, new.issued_on):
        raise NumberTaken(year=fiscal_year(new.issued_on))
    if len(materials_store.materials_among(tx, new.attachments)) != len(set(new.attachments)):
        raise UnknownMaterial
    _check_earlier(tx, new)
    store.add(tx, new)
    store.add_reports(tx, _first_reports(tree, new, at))
    return new


def _check_earlier(tx: Tx, new: Request) -> None:
    if new.earlier is None:
        return
    earlier = store.one(tx, new.earlier)
    if earlier is None or earlier.sender != new.sender:
        raise UnknownRequest
    if earlier.over_by is not None:
        raise RequestOver


def _first_reports(tree: Tree, new: Request, at: Moment) -> Sequence[Report]:
    reached = rules.first_reached(states(tree, new, (), new.issued_on), root_of(tree, new))
    return [
        Report(new.id, node, What.REACHED, 1, new.issued_on, number, new.sender, at) for node, number in reached.items()
    ]


def sent_by(tx: Tx, party: str) -> list[Request]:
    """What a party sent, the newest first."""
    return store.of_sender(tx, party, LIMIT)


def all_sent(tx: Tx) -> list[Request]:
    """What everybody sent, the newest first: for the office."""
    return store.of_everybody(tx, LIMIT)


def request_by_id(tx: Tx, request: RequestId) -> Request:
    """The request, whoever's it is. UnknownRequest."""
    found = store.one(tx, request)
    if found is None:
        raise UnknownRequest
    return found
