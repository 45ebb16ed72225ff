"""The names of steps and states of an application in the reader's language, from the table of steps."""

from functools import cache

from onshi import cards
from onshi.cards import Passage, State, Step


@cache
def _rows() -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    for step in cards.steps():
        found.setdefault(step.name, []).append(step)
    return found


def step_text(name: str, language: str) -> str:
    """A step by its name; one that the table does not have stands for itself."""
    rows = _rows().get(name)
    return _said(rows[0], language) if rows else name


def passage_text(passage: Passage, language: str) -> str:
    """What was done: of rows of one name, the one that leads from there to there."""
    for row in _rows().get(passage.step, []):
        if passage.before in row.sources and passage.after == row.target:
            return _said(row, language)
    return step_text(passage.step, language)


def state_word(state: str, language: str) -> str:
    """Where an application stands; empty for what is no state."""
    if state not in cards.STATE_TEXTS:
        return ""
    ja, en = cards.STATE_TEXTS[State(state)]
    return ja if language == "ja" else sentence(en)


def sentence(text: str) -> str:
    """With a capital letter in front, as it stands alone on a page."""
    return text[:1].upper() + text[1:]


def _said(step: Step, language: str) -> str:
    return step.ja if language == "ja" else sentence(step.en)
