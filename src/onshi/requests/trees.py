"""The trees that stand, and what can be asked of any tree. Pure, over files read once."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from onshi.places import municipalities, prefectures
from onshi.requests.errors import DepthRefused
from onshi.requests.model import GROUP, TOP, Node, Tree


@cache
def standing() -> tuple[Tree, ...]:
    """The trees of `trees.toml`, in its order."""
    text = (files("onshi.requests") / "trees.toml").read_text(encoding="utf-8")
    return tuple(_tree(row) for row in tomllib.loads(text)["tree"])


def _tree(row: Mapping[str, Any]) -> Tree:
    nodes = _ROWS[row["rows"]]() if "rows" in row else (_node(one) for one in row["node"])
    return Tree(
        code=row["code"],
        since=row["since"],
        name_ja=row["ja"],
        name_en=row["en"],
        tops=tuple(row["tops"]),
        nodes=by_key(nodes),
        levels=tuple((ja, en) for ja, en in row["levels"]),
        source=row["source"],
    )


def _node(row: Mapping[str, Any]) -> Node:
    # Only a group may lack its number.
    return Node(row["key"], row["parent"], row["ja"], row["en"], row.get("count"))


def by_key(nodes: Iterable[Node]) -> dict[str, Node]:
    """Nodes as a tree keeps them."""
    return {one.key: one for one in nodes}


def _places() -> Iterator[Node]:
    for one in prefectures():
        yield Node(f"prefecture:{one.code}", TOP, one.name, one.name)
    for town in municipalities():
        name = f"{town.prefecture}{town.name}"
        yield Node(f"municipality:{town.code}", f"prefecture:{town.prefecture_code}", name, name)


def _branches() -> Iterator[Node]:
    for one in prefectures():
        yield Node(f"body:branch-{one.code}", TOP, f"{one.name}支部", f"{one.name} branch")


def _nhi() -> Iterator[Node]:
    for one in prefectures():
        count = sum(town.prefecture_code == one.code for town in municipalities())
        federation = f"body:nhi-{one.code}"
        yield Node(federation, TOP, f"{one.name}国保連合会", f"{one.name} federation")
        yield Node(f"{GROUP}:nhi-{one.code}", federation, f"{one.name}の市町村国保", f"{one.name} NHI", count)


_ROWS = {"places": _places, "branches": _branches, "nhi": _nhi}


def place_of(tree: Tree, party: str) -> str | None:
    """Where a party stands in the tree: at its top, at a node, or nowhere."""
    if party in tree.tops or party.partition(":")[0] in tree.tops:
        return TOP
    return party if party in tree.nodes else None


def levels_below(tree: Tree, place: str, depth: int | None = None) -> list[list[Node]]:
    """The nodes below a place, level by level, in the order of the tree; not deeper than `depth`."""
    found: list[list[Node]] = []
    above = {place}
    while depth is None or len(found) < depth:
        level = [one for one in tree.nodes.values() if one.parent in above]
        if not level:
            break
        found.append(level)
        above = {one.key for one in level}
    return found


def deepest(tree: Tree, place: str) -> int:
    """How many levels lie below a place."""
    return len(levels_below(tree, place))


def check_depth(tree: Tree, place: str, depth: int) -> None:
    """DepthRefused unless a request from the place can go so deep."""
    most = deepest(tree, place)
    if not 1 <= depth <= most:
        raise DepthRefused(most=most)


def children(tree: Tree, place: str) -> list[Node]:
    """What hangs directly below a place."""
    return [one for one in tree.nodes.values() if one.parent == place]


def path_up(tree: Tree, key: str) -> list[str]:
    """The places above a node, the nearest first, to the top."""
    found = []
    while key != TOP:
        key = tree.nodes[key].parent
        found.append(key)
    return found


def voices(tree: Tree, key: str) -> set[str]:
    """The places that may speak for a node: itself if it is known, and the nearest known place above it."""
    above = next(place for place in path_up(tree, key) if place == TOP or not tree.nodes[place].is_group)
    return {above} if tree.nodes[key].is_group else {above, key}


def level_name(tree: Tree, level: int, language: str) -> str:
    """The name of a level, counted from 1 at the top of the tree; empty where nobody gave one."""
    if level > len(tree.levels):
        return ""
    ja, en = tree.levels[level - 1]
    return ja if language == "ja" else en
