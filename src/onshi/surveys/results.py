"""From answers to tables: how many gave which answer, in each area of which that may be told. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onshi.surveys.areas import Area, areas_of
from onshi.surveys.model import Addressee, Choice, Content, Group, Kind, PartyId, Question, Survey
from onshi.surveys.rules import NONE, NOT_TICKED, is_asked
from onshi.surveys.suppression import Told, tell

_BINS = 5


@dataclass(frozen=True, slots=True)
class Table:
    """One question; of several choices that can be ticked together, one of them (`choice`), ticked or not.

    `answers` in their order: codes of choices, spans of numbers (`0-9`), months (`2026-11`), NONE, NOT_TICKED. `told`
    by area; one that is not there is withheld.
    """

    question: Question
    choice: Choice | None
    answers: tuple[str, ...]
    told: Mapping[str, Told]

    def can_tell(self, area: str, answer: str) -> bool:
        """Whether the area's figure for that answer stands by itself."""
        return area in self.told and self.told[area].can_tell(answer)


@dataclass(frozen=True, slots=True)
class Results:
    """What a closed survey came to. `answered` and `expected` are how many, by area: those are no answers."""

    survey: Survey
    least: int
    areas: tuple[Area, ...]
    answered: Mapping[str, int]
    expected: Mapping[str, int]
    tables: tuple[Table, ...]


def results_of(survey: Survey, addressees: Sequence[Addressee], groups: Sequence[Group], least: int) -> Results:
    """All that may be told, at every level."""
    areas = areas_of(one.target for one in addressees)
    answers = {one.target.party: one.answers for one in addressees}
    expected = {one.target.party: one.target.expected for one in addressees}
    tables: list[Table] = []
    for question in survey.draft.questions:
        among = _among(question, tables, areas)
        asked = [one for one in groups if is_asked(question, one.content)]
        tables += _tables(question, asked, areas, among, least)
    return Results(
        survey,
        least,
        areas,
        {one.code: sum(answers[party] for party in one.parties) for one in areas},
        {one.code: sum(expected[party] for party in one.parties) for one in areas},
        tuple(tables),
    )


def _among(question: Question, tables: Iterable[Table], areas: Sequence[Area]) -> frozenset[str]:
    """Where the question may be told: how many were asked is a figure too, so where that one is told by itself."""
    condition = question.only_if
    if condition is None:
        return frozenset(one.code for one in areas)
    before = next(
        one
        for one in tables
        if one.question.code == condition.question and (one.choice is None or one.choice.code == condition.choice)
    )
    return frozenset(one.code for one in areas if before.can_tell(one.code, condition.choice))


def _tables(
    question: Question, groups: Sequence[Group], areas: Sequence[Area], among: frozenset[str], least: int
) -> list[Table]:
    if question.kind is Kind.SEVERAL:
        return [
            _table(question, choice, (choice.code, NOT_TICKED), groups, areas, among, least)
            for choice in question.choices
        ]
    return [_table(question, None, _answers(question, groups), groups, areas, among, least)]


def _table(
    question: Question,
    choice: Choice | None,
    answers: tuple[str, ...],
    groups: Sequence[Group],
    areas: Sequence[Area],
    among: frozenset[str],
    least: int,
) -> Table:
    counts: dict[PartyId, Counter[str]] = {}
    for group in groups:
        counts.setdefault(group.party, Counter())[_answer(question, choice, group.content)] += group.count
    return Table(question, choice, answers, tell(areas, counts, answers, least, among=among))


def _answers(question: Question, groups: Iterable[Group]) -> tuple[str, ...]:
    if question.kind is Kind.ONE:
        found = tuple(one.code for one in question.choices)
    elif question.kind is Kind.NUMBER:
        found = tuple(f"{low}-{high}" for low, high in bins(question))
    else:
        months = {_answer(question, None, group.content) for group in groups}
        found = tuple(sorted(months - {NONE}))
    return found if question.required else (*found, NONE)


def _answer(question: Question, choice: Choice | None, content: Content) -> str:
    value = content.get(question.code)
    if choice is not None:
        return choice.code if isinstance(value, tuple) and choice.code in value else NOT_TICKED
    if value is None:
        return NONE
    if isinstance(value, int):
        return next(f"{low}-{high}" for low, high in bins(question) if low <= value <= high)
    return str(value)[:7] if question.kind is Kind.DAY else str(value)


def bins(question: Question) -> list[tuple[int, int]]:
    """The spans in which numbers are told: five of about the same width, or fewer where there are fewer numbers."""
    width = -(-(question.high - question.low + 1) // _BINS)
    return [(low, min(low + width - 1, question.high)) for low in range(question.low, question.high + 1, width)]
