"""The catalogue of materials: what there is, and what was added by the own organisation."""

from hashlib import sha256

from starlette.responses import Response
from starlette.routing import Route

from onshi.requests import Material, materials
from onshi.requests.model import MaterialId
from onshi.web.requests.house import RECEIVES, WRITES, done, entries_of, may, names_of, own, tried
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

FIELDS = ("title_ja", "title_en", "language", "audience", "file_name")
_BYTES_MAX = 50 << 20


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/requests/materials", listed),
        pages.take("/requests/materials/add", add, takes_file=True, bytes_max=_BYTES_MAX),
    ]


def listed(visit: Visit) -> Response:
    """Every material; of the own ones, how many copies were handed on."""
    return _page(visit)


def _page(visit: Visit, *, problem: str = "") -> Response:
    party = own(visit, RECEIVES)
    with visit.app.db.transaction(reading=True) as tx:
        found = materials.catalogue(tx)
        copies = materials.copies_of_owner(tx, party.id)
        names = names_of(tx, (one.owner for one in found))
    return visit.page(
        "requests/materials.html",
        status=422 if problem else 200,
        found=found,
        copies=copies,
        names=names,
        languages=materials.LANGUAGES,
        may_add=may(visit, WRITES),
        given=visit.form.again(*FIELDS),
        problem=problem,
        done=visit.query("done"),
        party=party,
    )


def add(visit: Visit) -> Response:
    """A material of the own organisation. Of a file its digest is kept, and the file is not."""
    party, form = own(visit, WRITES), visit.form

    def act() -> Response:
        content = None if form.file is None else form.file.read_bytes()
        new = Material(
            id=MaterialId(visit.app.draw()),
            owner=party.id,
            title_ja=form.get("title_ja"),
            title_en=form.get("title_en"),
            language=form.get("language"),
            audience=form.get("audience"),
            file_name=form.get("file_name") or form.file_name,
            size=None if content is None else len(content),
            digest=None if content is None else sha256(content).hexdigest(),
            added_on=visit.app.today(),
        )
        done(visit, lambda tx: [materials.add(tx, new)], entries=entries_of(visit))
        return go("/requests/materials?done=added")

    return tried(visit, act, lambda problem: _page(visit, problem=problem))
