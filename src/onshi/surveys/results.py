"""From answers to tables: how many gave which answer, in each area of which that may be told. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from onshi.surveys.areas import Area, areas_of
from onshi.surveys.model import Addressee, Choice, Content, Group, Kind, PartyId, Question, Survey
from onshi.surveys.rules import NONE, NOT_TICKED, OTHER, is_asked
from onshi.surveys.suppression import Told, tell

_BINS = 5


@dataclass(frozen=True, slots=True)
class Table:
    """One question; of several choices that can be ticked together, one of them (`choice`), ticked or not.

    `answers` in their order: codes of choices, spans of numbers (`0-9`), months (`2026-11`) and OTHER of them, NONE,
    NOT_TICKED. `told` by area; one that is not there is withheld.
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
) -> Iterator[Table]:
    def table(choice: Choice | None, answers: tuple[str, ...], answer_of: Callable[[Content], str]) -> Table:
        counts: dict[PartyId, Counter[str]] = {}
        for group in groups:
            counts.setdefault(group.party, Counter())[answer_of(group.content)] += group.count
        return Table(question, choice, answers, tell(areas, counts, answers, least, among=among))

    if question.kind is Kind.SEVERAL:
        for choice in question.choices:
            yield table(choice, (choice.code, NOT_TICKED), partial(_ticked, question, choice))
        return
    skipped = () if question.required else (NONE,)
    if question.kind is Kind.DAY:
        months, others = _months(question, groups, least)
        answers = (*months, *others, *skipped)
        yield table(None, answers, lambda content: found if (found := _answer(question, content)) in answers else OTHER)
    elif question.kind is Kind.NUMBER:
        spans = [f"{low}-{high}" for low, high in bins(question)]
        yield table(None, (*spans, *skipped), partial(_span, question, spans))
    else:
        yield table(None, (*(one.code for one in question.choices), *skipped), partial(_answer, question))


def _ticked(question: Question, choice: Choice, content: Content) -> str:
    value = content.get(question.code)
    return choice.code if isinstance(value, tuple) and choice.code in value else NOT_TICKED


def _answer(question: Question, content: Content) -> str:
    value = content.get(question.code)
    if value is None:
        return NONE
    return str(value)[:7] if question.kind is Kind.DAY else str(value)


def _span(question: Question, spans: Sequence[str], content: Content) -> str:
    value = content.get(question.code)
    return spans[(value - question.low) // _width(question)] if isinstance(value, int) else NONE


def _months(question: Question, groups: Iterable[Group], least: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The months told by name, and OTHER where there are others: to name a month is to say that somebody gave it, and
    of ten rare months with ten people together each has one. So neither a month nor the others are too few."""
    counts: Counter[str] = Counter()
    for group in groups:
        if question.code in group.content:
            counts[_answer(question, group.content)] += group.count
    named = sorted(counts, key=lambda month: (counts[month], month))
    others = 0
    while named and (counts[named[0]] < least or 0 < others < least):
        others += counts[named.pop(0)]
    return tuple(sorted(named)), (OTHER,) if others else ()


def bins(question: Question) -> list[tuple[int, int]]:
    """The spans in which numbers are told: five of about the same width, or fewer where there are fewer numbers."""
    width = _width(question)
    return [(low, min(low + width - 1, question.high)) for low in range(question.low, question.high + 1, width)]


def _width(question: Question) -> int:
    return -(-(question.high - question.low + 1) // _BINS)
