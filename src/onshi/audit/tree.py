"""The hash tree of RFC 9162 §2.1 (the same as in RFC 6962): one root for many leaves, a short path for each.

Leaves are given as their hashes, `SHA-256(0x00 || data)`; a node is `SHA-256(0x01 || left || right)`;
a node without a neighbour moves up unchanged. The two prefixes keep a leaf from posing as a node.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

Node = TypeVar("Node")
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The 32 bytes that stand for `data` in a tree."""
    return sha256(b"\x00" + data).digest()


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Every level of the tree, the leaves first, the root alone in the last. There is at least one leaf."""
    level = list(leaves)
    found = [level]
    while len(level) > 1:
        above = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
        found.append(level)
    return found


def root(leaves: Sequence[bytes]) -> bytes:
    """The 32 bytes that stand for all leaves in their order; `EMPTY_ROOT` for none."""
    return levels(leaves)[-1][0] if leaves else EMPTY_ROOT


def paths(tree: Sequence[Sequence[Node]]) -> list[tuple[Node, ...]]:
    """For every leaf of `levels(...)`, the neighbours from the leaf up to the root.

    Built from the root down, so that leaves share the work. The nodes may be given in any written
    form, as long as the levels keep their lengths: a proof wants text, and each node is written once.
    """
    above: list[tuple[Node, ...]] = [()]
    for level in reversed(tree[:-1]):
        last = len(level) - 1
        above = [
            (level[place ^ 1], *above[place >> 1]) if place ^ 1 <= last else above[place >> 1]
            for place in range(last + 1)
        ]
    return above


def root_by_path(leaf: bytes, path: Sequence[bytes], *, index: int, count: int) -> bytes | None:
    """The root that `path` leads to from the leaf at `index` of `count`; None when path and place do not fit."""
    if not 0 <= index < count:
        return None
    node, last, used = leaf, count - 1, 0
    while last:
        if index % 2 or index < last:
            if used == len(path):
                return None
            pair = path[used] + node if index % 2 else node + path[used]
            node = sha256(b"\x01" + pair).digest()
            used += 1
        index >>= 1
        last >>= 1
    return node if used == len(path) else None


def verify(leaf: bytes, path: Sequence[bytes], root: bytes, *, index: int, count: int) -> bool:
    """Whether `leaf` is the one at `index` of the `count` leaves under `root`."""
    return root_by_path(leaf, path, index=index, count=count) == root
