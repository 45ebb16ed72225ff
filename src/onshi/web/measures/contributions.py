"""Organisations tell of what worked with them, and the office opens it to everybody or sends it back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi import access
from onshi.access import Party
from onshi.db import Tx
from onshi.outreach import KINDS, contributing, contributions, errors, organisations, practices
from onshi.outreach.contributions import Contribution, ContributionState, Told
from onshi.outreach.practices import Figure, Practice, Size
from onshi.web.errors import PageNotAllowed
from onshi.web.measures.common import changed, kind_word, office, typed_count, typed_day, typed_id
from onshi.web.serving import Pages
from onshi.web.visit import Visit

OWN, OFFICE = "/practices/own", "/office/practices"
TONES = {
    ContributionState.WAITING: "wait",
    ContributionState.RETURNED: "care",
    ContributionState.PUBLISHED: "good",
    ContributionState.WITHDRAWN: "open",
}
_TEXTS = (
    "title_ja", "title_en", "what_ja", "what_en", "contact_ja", "contact_en", "cost", "size",
    "counted_ja", "counted_en", "unit", "before", "before_on", "after", "after_on", "compared_with",
)  # fmt: skip


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(OWN, own_page),
        pages.take(f"{OWN}/send", send),
        pages.take(f"{OWN}/take-back", take_back),
        pages.show(OFFICE, office_page),
        pages.take(f"{OFFICE}/decide", decide),
    ]


# -- Whoever tells -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form; `of` is the practice that is sent once more."""

    texts: dict[str, str]
    kinds: frozenset[str]
    channels: frozenset[str]
    of: str = ""
    reason: str = ""


def may_tell(visit: Visit) -> bool:
    """Whether the reader's organisation is asked what worked with it, and the reader may speak for it."""
    try:
        teller(visit)
    except (PageNotAllowed, errors.NotInProgramme):
        return False
    return True


def teller(visit: Visit) -> Party:
    """The reader's organisation. PageNotAllowed, NotInProgramme."""
    visit.require("measures.write", "municipality.write", "body.write")
    if visit.party is None:
        raise PageNotAllowed
    organisations.kind_of(visit.party)
    return visit.party


def own_page(visit: Visit) -> Response:
    """What the own organisation told, what the office said, and the form; filled in where `of` names one of them."""
    owner, asked = teller(visit), visit.query("of")
    with visit.app.db.transaction(reading=True) as tx:
        told = contributing.told_by(tx, owner)
    chosen = next((versions[-1] for versions in told if str(versions[-1].id) == asked), None)
    if asked and chosen is None:
        raise errors.UnknownPractice
    return _own(visit, told, _empty(owner) if chosen is None else _known(chosen))


def _empty(owner: Party) -> Typed:
    return Typed(dict.fromkeys(_TEXTS, ""), frozenset({organisations.kind_of(owner)}), frozenset())


def _known(one: Contribution) -> Typed:
    practice, texts = one.practice, dict.fromkeys(_TEXTS, "")
    for name, word in (("title", practice.title), ("what", practice.what), ("contact", practice.contact)):
        if word is not None:
            texts |= {f"{name}_ja": word.ja, f"{name}_en": "" if word.en == word.ja else word.en}
    texts |= {"cost": _shown(practice.cost), "size": practice.size or ""}
    for figure in practice.figures:
        texts |= {
            "counted_ja": figure.ja,
            "counted_en": "" if figure.en == figure.ja else figure.en,
            "unit": figure.unit,
            "before": _shown(figure.before),
            "before_on": _shown(figure.before_on),
            "after": _shown(figure.after),
            "after_on": _shown(figure.after_on),
            "compared_with": figure.compared_with,
        }
    return Typed(texts, frozenset(practice.kinds), frozenset(practice.channels), str(one.id))


def _shown(value: int | date | None) -> str:
    return "" if value is None else str(value)


def _own(visit: Visit, told: list[list[Contribution]], given: Typed, problem: str = "") -> Response:
    owner = teller(visit)
    return visit.page(
        "measures/practices_own.html",
        status=422 if problem else 200,
        told=told,
        in_force={versions[0].id: contributions.in_force(versions) for versions in told},
        typed=given,
        asks_size=owner.kind is not access.PartyKind.MUNICIPALITY,
        sizes=list(Size),
        kinds=KINDS,
        channels=practices.channel_words(),
        kind_word=lambda kind: kind_word(visit, kind),
        tones=TONES,
        problem=problem,
        done=visit.query("done"),
    )


