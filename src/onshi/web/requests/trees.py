"""The trees that the own organisation can send down, and bringing in one's own."""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import Route

from onshi import requests
from onshi.access import Party
from onshi.db import Tx
from onshi.kernel import Finding
from onshi.requests import Tree, errors, sending
from onshi.web.requests.house import READS, WRITES, day_in, may, own, tried
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

FIELDS = ("code", "since", "name_ja", "name_en")
_BYTES_MAX, _FINDINGS_SHOWN = 4 << 20, 200


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/requests/trees", listed),
        pages.take("/requests/trees/import", bring, takes_file=True, bytes_max=_BYTES_MAX),
    ]


def listed(visit: Visit) -> Response:
    """The trees, level by level with how many bodies."""
    return _page(visit)


def _page(visit: Visit, *, problem: str = "", findings: Sequence[Finding] = ()) -> Response:
    party = own(visit, READS)
    with visit.app.db.transaction(reading=True) as tx:
        found = sending.trees_of(tx, party.id, visit.app.today())
    return visit.page(
        "requests/trees.html",
        status=422 if problem or findings else 200,
        found=[(one, _levels(one, party, visit.language)) for one in found],
        findings=findings[:_FINDINGS_SHOWN],
        words=requests.FINDINGS,
        given=visit.form.again(*FIELDS),
        may_bring=may(visit, WRITES),
        problem=problem,
        done=visit.query("done"),
    )


def _levels(tree: Tree, party: Party, language: str) -> list[tuple[str, int | None]]:
    """The levels below the party: what they are called, and how many bodies each has, as far as that is known."""
    place = requests.trees.place_of(tree, party.id)
    assert place is not None, "trees_of gives those in which the party stands"
    above = len(requests.trees.path_up(tree, place))
    found: list[tuple[str, int | None]] = []
    for number, nodes in enumerate(requests.trees.levels_below(tree, place), start=above + 1):
        counts = [one.count for one in nodes if one.count is not None]
        count = sum(counts) if len(counts) == len(nodes) else None
        found.append((requests.trees.level_name(tree, number, language), count))
    return found


def bring(visit: Visit) -> Response:
    """A list becomes a tree of the own organisation, or everything that is wrong with it is shown."""
    party = own(visit, WRITES)

    def act() -> Response:
        text, since = _text(visit), day_in(visit, "since", visit.app.today())
        code, name_ja, name_en = (visit.form.get(name) for name in ("code", "name_ja", "name_en"))

        def work(tx: Tx) -> list[Finding]:
            tree, found = sending.import_tree(
                tx, text, owner=party.id, code=code, since=since, name_ja=name_ja, name_en=name_en, at=visit.now
            )
            if tree is not None:
                visit.log(tx, requests.entry_of(tree, actor=visit.actor))
            return found

        findings = visit.app.run(work)
        return _page(visit, findings=findings) if findings else go("/requests/trees?done=brought")

    return tried(visit, act, lambda problem: _page(visit, problem=problem))


def _text(visit: Visit) -> str:
    if visit.form.file is None:
        raise errors.RequestMalformed(field="file")
    try:
        return visit.form.file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise errors.RequestMalformed(field="file") from None
