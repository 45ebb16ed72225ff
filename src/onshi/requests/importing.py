"""A tree out of a CSV that somebody brings: the tree, or everything that is wrong with the file. Pure."""

import csv
import re
from collections.abc import Mapping
from datetime import date

from onshi.access import PartyKind
from onshi.kernel import Finding, MunicipalityCode, Severity, has_twelve_digits, narrow
from onshi.places import UnknownMunicipality, municipality, prefectures
from onshi.requests.model import GROUP, TOP, Node, Tree
from onshi.requests.rules import COUNT_MAX
from onshi.requests.trees import by_key, path_up

COLUMNS = ("node", "parent", "name", "name_en", "count")
"""The columns of a list, in English; `_HEADERS` has the Japanese ones."""
ROWS_MAX, NAME_MAX, LEVELS_MAX = 10_000, 80, 8
_HEADERS = {"団体": "node", "上位": "parent", "名称": "name", "英語名": "name_en", "数": "count"}
_REQUIRED = ("node", "parent", "name")
_KEY = re.compile(r"[a-z]+:[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_KINDS = {kind.value for kind in PartyKind}


def read_tree(text: str, *, code: str, since: date, name_ja: str, name_en: str) -> tuple[Tree | None, list[Finding]]:
    """The tree, whose first row is who sends from its top; None with an error. Findings name row and column only."""
    header, rows = _read(text)
    missing = [name for name in _REQUIRED if name not in header]
    if missing:
        return None, [_finding(0, name, "tree-column-missing") for name in missing]
    if not 1 <= len(rows) <= ROWS_MAX:
        return None, [_finding(0, "", "tree-size")]
    findings = _row_findings(rows)
    if findings:
        return None, findings
    top = rows[0]["node"]
    nodes = by_key(_node(row, top) for row in rows[1:])
    tree = Tree(code, since, name_ja, name_en, (top,), nodes, owner=top)
    findings = _shape_findings(tree)
    return (None if findings else tree), findings


def _read(text: str) -> tuple[set[str], list[dict[str, str]]]:
    try:
        reader = csv.DictReader(text.removeprefix("\ufeff").splitlines())
        header = {_HEADERS.get(name.strip(), name.strip()): name for name in reader.fieldnames or ()}
        rows = [{name: narrow(row.get(header[name]) or "") for name in header if name in COLUMNS} for row in reader]
    except csv.Error:
        return set(), []
    return set(header), rows


def _node(row: Mapping[str, str], top: str) -> Node:
    key, count = row["node"], row.get("count", "")
    parent = TOP if row["parent"] == top else row["parent"]
    number = (int(count) if count else None) if key.startswith(f"{GROUP}:") else 1
    return Node(key, parent, row["name"], row.get("name_en", "") or row["name"], number)


def _row_findings(rows: list[dict[str, str]]) -> list[Finding]:
    found, seen = [], set()
    keys = {row["node"] for row in rows}
    for number, row in enumerate(rows, start=1):
        key = row["node"]
        if not _is_key(key) or (number == 1 and key.startswith(f"{GROUP}:")):
            found.append(_finding(number, "node", "tree-node-malformed"))
        elif key in seen:
            found.append(_finding(number, "node", "tree-node-twice"))
        seen.add(key)
        # The first row is the top: it alone has nobody above it.
        if (number == 1) != (row["parent"] == "") or (row["parent"] and row["parent"] not in keys):
            found.append(_finding(number, "parent", "tree-parent-unknown"))
        if not 1 <= len(row["name"]) <= NAME_MAX or len(row.get("name_en", "")) > NAME_MAX:
            found.append(_finding(number, "name", "tree-name-missing"))
        if has_twelve_digits(row["name"]) or has_twelve_digits(row.get("name_en", "")):
            found.append(_finding(number, "name", "tree-name-digits"))
        if not _is_count(key, row.get("count", "")):
            found.append(_finding(number, "count", "tree-count-malformed"))
    return found


def _is_key(key: str) -> bool:
    kind, _, code = key.partition(":")
    if not _KEY.fullmatch(key) or kind not in _KINDS | {GROUP}:
        return False
    if kind == PartyKind.PREFECTURE:
        return any(one.code == code for one in prefectures())
    if kind == PartyKind.MUNICIPALITY:
        try:
            municipality(MunicipalityCode(code))
        except UnknownMunicipality:
            return False
    return True


def _is_count(key: str, text: str) -> bool:
    if not text:
        return True
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(COUNT_MAX)):
        return False
    return 1 <= int(text) <= COUNT_MAX if key.startswith(f"{GROUP}:") else int(text) == 1


def _shape_findings(tree: Tree) -> list[Finding]:
    found = []
    for row, key in enumerate(tree.nodes, start=2):
        if _is_in_circle(tree, key):
            found.append(_finding(row, "parent", "tree-circle"))
        elif len(path_up(tree, key)) > LEVELS_MAX:
            found.append(_finding(row, "parent", "tree-too-deep"))
    return found


def _is_in_circle(tree: Tree, key: str) -> bool:
    seen = set()
    while key != TOP:
        if key in seen:
            return True
        seen.add(key)
        key = tree.nodes[key].parent
    return False


def _finding(row: int, column: str, code: str) -> Finding:
    return Finding(row, column, code, Severity.ERROR)
