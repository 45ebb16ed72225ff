"""The words of the pages: `texts/<group>.toml`, every entry in Japanese and English."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from onshi import law

LANGUAGES = ("ja", "en")
DEFAULT = "ja"
# What templates call the national tables.
_NATIONAL = {
    "sex": "OQSCD007",
    "loss": "OQSCD008",
    "relation": "OQSCD009",
    "card_class": "OQSCD010",
    "limit_class": "OQSCD011",
    "limit_category": "OQSCD012",
    "disease": "OQSCD013",
}


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every text by its name (`group.section.key`), as language → words."""
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted((files("onshi.web") / "texts").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            found.update(_flat(file.name.removesuffix(".toml"), table))
    return found


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for key, value in table.items():
        name = f"{prefix}.{key}"
        if set(value) == set(LANGUAGES):
            yield name, value
        else:
            yield from _flat(name, value)


def text(name: str, language: str, /, **facts: object) -> str:
    """The words of `name`, with `facts` filled in. KeyError for a name that is not in the catalogue."""
    words = catalogue()[name][language]
    return words.format(**facts) if facts else words


def code_text(table: str, code: str | None, language: str) -> str:
    """A code in words (the national tables, `texts/codes.toml`); an unknown one stands for itself, none is a dash."""
    if code is None:
        return "—"
    if (number := _NATIONAL.get(table)) is not None:
        ja, en = law.national_codes()[number].values.get(code, (code, code))
        return ja if language == "ja" else en
    entry = catalogue().get(f"codes.{table}.{code}")
    return code if entry is None else entry[language]


def chosen_language(asked: str | None, kept: str | None, accepted: str) -> str:
    """`?lang=` before the cookie before Accept-Language; Japanese when none of them is one of ours."""
    for wish in (asked, kept):
        if wish in LANGUAGES:
            return wish
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")):
        tag, _, rest = part.strip().partition(";")
        name = tag.split("-")[0].lower()
        if name in LANGUAGES:
            ranked.append((-_quality(rest), place, name))
    return min(ranked)[2] if ranked else DEFAULT


def _quality(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=")) if text else 1.0
    except ValueError:
        return 0.0
