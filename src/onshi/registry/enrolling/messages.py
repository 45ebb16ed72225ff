"""What the person is told of their registration, and when."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib.resources import files

from onshi.kernel import Moment
from onshi.registry.enrolling.model import Enrolment, Message, State

_CODES: Mapping[State, str] = {
    State.RESERVED: "reserved",
    State.UNDER_REVIEW: "under-review",
    State.COMPLETE: "completed",
    State.WITHDRAWAL_REQUESTED: "withdrawal-requested",
    State.WITHDRAWN: "withdrawn",
}
_TEXTS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (files("onshi.registry.enrolling") / "messages.toml").read_text(encoding="utf-8")
)


def messages(versions: Iterable[tuple[Moment, Enrolment]]) -> Iterator[Message]:
    """One for every step, given the versions in their order; a new card or a merged person is no step."""
    before = None
    for at, enrolment in versions:
        if enrolment.state is not before:
            yield Message(at, _CODES[enrolment.state], enrolment.effective_on)
        before = enrolment.state


def text_of(message: Message, language: str) -> str:
    """The message as a sentence in `ja` or `en`."""
    return _said(message.code, message.effective_on, language)


def state_text(state: State, effective_on: date | None, language: str) -> str:
    """What is said of a registration that stands so, in `ja` or `en`."""
    return _said(_CODES[state], effective_on, language)


def _said(code: str, effective_on: date | None, language: str) -> str:
    day = "" if effective_on is None else effective_on.isoformat()
    return _TEXTS[code][language].format(effective_on=day)
