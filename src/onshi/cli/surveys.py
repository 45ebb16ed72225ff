"""`onshi surveys`: which there are, as XLSForm, answers taken from a file, results, reminders."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from onshi import access, audit, surveys
from onshi.access import Party, PartyKind
from onshi.cli.opening import LOCAL, opened, reading
from onshi.cli.speaking import DEFAULT, AsJson, Lang, Language, say, say_json, say_list, say_one, say_table, worded
from onshi.db import Tx
from onshi.kernel import Finding, Moment
from onshi.surveys import Addressee, Imported, Results, Sort, Survey, SurveyId, service

commands = typer.Typer(help="Surveys: nobody named, nothing small told (調査).", no_args_is_help=True)
# Whoever may read the database on this machine sees what the office sees, and acts for whoever sent a survey.
_READER = Party(PartyKind.OFFICE, "cli", "cli")
_TITLES = {
    "ja": ("番号", "実施機関", "種類", "開始", "最終日", "状態", "題名"),
    "en": ("survey", "sender", "sort", "opens", "closes", "state", "title"),
}
_LATE = {
    "ja": ("宛先", "見込み", "回答", "不足"),
    "en": ("addressee", "expected", "answers", "missing"),
}
_FINDINGS = {"ja": ("行", "列", "指摘", "内容"), "en": ("row", "column", "finding", "what")}
_RESULTS = {
    "ja": ("範囲", "質問", "答え", "人数"),
    "en": ("area", "question", "answers", "people"),
}
_REPORTS = {"ja": ("機関", "回答日", "質問", "答え"), "en": ("organisation", "answered", "question", "answer")}
_TEXTS = {
    "written": ("{file}に書き出しました。", "Written to {file}."),
    "taken": ("{count}件の回答を取り込みました。", "{count} answers were taken."),
    "withheld": ("（秘匿）", "(withheld)"),
}
_SurveyArgument = Annotated[str, typer.Argument(metavar="SURVEY", help="As `onshi surveys list` prints it.")]


@commands.command("list")
def listed(
    party: Annotated[
        str | None, typer.Option(metavar="PARTY", help="Only of this organisation, such as ministry:health.")
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List surveys, those that open last first."""
    with opened() as app:
        today = app.today()
        with app.db.transaction(reading=True) as tx:
            reader = _READER if party is None else access.party_by_id(tx, party)
            found = service.surveys_of(tx, reader)
            asked = service.addressees_of_all(tx, found) if as_json else {}
    say_list(
        found,
        lambda one: _document(one, one.state(today), asked[one.id]),
        _TITLES[lang],
        lambda one: (*_cells(one), one.state(today).value, one.draft.title.text(lang)),
        as_json=as_json,
    )


