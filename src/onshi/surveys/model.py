"""Surveys, who is asked, and what is answered: values only."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NewType, TypeAlias

import msgspec

SurveyId = NewType("SurveyId", int)
"""A random 63-bit integer; people see it through `shown_survey_id`."""

_SHOWN = re.compile(r"[0-7][0-9a-f]{15}")
PartyId: TypeAlias = str
"""The id of an organisation, as `access` has it: `body:sample-works`."""


class Sort(StrEnum):
    """Whose answers a survey gathers."""

    PEOPLE = "people"  # one link for many people, nobody named
    ORGANISATIONS = "organisations"  # one answer for each organisation, under its name


class Kind(StrEnum):
    """What an answer to a question looks like. Free text is not among them: it names people."""

    ONE = "one"
    SEVERAL = "several"
    NUMBER = "number"
    DAY = "day"


class State(StrEnum):
    """How it stands with a survey on a day."""

    DRAFT = "draft"
    SENT = "sent"  # its first day has not come
    OPEN = "open"
    OVER = "over"  # its last day is past; nothing is taken any more
    CLOSED = "closed"  # results are made: nothing changes any more


class Words(msgspec.Struct, frozen=True):
    """The same in Japanese and English."""

    ja: str
    en: str

    def text(self, language: str) -> str:
        """In `ja` or `en`."""
        return self.ja if language == "ja" else self.en


class Choice(msgspec.Struct, frozen=True):
    """One of the answers that can be ticked."""

    code: str
    words: Words


class OnlyIf(msgspec.Struct, frozen=True):
    """A question is asked only of those who ticked this choice before."""

    question: str
    choice: str


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question. `choices` of the kinds that are ticked; `low` and `high` of a number, both inside. Where
    several can be ticked nobody has to tick any."""

    code: str
    kind: Kind
    words: Words
    choices: tuple[Choice, ...] = ()
    low: int = 0
    high: int = 0
    only_if: OnlyIf | None = None
    required: bool = True

    @property
    def is_ticked(self) -> bool:
        """Whether it is answered out of a list."""
        return self.kind in (Kind.ONE, Kind.SEVERAL)

    def choice(self, code: str) -> Choice | None:
        """The choice of that code."""
        return next((one for one in self.choices if one.code == code), None)


class Draft(msgspec.Struct, frozen=True):
    """What somebody who makes a survey says about it; its days are the first and the last on which it is answered."""

    sort: Sort
    title: Words
    purpose: Words
    questions: tuple[Question, ...]
    opens_on: date
    closes_on: date


class Survey(msgspec.Struct, frozen=True):
    """A survey of a party; what it asks does not change any more."""

    id: SurveyId
    party: PartyId
    draft: Draft
    made_on: date
    sent_on: date | None = None
    closed_on: date | None = None

    def state(self, on: date) -> State:
        """How it stands on the day."""
        if self.closed_on is not None:
            return State.CLOSED
        if self.sent_on is None:
            return State.DRAFT
        if on < self.draft.opens_on:
            return State.SENT
        return State.OPEN if on <= self.draft.closes_on else State.OVER

    def question(self, code: str) -> Question | None:
        """The question of that code."""
        return next((one for one in self.draft.questions if one.code == code), None)


class Target(msgspec.Struct, frozen=True):
    """An organisation a survey is to go to, with how many answers are expected there."""

    party: PartyId
    expected: int
    prefecture: str | None = None

    @property
    def kind(self) -> str:
        """What the organisation is."""
        return self.party.partition(":")[0]


class Addressee(msgspec.Struct, frozen=True):
    """An organisation a survey went to. `answers` is how many came; `reminded_on` the last reminder."""

    target: Target
    linked_on: date
    answers: int = 0
    reminded_on: date | None = None

    @property
    def missing(self) -> int:
        """How many answers fewer than expected came."""
        return max(0, self.target.expected - self.answers)


class Link(msgspec.Struct, frozen=True):
    """What one organisation passes on to its people. The token is in no table: it is told once."""

    party: PartyId
    token: str


Value: TypeAlias = str | int | tuple[str, ...]
"""The code of a choice or an ISO day, a whole number, the codes of several choices."""

Content: TypeAlias = Mapping[str, Value]
"""What somebody answered, by the code of the question; who skipped one has no entry."""


class Group(msgspec.Struct, frozen=True):
    """The same answers, given so often at one addressee."""

    party: PartyId
    content: Content
    count: int


class Reported(msgspec.Struct, frozen=True):
    """What one organisation answered about itself."""

    party: PartyId
    answered_on: date
    content: Content


def shown_survey_id(survey: SurveyId) -> str:
    """As it stands in addresses."""
    return f"{survey:016x}"


def parse_survey_id(text: str) -> SurveyId:
    """Back from `shown_survey_id`. ValueError."""
    if not _SHOWN.fullmatch(text):
        raise ValueError("a survey id has 16 hexadecimal digits")
    return SurveyId(int(text, 16))
