"""The hash tree against the definition of the RFC, written out by recursion."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.audit import tree

LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70, unique=True)


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1 over leaf hashes: split at the largest power of two below the count."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


@given(LEAVES)
def test_the_root_is_that_of_the_rfc(leaves: list[bytes]) -> None:
    assert tree.root(leaves) == by_definition(leaves)


def test_no_leaves_have_the_root_the_rfc_gives_them() -> None:
    assert tree.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_known_roots_of_the_rfc_test_tree() -> None:
    """Inputs and roots as the Certificate Transparency project tests its log with."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [tree.leaf_hash(bytes.fromhex(data)) for data in inputs]
    assert {count: tree.root(leaves[:count]).hex() for count in (1, 2, 3, 5, 8)} == {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }


@given(LEAVES)
def test_every_path_leads_to_the_root(leaves: list[bytes]) -> None:
    levels = tree.levels(leaves)
    root, paths = levels[-1][0], tree.paths(levels)
    assert [
        tree.verify(leaf, path, root, index=index, count=len(leaves))
        for index, (leaf, path) in enumerate(zip(leaves, paths, strict=True))
    ] == [True] * len(leaves)


@given(LEAVES, st.data())
def test_no_path_leads_there_from_another_leaf_place_or_count(leaves: list[bytes], data: st.DataObject) -> None:
    levels = tree.levels(leaves)
    root, paths, count = levels[-1][0], tree.paths(levels), len(leaves)
    index = data.draw(st.integers(0, count - 1))
    other = data.draw(st.integers(0, count - 1).filter(lambda place: place != index)) if count > 1 else None
    stranger = data.draw(st.binary(min_size=32, max_size=32).filter(lambda leaf: leaf != leaves[index]))
    assert not tree.verify(stranger, paths[index], root, index=index, count=count)
    if other is not None:
        assert not tree.verify(leaves[other], paths[index], root, index=index, count=count)
        assert not tree.verify(leaves[index], paths[index], root, index=other, count=count)


@given(LEAVES)
def test_a_path_has_no_node_to_spare(leaves: list[bytes]) -> None:
    levels = tree.levels(leaves)
    for index, path in enumerate(tree.paths(levels)):
        spare = (*path, bytes(32))
        assert tree.root_by_path(leaves[index], spare, index=index, count=len(leaves)) is None
        if path:
            assert tree.root_by_path(leaves[index], path[:-1], index=index, count=len(leaves)) is None


@pytest.mark.parametrize(("index", "count"), [(-1, 4), (4, 4), (0, 0), (0, -1)])
def test_a_place_outside_the_tree_has_no_root(index: int, count: int) -> None:
    assert tree.root_by_path(bytes(32), (), index=index, count=count) is None
