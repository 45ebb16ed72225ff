"""The words of plans, read once from their tables: findings, kinds, fields, figures. Pure."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from onshi.kernel import Severity, fold_name
from onshi.plans import costs
from onshi.plans.model import Finding

LANGUAGES = ("ja", "en")

_PATH = re.compile(r"([a-z_]+)(?:\[(\d+)\])?(?:\.([a-z_]+))?")


@dataclass(frozen=True, slots=True)
class FindingKind:
    """What a finding does to the plan, and its sentence."""

    code: str
    severity: Severity
    ja: str
    en: str

    def sentence(self, language: str) -> str:
        """The sentence in `ja` or `en`, its facts still to be filled in."""
        return self.ja if language == "ja" else self.en


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("onshi.plans") / name).read_text(encoding="utf-8"))


@cache
def finding_kinds() -> dict[str, FindingKind]:
    """Every kind of finding, by code."""
    return {
        row["code"]: FindingKind(row["code"], Severity(row["severity"]), row["ja"], row["en"])
        for row in _table("findings.toml")["finding"]
    }


def severity_of(code: str) -> Severity:
    """What the finding does."""
    return finding_kinds()[code].severity


def sentence_of(finding: Finding, language: str) -> str:
    """What a finding says, with its numbers, in `ja` or `en`."""
    facts = {name: _fact(name, value, language) for name, value in finding.facts.items()}
    return finding_kinds()[finding.code].sentence(language).format(**facts)


def _fact(name: str, value: int | str, language: str) -> str:
    """A number with its thousands apart, but for years; a text `kind:code` as the word for it."""
    if isinstance(value, int):
        return str(value) if name == "year" else f"{value:,}"
    kind, _, code = value.partition(":")
    found: Mapping[str, Mapping[str, str]] = _table("words.toml").get(kind, {})
    return found[code][language] if code in found else value


def words(kind: str) -> Mapping[str, Mapping[str, str]]:
    """The words of a kind (`place`, `method`, …): code → language → word."""
    found: Mapping[str, Mapping[str, str]] = _table("words.toml")[kind]
    return found


def word(kind: str, code: str, language: str) -> str:
    """The word for a code."""
    return words(kind)[code][language]


def title_of(kind: str, code: str, language: str) -> str:
    """The word for a code of any list, categories of costs too; a code we do not know stands for itself."""
    if kind == "category":
        return costs.categories()[code].title(language) if code in costs.categories() else code
    return word(kind, code, language)


@cache
def _codes(kind: str) -> dict[str, str]:
    return {fold_name(text): code for code, both in words(kind).items() for text in both.values()}


def code_of(kind: str, text: str) -> str | None:
    """The code that a word of either language stands for; None for none of ours."""
    return _codes(kind).get(fold_name(text))


def field(section: str, name: str, language: str) -> str:
    """The title of a field: the header of its column, too."""
    return word("field", f"{section}.{name}" if section else name, language)


def parts_of(path: str) -> tuple[str, int | None, str]:
    """Section, row from 0, and field of a path such as `sites[0].windows`; what it does not name is None or empty."""
    match = _PATH.fullmatch(path)
    section, row, name = match.groups() if match else ("", None, None)
    return section, None if row is None else int(row), name or ""


def place_of(path: str, language: str) -> str:
    """Where a finding is, for people: 窓口 2行目「職員数」."""
    section, row, name = parts_of(path)
    if not section:
        return ""
    if row is None and not name:
        return word("section", section, language) if section in words("section") else field("", section, language)
    title = field(section, name, language) if name else ""
    where = word("section", section, language)
    if language == "ja":
        return where + ("" if row is None else f" {row + 1}行目") + (f"「{title}」" if title else "")
    return where + ("" if row is None else f", row {row + 1}") + (f": {title}" if title else "")


_KINDS = {
    "sites": "place",
    "models": "model",
    "publicity": "medium",
    "costs": "part",
    "receptions": "method",
    "occasions": "occasion",
}
"""By which list the second part of a figure's name goes, where it is a code."""


def figure(name: str, language: str) -> str:
    """The title of a figure of the compilation: 窓口／支所／窓口数."""
    section, *rest = name.split(".")
    if section not in words("section"):
        return word("compilation", name, language) if name in words("compilation") else field("", name, language)
    parts = [word("section", section, language), *_figure_parts(section, rest, language)]
    return ("／" if language == "ja" else " / ").join(parts)


def _figure_parts(section: str, rest: Sequence[str], language: str) -> Iterator[str]:
    for place, part in enumerate(rest):
        kind = _KINDS.get(section, "") if place == 0 else ""
        if kind:
            yield word(kind, part, language)
        elif section == "receptions" and place == 1:
            yield word("place", part, language)
        elif section == "costs":
            yield costs.category(part).title(language)
        elif section == "models" and part in words("progress"):
            yield word("progress", part, language)
        elif part == "count":
            yield word("compilation", "count", language)
        else:
            yield field(section, part, language) if f"{section}.{part}" in words("field") else part
