"""What a survey came to: bars with their figures, area by area, and the same as CSV."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from onshi import access, surveys
from onshi.places import prefectures
from onshi.surveys import Area, Level, Results, Sort, Survey, Table, service
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, sheet
from onshi.web.surveys.managing import HOME, address_of, sender, survey_id
from onshi.web.visit import Visit, download

_MOST = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure: the answers it is about, how many gave one of them, how long its bar is of 100."""

    words: str
    count: int
    share: int
    is_several: bool

    @property
    def drawn(self) -> tuple[str, int, str]:
        """As a chart takes it."""
        return self.words, self.share, f"{self.share}%"


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(f"{HOME}/{{survey:str}}/results", results),
        pages.show(f"{HOME}/{{survey:str}}/results.csv", as_csv),
    ]


def results(visit: Visit) -> Response:
    """The results of one area; of a survey of organisations, what each answered."""
    party = sender(visit)
    with visit.app.db.transaction(reading=True) as tx:
        survey = service.survey_of(tx, party, survey_id(visit))
        if survey.draft.sort is Sort.ORGANISATIONS:
            reports = service.reports_of(tx, survey)
            names = access.party_names(tx, [one.party for one in reports])
            return visit.page(
                "surveys/reports.html",
                survey=survey,
                address=address_of(survey),
                reports=reports,
                names=names,
                cell=lambda question, content: words_of(question, content.get(question.code), visit.language),
                sums=_sums(survey, reports),
            )
        found = service.results_of(tx, survey)
        names = access.party_names(tx, [one.code for one in found.areas if one.level is Level.ADDRESSEE])
    asked = visit.query("area")
    area = next((one for one in found.areas if one.code == asked), found.areas[0])
    return visit.page(
        "surveys/results.html",
        found=found,
        address=address_of(survey),
        area=area,
        area_name=lambda one: area_name(visit, one, names),
        bars=lambda table: bars(visit, found, table, area.code),
        is_sender=True,
    )


def as_csv(visit: Visit) -> Response:
    """Everything that is told, one figure a line; what is withheld is said and has no figure."""
    party = sender(visit)
    with visit.app.db.transaction(reading=True) as tx:
        survey = service.survey_of(tx, party, survey_id(visit))
        found = service.results_of(tx, survey)
        names = access.party_names(tx, [one.code for one in found.areas if one.level is Level.ADDRESSEE])
    header = [visit.say("surveys.csv." + name) for name in COLUMNS]
    rows = csv_rows(found, lambda area: area_name(visit, area, names), visit)
    return download(sheet(header, rows), f"survey-{surveys.shown_survey_id(survey.id)}.csv", CSV)


COLUMNS = ("level", "area", "name", "answered", "question", "words", "answers", "answer_words", "count")


def csv_rows(found: Results, name: Callable[[Area], str], visit: Visit) -> list[list[str]]:
    """The lines of the CSV."""
    rows = []
    for area in found.areas:
        place = [area.level.value, area.code, name(area), str(found.answered[area.code])]
        for table in found.tables:
            asked = [_code(table), _question(table, visit.language)]
            told = table.told.get(area.code)
            if told is None:
                rows.append([*place, *asked, "", visit.say("surveys.results.withheld"), ""])
                continue
            for group, count in zip(told.groups, told.counts, strict=True):
                shown = [_answer(visit, table, one) for one in group]
                rows.append([*place, *asked, "+".join(group), " + ".join(shown), str(count)])
    return rows


def bars(visit: Visit, found: Results, table: Table, area: str) -> list[Bar]:
    """The figures of a table in an area; none where it is withheld there."""
    told = table.told.get(area)
    if told is None:
        return []
    total = sum(told.counts)
    return [
        Bar(
            (" ＋ " if visit.language == "ja" else " + ").join(_answer(visit, table, one) for one in group),
            count,
            round(_MOST * count / total),
            len(group) > 1,
        )
        for group, count in zip(told.groups, told.counts, strict=True)
    ]


def area_name(visit: Visit, area: Area, names: Mapping[str, str]) -> str:
    """What an area is called."""
    if area.level is Level.NATION:
        return visit.say("surveys.results.everybody")
    if area.level is Level.ADDRESSEE:
        return names.get(area.code, area.code)
    kind, _, prefecture = area.code.partition("/")
    word = visit.say("operator.party_kind." + kind)
    if not prefecture:
        return word
    called = next((one.name for one in prefectures() if one.code == prefecture), prefecture)
    return f"{word}：{called}" if visit.language == "ja" else f"{word}: {called}"


def _code(table: Table) -> str:
    return table.question.code if table.choice is None else f"{table.question.code}/{table.choice.code}"


def _question(table: Table, language: str) -> str:
    asked = table.question.words.text(language)
    return asked if table.choice is None else f"{asked} – {table.choice.words.text(language)}"


def _answer(visit: Visit, table: Table, answer: str) -> str:
    choice = table.question.choice(answer)
    if choice is not None:
        return visit.say("surveys.results.ticked") if table.choice else choice.words.text(visit.language)
    if answer in (surveys.rules.NONE, surveys.rules.NOT_TICKED, surveys.rules.OTHER):
        return visit.say("surveys.skipped." + answer)
    return answer


def words_of(question: surveys.Question, value: object, language: str) -> str:
    """An answer as people read it."""
    if value is None:
        return "—"
    if isinstance(value, int):
        return f"{value:,}"
    codes = value if isinstance(value, tuple) else (str(value),)
    found = (question.choice(str(code)) for code in codes)
    return "、".join(
        str(code) if one is None else one.words.text(language) for code, one in zip(codes, found, strict=True)
    )


def _sums(survey: Survey, reports: list[surveys.Reported]) -> dict[str, int]:
    """The sum of each question that asks for a number."""
    return {
        question.code: sum(value for one in reports if isinstance(value := one.content.get(question.code), int))
        for question in survey.draft.questions
        if question.kind is surveys.Kind.NUMBER
    }
