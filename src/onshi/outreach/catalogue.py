"""The catalogue of measures: those of the papers of 2019-09-03, and what the office adds. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date

from onshi.outreach.errors import CodeTaken
from onshi.outreach.model import UNKNOWN_EFFECT, Evidence, Measure, Word
from onshi.outreach.named import kind_of_group, ministry_of_actor
from onshi.outreach.rules import is_code
from onshi.record import papers

ADDED = "added/"
"""What the code of an entry that the office added begins with; one of the papers begins with its group."""
_GOVERNMENT = "government"


def of_papers(on: date) -> tuple[Measure, ...]:
    """The measures of the papers, as known on a day. They claim no effect and give no figure for one."""
    return tuple(_measure(one) for one in papers.measures(on))


def _measure(one: papers.Measure) -> Measure:
    is_of_ministry = one.actor.code == _GOVERNMENT or ministry_of_actor(one.actor.code) is not None
    return Measure(
        code=one.code,
        title=Word(one.code, one.action.ja, one.action.en),
        actor=_word(one.actor),
        audience=_word(one.audience),
        channels=tuple(_word(channel) for channel in one.channels),
        timing=None if one.timing is None else Word("timing", one.timing.ja, one.timing.en),
        kinds=("ministry",) if is_of_ministry else (kind_of_group(one.group),),
        effect=UNKNOWN_EFFECT,
        evidence=Evidence.TOLD,
        source=f"2019-09-03 {one.place}",
        known_from=one.known_from,
    )


def _word(term: papers.Term) -> Word:
    return Word(term.code, term.name.ja, term.name.en)


def offered(measures: Iterable[Measure], kind: str) -> tuple[Measure, ...]:
    """Those meant for a kind of organisation."""
    return tuple(one for one in measures if kind in one.kinds)


def row_of(code: str) -> str:
    """In which row of the matrix kinds x measures an entry stands: the same thing done by several kinds is one row."""
    return code.rpartition("/")[2]


def titles(measures: Iterable[Measure], language: str) -> dict[str, str]:
    """What each measure is called."""
    return {one.code: one.title.said(language) for one in measures}


def channels(measures: Iterable[Measure]) -> dict[str, Word]:
    """Every channel of the catalogue by its code."""
    return {channel.code: channel for one in measures for channel in one.channels}


def added_code(name: str, known: Sequence[Measure]) -> str:
    """The code of a new entry. CodeTaken."""
    code = ADDED + name
    if not is_code(name) or any(one.code == code for one in known):
        raise CodeTaken
    return code
