"""`onshi check`: is this person insured, by whom."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from onshi.app import App
from onshi.cli.codes import BAD_INPUT, IN_FORCE, exit_code
from onshi.cli.completion import insurer_numbers
from onshi.cli.errors import FileAlone, QuestionIncomplete
from onshi.cli.opening import LOCAL, opened
from onshi.cli.questions import Question, asked_file
from onshi.cli.shown_answer import show_answer, show_list
from onshi.cli.speaking import DEFAULT, AsJson, Language, complain, say_bytes, say_json
from onshi.eligibility import Asker, Checked, Query
from onshi.interfaces.rest.shapes import CardIn, CheckIn, as_query, write_checked
from onshi.kernel import Moment, OnshiError

_AT_ONCE = 2_000
Result = tuple[Question, Checked | OnshiError]
_ASKER = Asker(LOCAL, LOCAL)


def check(
    card: Annotated[str | None, typer.Option(metavar="ISSUER:SERIAL", help="Certificate of a My Number Card.")] = None,
    insurer: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", autocompletion=insurer_numbers, help="Insurer number (保険者番号)."),
    ] = None,
    symbol: Annotated[str | None, typer.Option(help="Symbol (記号).")] = None,
    number: Annotated[str | None, typer.Option(help="Number (番号).")] = None,
    branch: Annotated[str | None, typer.Option(help="Branch (枝番).")] = None,
    birth: Annotated[str | None, typer.Option(metavar="DATE", help="Birth date, also as 昭和60年4月1日.")] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="The day asked about; today if absent.")] = None,
    known_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="As it was known then, e.g. 2026-05-01T09:00.")
    ] = None,
    limit_consent: Annotated[
        bool, typer.Option("--limit-consent", help="The patient lets the 限度額適用認定証 be shown.")
    ] = False,
    disease_consent: Annotated[
        bool, typer.Option("--disease-consent", help="The patient lets the 特定疾病療養受療証 be shown.")
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Ask for every row of a CSV or JSONL file instead."),
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Ask whether somebody is insured on a day, and by whom.

    Exit code 0: in force. 1: not in force. 2: cannot tell. 3: bad input. Of several answers the highest.
    """
    given = CheckIn(_card(card), insurer, symbol, number, branch, birth, on, known_at, limit_consent, disease_consent)
    if file is not None:
        if given != CheckIn(on=on, known_at=known_at, limit_consent=limit_consent, disease_consent=disease_consent):
            raise FileAlone
        raise typer.Exit(_check_file(file, given, as_json=as_json, language=lang))
    if card is None and (insurer is None or number is None or birth is None):
        raise QuestionIncomplete
    with opened() as app:
        (checked,) = app.check([as_query(given, app.now())], _ASKER)
    if as_json:
        say_bytes(write_checked(checked, None))
    else:
        show_answer(checked.answer, checked.check_id, lang)
    raise typer.Exit(exit_code([checked.answer.kind]))


def _card(text: str | None) -> CardIn | None:
    if text is None:
        return None
    issuer, _, serial = text.rpartition(":")
    if not issuer or not serial:
        raise QuestionIncomplete
    return CardIn(issuer, serial)


def _check_file(path: Path, common: CheckIn, *, as_json: bool, language: str) -> int:
    """Every row is answered or said to be wrong, in order; one wrong row does not stop the others."""
    codes = [IN_FORCE]
    with opened() as app:
        for part in _parts(asked_file(path)):
            results = _ask(app, part, common)
            if as_json:
                _write_rows(results)
            else:
                _show_rows(results, language)
            codes += [BAD_INPUT if isinstance(one, OnshiError) else exit_code([one.answer.kind]) for _, one in results]
    return max(codes)


def _ask(app: App, part: Sequence[Question], common: CheckIn) -> list[Result]:
    now = app.now()
    read = [_query(question, common, now) for question in part]
    answers = iter(app.check([one for one in read if isinstance(one, Query)], _ASKER))
    return [
        (question, next(answers) if isinstance(one, Query) else one) for question, one in zip(part, read, strict=True)
    ]


def _query(question: Question, common: CheckIn, now: Moment) -> Query | OnshiError:
    try:
        return as_query(_with_common(question.read(), common), now)
    except OnshiError as error:
        return error


def _write_rows(results: Sequence[Result]) -> None:
    """One JSON object a line, as in the result of a job; a refusal with the number of its row besides."""
    for question, one in results:
        if isinstance(one, OnshiError):
            say_json(question.refused(one))
        else:
            say_bytes(write_checked(one, question.reference))


def _show_rows(results: Sequence[Result], language: str) -> None:
    for question, one in results:
        if isinstance(one, OnshiError):
            complain(f"{question.row}: {one.text(language)}")
    answered = [(question, one) for question, one in results if isinstance(one, Checked)]
    if answered:
        show_list(answered, language)


def _with_common(given: CheckIn, common: CheckIn) -> CheckIn:
    return msgspec.structs.replace(
        given,
        on=given.on or common.on,
        known_at=given.known_at or common.known_at,
        limit_consent=given.limit_consent or common.limit_consent,
        disease_consent=given.disease_consent or common.disease_consent,
    )


def _parts(questions: Iterator[Question]) -> Iterator[list[Question]]:
    part: list[Question] = []
    for question in questions:
        part.append(question)
        if len(part) == _AT_ONCE:
            yield part
            part = []
    if part:
        yield part
