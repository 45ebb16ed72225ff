"""A reason with a code that never changes, and its text in both languages."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is so, or what is wanted: `code` for machines, `ja` and `en` for people."""

    code: str
    ja: str
    en: str

    def text(self, language: str) -> str:
        """The text in `ja` or `en`."""
        return self.ja if language == "ja" else self.en


def read_table(name: str) -> dict[str, Any]:
    """A table of this room by the name of its file."""
    return tomllib.loads((files("onshi.law") / name).read_text(encoding="utf-8"))


def reasons_of(texts: Mapping[str, Mapping[str, str]]) -> dict[str, Reason]:
    """The texts of a table by their code."""
    return {code: Reason(code, text["ja"], text["en"]) for code, text in texts.items()}
