"""The office adds an entry to the catalogue of measures."""

from collections.abc import Iterable

from starlette.responses import Response
from starlette.routing import Route

from onshi.db import Tx
from onshi.outreach import KINDS, Effect, Evidence, Word, catalogue, errors, planning, rules
from onshi.web.measures.common import changed, kind_word, office, typed_count
from onshi.web.serving import Pages
from onshi.web.visit import Visit

HOME = "/office/measures/catalogue"
_FIELDS_MAX = 200  # a tick for every kind and every channel


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show(HOME, ask), pages.take(f"{HOME}/add", add, fields_max=_FIELDS_MAX)]


def ask(visit: Visit) -> Response:
    """The whole catalogue, and the form for one more."""
    return _page(visit)


def _page(visit: Visit, problem: str = "") -> Response:
    office(visit)
    with visit.app.db.transaction(reading=True) as tx:
        measures = planning.measures_on(tx, visit.app.today())
    return visit.page(
        "measures/catalogue.html",
        status=422 if problem else 200,
        measures=measures,
        kinds=KINDS,
        channels=catalogue.channels(measures),
        actors=_words(one.actor for one in measures),
        audiences=_words(one.audience for one in measures),
        evidences=list(Evidence),
        kind_word=lambda kind: kind_word(visit, kind),
        given=visit.form.again(),
        problem=problem,
        done=visit.query("done"),
    )


def _words(found: Iterable[Word]) -> dict[str, Word]:
    return {one.code: one for one in found}


def add(visit: Visit) -> Response:
    """A new entry."""
    office(visit)
    form = visit.form

    def work(tx: Tx) -> None:
        known = planning.measures_on(tx, visit.app.today())
        channels = catalogue.channels(known)
        actors, audiences = _words(one.actor for one in known), _words(one.audience for one in known)
        chosen = tuple(word for code, word in channels.items() if form.has(f"channel-{code}"))
        kinds = tuple(kind for kind in KINDS if form.has(f"kind-{kind}"))
        if form.get("actor") not in actors or form.get("audience") not in audiences:
            raise errors.Incomplete
        made = planning.add_measure(
            tx,
            form.get("code"),
            title=(form.get("title_ja"), form.get("title_en")),
            actor=actors[form.get("actor")],
            audience=audiences[form.get("audience")],
            channels=chosen,
            kinds=kinds,
            effect=Effect(
                form.get("effect"), form.get("effect_en"), typed_count(form.get("number")), form.get("unit"), ""
            ),
            evidence=Evidence(form.get("evidence")) if form.get("evidence") in set(Evidence) else Evidence.TOLD,
            source=form.get("source"),
            at=visit.now,
        )
        visit.log(tx, rules.thing_entry("measure-added", made, f"measure:{made.code}", actor=visit.actor))

    return changed(visit, work, then=f"{HOME}?done=added", again=lambda problem: _page(visit, problem))
