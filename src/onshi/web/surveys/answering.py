"""Where a link of a survey leads: anybody answers, without an account. What they answered is never shown again."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from onshi import access
from onshi.surveys import Question, least_people, service
from onshi.surveys.rules import Fault
from onshi.web.serving import Pages
from onshi.web.visit import Visit


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/s/{token:str}", ask, is_public=True),
        pages.take("/s/{token:str}", take, is_public=True),
    ]


def ask(visit: Visit) -> Response:
    """What is asked, by whom, what for; what is kept of the answer and what is not."""
    return _page(visit, {})


def take(visit: Visit) -> Response:
    """Takes an answer, or shows it again with what is wrong. Nothing of it goes into the log."""
    token = visit.request.path_params["token"]
    given, form, number = _given(visit), _form_of(visit), visit.app.draw()
    faults = visit.app.run(lambda tx: service.answer(tx, token, given, form=form, answer_id=number, at=visit.now))
    return _page(visit, faults, done=not faults)


def _form_of(visit: Visit) -> str:
    """Which form it is. One that does not say so is none that was sent before."""
    return visit.form.get("form") or f"{visit.app.draw():016x}"


def _given(visit: Visit) -> dict[str, list[str]]:
    """What was typed or ticked, by question; each choice of several has a field of its own."""
    found: dict[str, list[str]] = {}
    for name, text in visit.form.fields.items():
        # `a.has` holds an answer, `a.why.time` a tick; whatever else the form has is not an answer.
        mark, _, answer = name.partition(".")
        question, _, choice = answer.partition(".")
        if mark == "a":
            found.setdefault(question, []).append(choice or text)
    return found


def _page(visit: Visit, faults: Mapping[str, Fault], *, done: bool = False) -> Response:
    with visit.app.db.transaction(reading=True) as tx:
        survey, target = service.opened(tx, visit.request.path_params["token"])
        names = access.party_names(tx, [survey.party, target.party])
    values: dict[str, Any] = {
        "survey": survey,
        "asker": names.get(survey.party, survey.party),
        "asked": names.get(target.party, target.party),
        "state": survey.state(visit.app.today()),
        "least": least_people(survey.draft.closes_on),
        "faults": faults,
        "given": visit.form,
        "form": _form_of(visit),
        "condition": lambda question: _condition(survey.draft.questions, question, visit.language),
    }
    return visit.page("surveys/thanks.html" if done else "surveys/answer.html", status=422 if faults else 200, **values)


def _condition(questions: tuple[Question, ...], question: Question, language: str) -> tuple[int, str] | None:
    """To whom alone a question is asked: the place of the question before, and the words of its choice."""
    if question.only_if is None:
        return None
    for place, one in enumerate(questions, start=1):
        if one.code == question.only_if.question and (choice := one.choice(question.only_if.choice)):
            return place, choice.words.text(language)
    return None
