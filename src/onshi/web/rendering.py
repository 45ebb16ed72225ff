"""Templates: one environment, autoescaped, with the words and formats of one language in reach."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined

from onshi.kernel import japan_day, printed_insurer_number, shown_person_id
from onshi.web import formats
from onshi.web.stepwords import sentence, state_word, step_text
from onshi.web.texts import code_text, text

Value = TypeVar("Value")


@cache
def environment() -> Environment:
    """Undefined names are bugs, and every value is escaped."""
    made = Environment(
        loader=PackageLoader("onshi.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["day_of"] = japan_day
    made.filters["sentence"] = sentence
    made.globals.update(
        era=formats.era,
        age=formats.age,
        clock=formats.clock,
        number=formats.number,
        printed=printed_insurer_number,
        printed_number=formats.printed_number,
        person_id=shown_person_id,
        asset=asset,
    )
    return made


@cache
def asset(name: str) -> str:
    """The address of a static file; changes with its content, so that it may be kept for a year."""
    digest = hashlib.sha256((files("onshi.web") / "static" / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:10]}"


def render(template: str, language: str, values: Mapping[str, Any]) -> str:
    """The page as HTML; what it puts into reach of the template speaks the language."""

    def t(name: str, /, **facts: object) -> str:
        return text(name, language, **facts)

    def code(table: str, value: str | None) -> str:
        return code_text(table, value, language)

    words = {
        "lang": language,
        "t": t,
        "code": code,
        "day": _in(formats.day, language),
        "moment": _in(formats.moment, language),
        "share": _in(formats.share, language),
        "weekday": _in(formats.weekday, language),
        "state_word": _in(state_word, language),
        "step_word": _in(step_text, language),
    }
    return environment().get_template(template).render(words | dict(values))


def _in(shown: Callable[[Value, str], str], language: str) -> Callable[[Value], str]:
    return lambda value: shown(value, language)
