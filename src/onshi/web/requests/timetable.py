"""Timetables (工程表): a ministry's own, line by line with every version; at the office, everybody's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from onshi import requests
from onshi.access import Party, PartyKind
from onshi.kernel import Moment, day_start, quarter_of
from onshi.requests import PlanStep, StepKind, errors, planning, timetables, windows
from onshi.requests.model import Exactness, StepId, StepStanding
from onshi.web import gantt
from onshi.web.errors import PageNotAllowed
from onshi.web.gantt import Chart, Line, Stretch
from onshi.web.requests.house import day_in, done, entries_of, id_in, names_of, own, tried, typed_day
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

HOME = "/ministry/timetable"
FIELDS = ("kind", "audience", "title", "window", "done_on", "note", "participants", "decisions")
TONES = {"done": "good", "late": "bad", "open": "care", "ahead": "open"}
_DAY = 86_400_000_000
_KEEPERS = (PartyKind.MINISTRY, PartyKind.OFFICE)


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(HOME, own_timetable),
        pages.take(f"{HOME}/plan", plan),
        pages.show(HOME + "/{step:str}", line),
        pages.take(HOME + "/{step:str}/revise", revise),
        pages.show("/office/timetables", everybodys),
    ]


def own_timetable(visit: Visit) -> Response:
    """The lines of the own organisation, today's or as they stood on a day."""
    return _page(visit)


def _page(visit: Visit, *, problem: str = "") -> Response:
    party, on = _keeper(visit), _day(visit)
    with visit.app.db.transaction(reading=True) as tx:
        steps = timetables.timetable(tx, party.id, known_at=_end_of(on))
    return visit.page(
        "requests/timetable.html",
        status=422 if problem else 200,
        steps=steps,
        problem=problem,
        done=visit.query("done"),
        given=visit.form.again(*FIELDS),
        may_plan=visit.may("programme.write") and on == visit.app.today(),
        **_words(on),
    )


def everybodys(visit: Visit) -> Response:
    """The timetables of all, side by side: for the office."""
    if _keeper(visit).kind is not PartyKind.OFFICE:
        raise PageNotAllowed
    on = _day(visit)
    with visit.app.db.transaction(reading=True) as tx:
        found = timetables.all_timetables(tx, known_at=_end_of(on))
        names = names_of(tx, found)
    return visit.page(
        "requests/timetables.html",
        found=found,
        names=names,
        drawing=drawing(found, names, on),
        fiscal=lambda one: visit.say("measures.fiscal", year=one.quarter.year),
        months=lambda one: gantt.months_of(one.quarter, visit.language),
        **_words(on),
    )


def drawing(found: Mapping[str, Sequence[PlanStep]], names: Mapping[str, str], on: date) -> Chart | None:
    """The lines of everybody over fiscal quarters, each under its owner, as they stood on a day; None for none."""
    lines: list[Line] = []
    for owner, steps in found.items():
        lines.append(Line(names[owner], is_heading=True))
        lines += [Line(one.title, tuple(_stretches(one, on))) for one in steps]
    days = [day for steps in found.values() for one in steps for day in (one.window.first, one.window.last)]
    days += [one.done_on for steps in found.values() for one in steps if one.done_on is not None]
    return gantt.chart(lines, quarter_of(min(days)), quarter_of(max(days))) if days else None


def _stretches(step: PlanStep, on: date) -> Iterator[Stretch]:
    """When it is planned, and the day on which it was done."""
    window = step.window
    # On which day of a month or a quarter, or of days that are only about right, nobody says.
    is_open = window.is_about or window.exactness is not Exactness.DAY
    yield Stretch(window.first, None if is_open else window.last, window.last)
    if planning.standing_of(step, on) is StepStanding.DONE:
        yield Stretch(step.done_on, step.done_on)


