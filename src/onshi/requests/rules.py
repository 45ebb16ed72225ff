"""What of a request and its steps can be. Pure."""

import re
from collections.abc import Mapping
from datetime import date

from onshi.kernel import refuse_twelve_digits, squeeze
from onshi.requests.errors import (
    AlreadyAcknowledged,
    AlreadyReached,
    CountRefused,
    DueBeforeIssue,
    NotAcknowledged,
    NotItsChild,
    NotItsVoice,
    NotLate,
    NotReached,
    RequestMalformed,
    RequestOver,
    TooEarly,
)
from onshi.requests.model import NodeState, Request, Tree
from onshi.requests.trees import path_up, voices

NUMBER_MAX, SUBJECT_MAX, ATTACHMENTS_MAX = 40, 200, 20
COUNT_MAX = 10_000_000
TREE_NAME_MAX = 80
_TREE_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def folded_number(number: str) -> str:
    """A number as it is compared: 府番第１２号 is 府番第12号."""
    return squeeze(number)


def check_new(new: Request, *, today: date) -> None:
    """RequestMalformed, PersonalNumberTyped, DueBeforeIssue, TooEarly."""
    refuse_twelve_digits(new.number, new.subject_ja, new.subject_en)
    lengths = {
        "number": (new.number, 1, NUMBER_MAX),
        "subject": (new.subject_ja, 1, SUBJECT_MAX),
        "subject_en": (new.subject_en, 0, SUBJECT_MAX),
    }
    for field, (text, least, most) in lengths.items():
        if not least <= len(text.strip()) <= most:
            raise RequestMalformed(field=field)
    if len(new.attachments) > ATTACHMENTS_MAX:
        raise RequestMalformed(field="attachments")
    if (new.earlier is None) != (new.relation is None):
        raise RequestMalformed(field="relation")
    if new.issued_on > today:
        raise TooEarly(after=today)
    if new.due_on is not None and new.due_on < new.issued_on:
        raise DueBeforeIssue(due=new.due_on, issued=new.issued_on)


def check_tree_names(code: str, name_ja: str, name_en: str) -> None:
    """RequestMalformed unless a tree can be kept and shown under them; only the English name may be left out.
    PersonalNumberTyped."""
    refuse_twelve_digits(code, name_ja, name_en)
    if not _TREE_CODE.fullmatch(code):
        raise RequestMalformed(field="code")
    if not 1 <= len(name_ja) <= TREE_NAME_MAX or len(name_en) > TREE_NAME_MAX:
        raise RequestMalformed(field="title")


def check_open(request: Request) -> None:
    """RequestOver when a later one corrected or withdrew it."""
    if request.over_by is not None:
        raise RequestOver


def check_voice(tree: Tree, node: str, speaker: str) -> None:
    """NotItsVoice unless the place may speak for the node."""
    if speaker not in voices(tree, node):
        raise NotItsVoice


def acknowledged(state: NodeState, number: int, *, on: date, today: date) -> int:
    """How many have acknowledged, from now on. NotReached, AlreadyAcknowledged, TooEarly, CountRefused.

    A group may be spoken of again, with another number.
    """
    if state.told_on is None:
        raise NotReached
    if not state.node.is_group and state.acknowledged:
        raise AlreadyAcknowledged
    # In the order of the days, so that on no day more have acknowledged than were reached.
    _check_day(on, after=state.told_on, today=today)
    _check_count(number, least=1, most=state.reached)
    return number


def passed_on(
    states: Mapping[str, NodeState], parent: str, root: str, given: Mapping[str, int], *, on: date, today: date
) -> None:
    """Whether the request can go from `parent` to so many of each child. NotItsChild, NotAcknowledged, TooEarly,
    AlreadyReached, CountRefused."""
    if not given or any(key not in states or states[key].node.parent != parent for key in given):
        raise NotItsChild
    if parent != root:
        above = states[parent]
        if above.acknowledged_on is None:
            raise NotAcknowledged
        _check_day(on, after=above.acknowledged_on, today=today)
    for key, number in given.items():
        child = states[key]
        if not child.node.is_group and child.reached:
            raise AlreadyReached
        if child.told_on is not None:
            _check_day(on, after=child.told_on, today=today)
        most = COUNT_MAX if child.node.count is None else child.node.count
        _check_count(number, least=max(1, child.acknowledged), most=most)


def check_reminded(tree: Tree, state: NodeState, speaker: str) -> None:
    """NotItsVoice unless the place is above the node; NotLate."""
    if speaker not in path_up(tree, state.node.key):
        raise NotItsVoice
    if not state.late:
        raise NotLate


def check_at_root(on: date, *, issued_on: date, today: date) -> None:
    """TooEarly when the sender passes on before the day of issue, or ahead of today."""
    _check_day(on, after=issued_on, today=today)


def first_reached(states: Mapping[str, NodeState], root: str) -> dict[str, int]:
    """Whom a request reaches as it is issued: everybody directly below, as far as their number is known."""
    return {
        key: state.node.count
        for key, state in states.items()
        if state.node.parent == root and state.node.count is not None
    }


def _check_day(on: date, *, after: date, today: date) -> None:
    if not after <= on <= today:
        raise TooEarly(after=after)


def _check_count(number: int, *, least: int, most: int) -> None:
    if not least <= number <= most:
        raise CountRefused(least=least, most=most)
