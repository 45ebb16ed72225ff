"""What a prefecture does about the plans of its municipalities: accepts, gives back, advises, closes advice."""

import re
from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from onshi import plans
from onshi.db import Tx
from onshi.kernel import MunicipalityCode, OnshiError, PersonalNumberTyped, has_personal_number
from onshi.plans.model import AdviceId
from onshi.web.errors import NotConfirmed, status_of
from onshi.web.plans.above import PREFECTURE, one_plan, own_town, prefecture_scope, year_of
from onshi.web.plans.overview import advice_named
from onshi.web.plans.town import logged
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

_ASKED_AGAIN = (
    plans.errors.AdviceEmpty,
    plans.errors.AdviceOver,
    plans.errors.PlanOver,
    plans.errors.PlanReplaced,
)

_VERSION = re.compile(r"[0-9]{1,9}")

Work = Callable[[Tx, MunicipalityCode, int], tuple[Any, ...]]


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    one = f"{PREFECTURE}/{{year:int}}/towns/{{town}}"
    return [
        pages.take(f"{one}/accept", accept),
        pages.take(f"{one}/return", give_back),
        pages.take(f"{one}/advise", advise),
        pages.take(f"{one}/close", close),
        *(pages.show(f"{one}/{name}", back) for name in ("accept", "return", "advise", "close")),
    ]


def back(visit: Visit) -> Response:
    """Where a form was sent is no page."""
    return go(_address(visit))


def accept(visit: Visit) -> Response:
    """The plan is accepted."""
    if not visit.form.has("confirmed"):
        return _again(visit, NotConfirmed())
    read = _version(visit)
    return _done(visit, "accepted", lambda tx, town, year: (plans.accept(tx, town, year, version=read, at=visit.now),))


def give_back(visit: Visit) -> Response:
    """The plan goes back, with what is to be changed."""
    text, read, new = visit.form.get("text"), _version(visit), AdviceId(visit.app.draw())

    def work(tx: Tx, town: MunicipalityCode, year: int) -> tuple[Any, ...]:
        return plans.give_back(tx, town, year, text, version=read, advice_id=new, at=visit.now)

    return _done(visit, "returned", work)


def advise(visit: Visit) -> Response:
    """Advice, without giving the plan back."""
    text, read, new = visit.form.get("text"), _version(visit), AdviceId(visit.app.draw())

    def work(tx: Tx, town: MunicipalityCode, year: int) -> tuple[Any, ...]:
        return (plans.advise(tx, town, year, text, version=read, advice_id=new, at=visit.now),)

    return _done(visit, "advised", work)


def close(visit: Visit) -> Response:
    """Nothing more is to be done about a piece of advice."""
    wanted = advice_named(visit.form.get("advice"))
    return _done(visit, "closed", lambda tx, town, _year: (plans.close(tx, town, wanted, at=visit.now),))


def _done(visit: Visit, done: str, work: Work) -> Response:
    visit.require("programme.write")
    town, year = own_town(visit, prefecture_scope(visit)), year_of(visit)
    if has_personal_number(visit.form.get("text")):
        return _again(visit, PersonalNumberTyped())
    try:
        visit.app.run(lambda tx: logged(tx, visit, *work(tx, town.code, year)))
    except _ASKED_AGAIN as error:
        return _again(visit, error)
    return go(f"{_address(visit)}?done={done}")


def _version(visit: Visit) -> int:
    """The version that was on the page. A form that does not say it has seen none."""
    given = visit.form.get("version")
    return int(given) if _VERSION.fullmatch(given) else 0


def _again(visit: Visit, problem: OnshiError) -> Response:
    return one_plan(visit, prefecture_scope(visit), problem=problem.text(visit.language), status=status_of(problem))


def _address(visit: Visit) -> str:
    given = visit.request.path_params
    return f"{PREFECTURE}/{given['year']}/towns/{given['town']}"