def plan(visit: Visit) -> Response:
    """A new line."""
    party = _keeper(visit)
    visit.require("programme.write")

    def act() -> Response:
        new = _read(visit, PlanStep(StepId(visit.app.draw()), party.id, 1, StepKind.REQUEST, "", "", _NO_WINDOW))
        done(visit, lambda tx: [timetables.plan(tx, new, at=visit.now)], entries=entries_of(visit))
        return go(f"{HOME}?done=planned")

    return tried(visit, act, lambda problem: _page(visit, problem=problem))


def line(visit: Visit) -> Response:
    """One line with its versions, and the form to change it."""
    return _line(visit)


def _line(visit: Visit, *, problem: str = "") -> Response:
    party = _keeper(visit)
    with visit.app.db.transaction(reading=True) as tx:
        versions = timetables.history(tx, party.id, _id(visit))
    newest = versions[-1][0]
    given = visit.form.again(*FIELDS) if problem else _given(newest)
    return visit.page(
        "requests/step.html",
        status=422 if problem else 200,
        step=newest,
        versions=versions,
        given=given,
        problem=problem,
        may_plan=visit.may("programme.write"),
        **_words(visit.app.today()),
    )


def revise(visit: Visit) -> Response:
    """The line is another from now on, or is dropped."""
    party = _keeper(visit)
    visit.require("programme.write")

    def act() -> Response:
        with visit.app.db.transaction(reading=True) as tx:
            newest = timetables.history(tx, party.id, _id(visit))[-1][0]
        seen = visit.form.get("version")
        looked_at = replace(newest, version=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0)
        is_dropped = visit.form.has("dropped")
        changed = replace(looked_at, is_dropped=True) if is_dropped else _read(visit, looked_at)
        done(visit, lambda tx: [timetables.revise(tx, changed, at=visit.now)], entries=entries_of(visit))
        return go(f"{HOME}?done={'dropped' if is_dropped else 'revised'}")

    return tried(visit, act, lambda problem: _line(visit, problem=problem))


_NO_WINDOW = windows.parse_window("2000-01-01")


def _read(visit: Visit, step: PlanStep) -> PlanStep:
    """The step as the form says it is. WindowUnreadable, DayUnreadable."""
    form, kind = visit.form, visit.form.get("kind")
    lines = (one.strip() for one in form.get("participants").splitlines())
    return replace(
        step,
        kind=StepKind(kind) if kind in set(StepKind) else step.kind,
        audience=form.get("audience"),
        title=form.get("title"),
        window=windows.parse_window(form.get("window")),
        done_on=day_in(visit, "done_on") if form.get("done_on") else None,
        note=form.get("note"),
        participants=tuple(one for one in lines if one),
        decisions=form.get("decisions"),
        is_dropped=False,
    )


def _given(step: PlanStep) -> dict[str, str]:
    return {
        "kind": step.kind.value,
        "audience": step.audience,
        "title": step.title,
        "window": windows.written(step.window),
        "done_on": "" if step.done_on is None else step.done_on.isoformat(),
        "note": step.note,
        "participants": "\n".join(step.participants),
        "decisions": step.decisions,
    }


def _words(on: date) -> dict[str, Any]:
    return {
        "on": on,
        "kinds": list(StepKind),
        "tones": TONES,
        "written": windows.written,
        "standing_of": lambda step: planning.standing_of(step, on),
        "shown_id": requests.shown_id,
        "limits": planning,
    }


def _keeper(visit: Visit) -> Party:
    party = own(visit, ("programme.read",))
    if party.kind not in _KEEPERS:
        raise PageNotAllowed
    return party


def _day(visit: Visit) -> date:
    """As known when. DayUnreadable."""
    return typed_day(visit.query("on"), visit.app.today())


def _end_of(day: date) -> Moment:
    return Moment(day_start(day) + _DAY - 1)


def _id(visit: Visit) -> StepId:
    return StepId(id_in(visit.request.path_params["step"], errors.UnknownStep))