def send(visit: Visit) -> Response:
    """A practice, or a new version of one."""
    owner, form = teller(visit), visit.form

    def work(tx: Tx) -> None:
        told = _told(visit)
        if form.get("of"):
            known = typed_id(form.get("of"), errors.UnknownPractice)
            made = contributing.tell_again(tx, owner, known, told, reason=form.get("reason"), at=visit.now)
        else:
            made = contributing.tell(tx, visit.app.draw(), owner, told, at=visit.now)
        _log(visit, tx, made)

    return changed(visit, work, then=f"{OWN}?done=sent", again=lambda problem: _again(visit, problem))


def _again(visit: Visit, problem: str) -> Response:
    form = visit.form
    given = Typed(
        form.again(*_TEXTS),
        frozenset(one for one in KINDS if form.has(f"kind-{one}")),
        frozenset(one for one in practices.channel_words() if form.has(f"channel-{one}")),
        form.get("of"),
        form.again("reason")["reason"],
    )
    with visit.app.db.transaction(reading=True) as tx:
        told = contributing.told_by(tx, teller(visit))
    return _own(visit, told, given, problem)


def _told(visit: Visit) -> Told:
    """What was typed. FigureOutOfRange, DayUnreadable, PracticeUnreadable."""
    form = visit.form
    return Told(
        title=(form.get("title_ja"), form.get("title_en")),
        what=(form.get("what_ja"), form.get("what_en")),
        contact=(form.get("contact_ja"), form.get("contact_en")),
        kinds=tuple(one for one in KINDS if form.has(f"kind-{one}")),
        channels=tuple(one for one in practices.channel_words() if form.has(f"channel-{one}")),
        figure=_figure(visit),
        size=Size(form.get("size")) if form.get("size") in set(Size) else None,
        cost=typed_count(form.get("cost")),
    )


def _figure(visit: Visit) -> Figure | None:
    """None where nothing was typed; a figure needs at least the number after."""
    form = visit.form
    if not any(form.get(name) for name in ("counted_ja", "before", "after")):
        return None
    after = typed_count(form.get("after"))
    if after is None:
        raise errors.PracticeUnreadable
    return Figure(
        form.get("counted_ja"),
        form.get("counted_en"),
        after,
        form.get("unit"),
        typed_count(form.get("before")),
        typed_day(form.get("before_on")),
        typed_day(form.get("after_on")),
        form.get("compared_with"),
    )


def take_back(visit: Visit) -> Response:
    """The own organisation no longer tells of it."""
    owner = teller(visit)

    def work(tx: Tx) -> None:
        _log(visit, tx, contributing.take_back(tx, owner, _of(visit), at=visit.now))

    def again(problem: str) -> Response:
        with visit.app.db.transaction(reading=True) as tx:
            told = contributing.told_by(tx, owner)
        return _own(visit, told, _empty(owner), problem)

    return changed(visit, work, then=f"{OWN}?done=taken_back", again=again)


def _of(visit: Visit) -> int:
    return typed_id(visit.form.get("practice"), errors.UnknownPractice)


def _log(visit: Visit, tx: Tx, made: Contribution) -> None:
    visit.log(tx, contributions.entry_of(made, actor=visit.actor))


# -- The office --------------------------------------------------------------------------------------------------------


def office_page(visit: Visit) -> Response:
    """What waits for the office, then everything else that was told."""
    return _office(visit)


def _office(visit: Visit, problem: str = "") -> Response:
    office(visit)
    with visit.app.db.transaction(reading=True) as tx:
        told = contributing.all_told(tx)
    shown: list[tuple[Contribution, Practice | None]] = []
    for versions in told:
        force = contributions.in_force(versions)
        shown.append((versions[-1], None if force is None else force.practice))
    return visit.page(
        "measures/practices_office.html",
        status=422 if problem else 200,
        waiting=[one for one, _ in shown if one.state is ContributionState.WAITING],
        others=[(one, force) for one, force in reversed(shown) if one.state is not ContributionState.WAITING],
        channels=practices.channel_words(),
        kind_word=lambda kind: kind_word(visit, kind),
        tones=TONES,
        typed={visit.form.get("practice"): visit.form.again("comment")["comment"]},
        problem=problem,
        done=visit.query("done"),
    )


def decide(visit: Visit) -> Response:
    """It is published, sent back, or taken down."""
    office(visit)
    form = visit.form
    comment = form.get("comment")
    acts: dict[str, Callable[[Tx, int], Contribution]] = {
        "publish": lambda tx, of: contributing.publish(tx, of, at=visit.now),
        "send_back": lambda tx, of: contributing.send_back(tx, of, comment, at=visit.now),
        "take_down": lambda tx, of: contributing.take_down(tx, of, comment, at=visit.now),
    }
    act = acts.get(form.get("decision"))
    if act is None:
        raise errors.PracticeNotWaiting

    def work(tx: Tx) -> None:
        _log(visit, tx, act(tx, _of(visit)))

    then = f"{OFFICE}?done={form.get('decision')}"
    return changed(visit, work, then=then, again=lambda problem: _office(visit, problem))
