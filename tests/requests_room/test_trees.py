"""Trees: those that stand, who may send down them and speak in them, and lists that somebody brings."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi import requests
from onshi.requests import trees
from onshi.requests.errors import DepthRefused
from onshi.requests.importing import read_tree
from onshi.requests.model import TOP, Tree

from .make import MINISTRY, SINCE, TOKYO, csv

STANDING = {one.code: one for one in trees.standing()}
OWN = "our-list"


def read(text: str) -> tuple[Tree | None, list[tuple[int, str, str]]]:
    tree, findings = read_tree(text, code=OWN, since=SINCE, name_ja="見本", name_en="Sample")
    return tree, [(one.row, one.column, one.code) for one in findings]


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("local-government", [47, 1741]),
        ("schools", [1700, 38000]),
        ("fund-branches", [47]),
        ("economy", [None, None]),
        ("companies", [None]),
        ("health-societies", [None]),
        ("nhi-societies", [162]),
        ("municipal-nhi", [47, 1741]),
    ],
)
def test_the_standing_trees_have_the_bodies_of_their_sources(code: str, counts: list[int | None]) -> None:
    found = []
    for level in trees.levels_below(STANDING[code], TOP):
        numbers = [node.count for node in level]
        found.append(None if None in numbers else sum(number or 0 for number in numbers))
    assert found == counts
    assert len(STANDING[code].levels) == len(counts)


def test_every_standing_tree_is_tried() -> None:
    assert len(STANDING) == 8


@pytest.mark.parametrize(
    ("code", "party", "place"),
    [
        ("local-government", "ministry:any", TOP),
        ("local-government", "office:programme", TOP),
        ("local-government", "prefecture:13", "prefecture:13"),
        ("local-government", "municipality:131016", "municipality:131016"),
        ("local-government", "body:sample-works", None),
        ("local-government", "insurer:06139992", None),
        ("fund-branches", "operator:onshi", TOP),
        ("companies", "body:federation", TOP),
        ("municipal-nhi", "body:nhi-central", TOP),
        ("municipal-nhi", "body:sample-works", None),
        ("municipal-nhi", "body:nhi-13", "body:nhi-13"),
        ("health-societies", "body:sample-works", None),
    ],
)
def test_who_stands_where(code: str, party: str, place: str | None) -> None:
    assert trees.place_of(STANDING[code], party) == place


@pytest.mark.parametrize(
    ("code", "node", "voices"),
    [
        ("local-government", "prefecture:13", {TOP, "prefecture:13"}),
        ("local-government", "municipality:131016", {"prefecture:13", "municipality:131016"}),
        ("schools", "group:boards", {TOP}),
        ("schools", "group:schools", {TOP}),
        ("municipal-nhi", "group:nhi-13", {"body:nhi-13"}),
    ],
)
def test_a_body_speaks_for_itself_and_the_nearest_known_one_for_those_below(
    code: str, node: str, voices: set[str]
) -> None:
    assert trees.voices(STANDING[code], node) == voices


@pytest.mark.parametrize(("place", "depth", "most"), [(TOP, 0, 2), (TOP, 3, 2), (TOKYO, 2, 1)])
def test_no_request_goes_deeper_than_the_tree(place: str, depth: int, most: int) -> None:
    with pytest.raises(DepthRefused) as refused:
        trees.check_depth(STANDING["local-government"], place, depth)
    assert refused.value.facts == {"most": most}


def test_a_list_becomes_a_tree() -> None:
    tree, findings = read(
        csv(
            [
                (MINISTRY, "", "医療保険省", ""),
                ("body:board-13", MINISTRY, "東京の教育委員会", ""),
                ("group:schools-13", "body:board-13", "東京の学校", "2100"),
                ("group:others", MINISTRY, "そのほか", ""),
            ]
        )
    )
    assert findings == []
    assert tree is not None
    assert (tree.tops, tree.owner) == ((MINISTRY,), MINISTRY)
    assert [(one.key, one.parent, one.count) for one in tree.nodes.values()] == [
        ("body:board-13", TOP, 1),
        ("group:schools-13", "body:board-13", 2100),
        ("group:others", TOP, None),
    ]


ROOT = (MINISTRY, "", "省", "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(0, one, "tree-column-missing") for one in ("node", "parent", "name")]),
        ("団体,名称\nx,y\n", [(0, "parent", "tree-column-missing")]),
        ("団体,上位,名称\n", [(0, "", "tree-size")]),
        (csv([("group:all", "", "全部", "3")]), [(1, "node", "tree-node-malformed")]),
        (csv([ROOT, ("king:1", MINISTRY, "王", "")]), [(2, "node", "tree-node-malformed")]),
        (csv([ROOT, ("prefecture:48", MINISTRY, "無い県", "")]), [(2, "node", "tree-node-malformed")]),
        (csv([ROOT, ("municipality:131017", MINISTRY, "無い区", "")]), [(2, "node", "tree-node-malformed")]),
        (csv([ROOT, (TOKYO, MINISTRY, "都", ""), (TOKYO, MINISTRY, "都", "")]), [(3, "node", "tree-node-twice")]),
        (csv([ROOT, (TOKYO, "body:nobody", "都", "")]), [(2, "parent", "tree-parent-unknown")]),
        (csv([ROOT, (TOKYO, "", "都", "")]), [(2, "parent", "tree-parent-unknown")]),
        (csv([(MINISTRY, TOKYO, "省", ""), (TOKYO, MINISTRY, "都", "")]), [(1, "parent", "tree-parent-unknown")]),
        (csv([ROOT, (TOKYO, MINISTRY, "", "")]), [(2, "name", "tree-name-missing")]),
        (csv([ROOT, (TOKYO, MINISTRY, "見本 1234-5678-9012", "")]), [(2, "name", "tree-name-digits")]),
        (csv([ROOT, (TOKYO, MINISTRY, "都", "2")]), [(2, "count", "tree-count-malformed")]),
        (csv([ROOT, ("group:x", MINISTRY, "群", "-2")]), [(2, "count", "tree-count-malformed")]),
        (csv([ROOT, ("group:x", MINISTRY, "群", "10000001")]), [(2, "count", "tree-count-malformed")]),
        (
            csv([ROOT, ("body:a", "body:b", "甲", ""), ("body:b", "body:a", "乙", "")]),
            [(2, "parent", "tree-circle"), (3, "parent", "tree-circle")],
        ),
        (
            csv([ROOT, *((f"body:b{n}", f"body:b{n - 1}" if n else MINISTRY, "団体", "") for n in range(9))]),
            [(10, "parent", "tree-too-deep")],
        ),
    ],
)
def test_everything_wrong_with_a_list_is_found_at_its_place(text: str, found: list[tuple[int, str, str]]) -> None:
    assert read(text) == (None, found)


def test_every_finding_has_words_in_both_languages() -> None:
    assert {code: set(words) for code, words in requests.FINDINGS.items()} == {
        code: {"ja", "en", "remedy_ja", "remedy_en"} for code in requests.FINDINGS
    }


@given(st.text(max_size=200))
def test_any_text_is_a_tree_or_findings(text: str) -> None:
    tree, findings = read_tree(text, code=OWN, since=date(2020, 1, 1), name_ja="", name_en="")
    assert (tree is None) == bool(findings)
    assert {one.code for one in findings} <= set(requests.FINDINGS)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=12))
def test_whatever_hangs_together_is_a_tree_and_everybody_has_a_way_to_the_top(edges: list[tuple[int, int]]) -> None:
    rows = [
        ROOT,
        *((f"body:n{child}", f"body:n{above}" if above < child else MINISTRY, "団体", "") for child, above in edges),
    ]
    tree, findings = read(csv(rows))
    if tree is None:
        assert {code for *_, code in findings} <= {"tree-node-twice", "tree-parent-unknown", "tree-too-deep"}
        return
    listed = [node for level in trees.levels_below(tree, TOP) for node in level]
    assert sorted(one.key for one in listed) == sorted(tree.nodes)
    assert all(trees.path_up(tree, key)[-1] == TOP for key in tree.nodes)
