"""The municipality's plan of a year at a glance: where it stands, what is missing, what to do next; and handing in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from onshi import plans
from onshi.db import Tx
from onshi.kernel import Moment, OnshiError, PersonalNumberTyped, fiscal_year, has_personal_number
from onshi.plans import Plan
from onshi.plans.model import Advice, AdviceId, AdviceState, Content, Due, Finding
from onshi.web.errors import NotConfirmed, status_of
from onshi.web.plans.parts import PARTS, Part, findings_of, grouped
from onshi.web.plans.town import HOME, Own, logged, own_plan, own_town, words
from onshi.web.plans.town import findings_of as all_findings_of
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

_ALL_ADVICE = tuple(AdviceState)
_ADVICE = re.compile(r"[0-7][0-9a-f]{15}")
# What a clerk can put right: told on the page, not as a page of its own.
_ASKED_AGAIN = (
    plans.errors.AdviceEmpty,
    plans.errors.AdviceOver,
    plans.errors.DraftChanged,
    plans.errors.PlanNotSound,
    plans.errors.PlanOver,
)
_MOMENT = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Standing:
    """A part of the form: how many rows it has, and what of it does not make sense."""

    part: Part
    rows: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Found:
    """Everything the page shows of one plan."""

    own: Own
    due: Due
    versions: Sequence[Plan]
    advice: Sequence[Advice]
    findings: Sequence[Finding]


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    one = f"{HOME}/{{year:int}}"
    return [
        pages.show(HOME, this_year),
        pages.show(one, overview),
        pages.take(f"{one}/submit", submit),
        pages.show(f"{one}/submit", back),
        pages.take(f"{one}/advice/{{advice}}", answer),
        pages.show(f"{one}/advice", back),
        pages.show(f"{one}/advice/{{advice}}", back),
    ]


def this_year(visit: Visit) -> Response:
    """The plan of the fiscal year we are in."""
    own_town(visit)
    return go(f"{HOME}/{fiscal_year(visit.app.today())}")


def back(visit: Visit) -> Response:
    """Where a form was sent is no page."""
    return go(f"{HOME}/{visit.request.path_params['year']}")


def overview(visit: Visit) -> Response:
    """The page."""
    return _page(visit)


def submit(visit: Visit) -> Response:
    """The draft is handed in, once the clerk has confirmed what should be looked at."""
    if not visit.form.has("confirmed"):
        return _page(visit, problem=NotConfirmed())

    # A form that does not say it has seen no draft.
    given = visit.form.get("saved_at")
    seen = Moment(int(given) if _MOMENT.fullmatch(given) else 0)

    def work(tx: Tx) -> Plan:
        own = own_plan(tx, visit, is_write=True)
        done = plans.submit(tx, own.town, own.year, saved_at=seen, at=visit.now)
        logged(tx, visit, done)
        return done

    return _done(visit, work, "submitted")


def answer(visit: Visit) -> Response:
    """What the municipality says to a piece of advice."""
    text, wanted = visit.form.get("text"), advice_named(visit.request.path_params["advice"])
    if has_personal_number(text):
        return _page(visit, problem=PersonalNumberTyped())

    def work(tx: Tx) -> Advice:
        own = own_plan(tx, visit, is_write=True)
        done = plans.answer(tx, own.town, wanted, text, at=visit.now)
        logged(tx, visit, done)
        return done

    return _done(visit, work, "answered")


def advice_named(text: str) -> AdviceId:
    """The advice of an address or a form. UnknownAdvice."""
    if not _ADVICE.fullmatch(text):
        raise plans.errors.UnknownAdvice
    return AdviceId(int(text, 16))


def _done(visit: Visit, work: Any, done: str) -> Response:
    try:
        visit.app.run(work)
    except _ASKED_AGAIN as error:
        return _page(visit, problem=error)
    return go(f"{HOME}/{visit.request.path_params['year']}?done={done}")


def _page(visit: Visit, *, problem: OnshiError | None = None) -> Response:
    with visit.app.db.transaction(reading=True) as tx:
        found = _found(tx, visit)
    own, findings = found.own, found.findings
    return visit.page(
        "plans/overview.html",
        status=status_of(problem) if problem else 200,
        problem=problem.text(visit.language) if problem else "",
        found=found,
        own=own,
        steps=plans.calendar.steps_of(own.year),
        years=range(plans.calendar.first_year(), fiscal_year(visit.app.today()) + 2),
        parts_standing=[_standing(one, own.content, findings) for one in PARTS],
        groups=grouped(findings),
        errors=sum(one.is_error for one in findings),
        warnings=sum(one.severity == "warning" for one in findings),
        done=visit.query("done"),
        advice_id=plans.model.shown_advice_id,
        typed="" if isinstance(problem, PersonalNumberTyped) else visit.form.get("text"),
        typed_for=visit.request.path_params.get("advice", ""),
        **words(visit),
    )


def _found(tx: Tx, visit: Visit) -> Found:
    own = own_plan(tx, visit)
    versions = plans.versions_of(tx, own.town, own.year)
    advice = plans.advice_on(tx, own.year, own.town, states=_ALL_ADVICE)
    head = next(iter(plans.heads(tx, own.year, own.town)), None)
    due = plans.calendar.plan_standing(own.town, own.year, head, on=visit.app.today())
    return Found(own, due, versions, advice, all_findings_of(own))


def _standing(part: Part, content: Content, findings: Sequence[Finding]) -> Standing:
    here = findings_of(part, findings)
    rows = sum(len(getattr(content, name)) for name in part.tables)
    return Standing(part, rows, sum(one.is_error for one in here), sum(one.severity == "warning" for one in here))