@commands.command("xlsform")
def xlsform(
    survey: _SurveyArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the workbook (.xlsx) is written.")],
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Write a survey as an XLSForm workbook, which ODK and KoboToolbox take."""
    with reading() as tx:
        found = service.survey_of(tx, _READER, _id(survey))
        names = access.party_names(tx, [one.target.party for one in service.addressees_of(tx, found)])
    file.write_bytes(surveys.xlsform.workbook(found, names))
    say_one({"file": str(file)}, worded(_TEXTS, "written", lang, file=file), as_json=as_json)


@commands.command("import")
def import_answers(
    survey: _SurveyArgument,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV of ODK Central or KoboToolbox.")
    ],
    addressee: Annotated[
        str | None,
        typer.Option(metavar="PARTY", help="Whose answers they are; as the column `addressee` says if absent."),
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Take answers that were collected elsewhere; what else the file holds is dropped unread. This is logged."""
    data = file.read_bytes()
    with opened() as app:

        def work(tx: Tx) -> Imported:
            at = app.now()
            sender = _sender(tx, survey)
            known, found = service.import_answers(
                tx, sender, _id(survey), data, only=addressee, draw_many=app.draw_many, at=at
            )
            if found.answers:
                _note(tx, app.draw(), known, "imported", at)
            return found

        found = app.run(work)
    if as_json:
        say_json({"taken": len(found.answers), "findings": [_finding(one) for one in found.findings]})
        return
    say(worded(_TEXTS, "taken", lang, count=len(found.answers)))
    kinds = surveys.finding_kinds()
    say_table(_FINDINGS[lang], ((one.row, one.column, one.code, kinds[one.code].what(lang)) for one in found.findings))


@commands.command("results")
def results(survey: _SurveyArgument, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Tell what a survey came to, in every area; of one of organisations, what each answered."""
    with reading() as tx:
        known = service.survey_of(tx, _READER, _id(survey))
        if known.draft.sort is Sort.ORGANISATIONS:
            reports = service.reports_of(tx, known)
            found = None
        else:
            reports = []
            found = service.results_of(tx, known)
    if found is not None:
        _say_results(found, lang, as_json=as_json)
        return
    say_list(
        [(one, code) for one in reports for code in one.content],
        lambda pair: {
            "organisation": pair[0].party,
            "answered_on": pair[0].answered_on,
            "question": pair[1],
            "answer": pair[0].content[pair[1]],
        },
        _REPORTS[lang],
        lambda pair: (pair[0].party, pair[0].answered_on, pair[1], pair[0].content[pair[1]]),
        as_json=as_json,
    )


def _say_results(found: Results, lang: Lang, *, as_json: bool) -> None:
    rows: list[tuple[str, str, tuple[str, ...], int | None]] = []
    for area in found.areas:
        for table in found.tables:
            question = table.question.code if table.choice is None else f"{table.question.code}/{table.choice.code}"
            told = table.told.get(area.code)
            if told is None:
                rows.append((area.code, question, (), None))
            else:
                rows += [(area.code, question, *pair) for pair in zip(told.groups, told.counts, strict=True)]
    if as_json:
        say_json(
            {
                "survey": surveys.shown_survey_id(found.survey.id),
                "least": found.least,
                "answered": found.answered,
                "expected": found.expected,
                "figures": [
                    {"area": area, "question": question, "answers": answers, "people": people}
                    for area, question, answers, people in rows
                ],
            }
        )
        return
    withheld = worded(_TEXTS, "withheld", lang)
    say_table(
        _RESULTS[lang],
        (
            (area, question, "+".join(answers), withheld if people is None else people)
            for area, question, answers, people in rows
        ),
    )


@commands.command("remind")
def remind(survey: _SurveyArgument, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Note that organisations that owe answers are reminded today, and list them. This is logged."""
    with opened() as app:

        def work(tx: Tx) -> list[Addressee]:
            at = app.now()
            known, late = service.remind(tx, _sender(tx, survey), _id(survey), at=at)
            if late:
                _note(tx, app.draw(), known, "reminded", at)
            return late

        late = app.run(work)
    say_list(late, _addressee, _LATE[lang], lambda one: tuple(_addressee(one).values())[:4], as_json=as_json)


def _id(text: str) -> SurveyId:
    try:
        return surveys.parse_survey_id(text)
    except ValueError:
        raise surveys.errors.UnknownSurvey from None


def _sender(tx: Tx, survey: str) -> Party:
    return access.party_by_id(tx, service.survey_of(tx, _READER, _id(survey)).party)


def _note(tx: Tx, batch: int, survey: Survey, did: str, at: Moment) -> None:
    audit.append(tx, batch, [surveys.rules.entry_of(survey, did, actor=LOCAL)], at=at)


def _cells(one: Survey) -> tuple[object, ...]:
    shown = surveys.shown_survey_id(one.id)
    return shown, one.party, one.draft.sort.value, one.draft.opens_on, one.draft.closes_on


def _document(one: Survey, state: surveys.State, addressees: Sequence[Addressee]) -> dict[str, object]:
    return {
        "survey": surveys.shown_survey_id(one.id),
        "sender": one.party,
        "sort": one.draft.sort,
        "title": {"ja": one.draft.title.ja, "en": one.draft.title.en},
        "opens_on": one.draft.opens_on,
        "closes_on": one.draft.closes_on,
        "state": state,
        "questions": one.draft.questions,
        "addressees": [_addressee(each) for each in addressees],
    }


def _addressee(one: Addressee) -> dict[str, object]:
    return {
        "addressee": one.target.party,
        "expected": one.target.expected,
        "answers": one.answers,
        "missing": one.missing,
        "reminded_on": one.reminded_on,
    }


def _finding(one: Finding) -> dict[str, object]:
    return {"row": one.row, "column": one.column, "code": one.code, "severity": one.severity}
