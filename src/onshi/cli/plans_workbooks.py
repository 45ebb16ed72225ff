"""`onshi plans check` and `import`: filled-in workbooks, every finding with its cell."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from onshi import audit, plans
from onshi.app import App
from onshi.cli.codes import IN_FORCE, NOT_IN_FORCE
from onshi.cli.opening import LOCAL, opened
from onshi.cli.speaking import DEFAULT, AsJson, Language, say, say_json, say_table, worded
from onshi.db import Tx
from onshi.kernel import OnshiError
from onshi.plans import catalogue
from onshi.plans.model import Finding, Outcome, TakenIn
from onshi.plans.workbook import Read

_TOGETHER = 100
"""So many workbooks share a transaction."""

_TEXTS = {
    "sound": ("誤りはありません。", "There are no errors."),
    "not_sound": ("誤りが{count}件あります。", "Errors: {count}."),
    "kept": ("下書きとして保存", "kept as a draft"),
    "submitted": ("提出", "handed in"),
    "unchanged": ("変更なし", "unchanged"),
    "refused": ("受け付けず", "not taken"),
}
_FINDINGS = {"ja": ("セル", "重さ", "箇所", "内容"), "en": ("cell", "severity", "where", "what")}
_TAKEN = {
    "ja": ("ファイル", "コード", "年度", "版", "結果", "誤り", "確認", "参考"),
    "en": ("file", "code", "year", "version", "outcome", "errors", "warnings", "notes"),
}
_File = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A filled-in workbook.")]


def check(file: _File, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Say what does not make sense in a workbook, cell by cell; nothing is kept. Exit code 1 with errors."""
    read = plans.workbook.read(file.read_bytes())
    errors = sum(one.is_error for one in read.findings)
    if as_json:
        findings = [_finding(one, lang) for one in read.findings]
        say_json({"file": str(file), "municipality": read.town, "year": read.year, "findings": findings})
    else:
        say_table(_FINDINGS[lang], (_finding_cells(one, lang) for one in read.findings))
        say(worded(_TEXTS, "not_sound" if errors else "sound", lang, count=errors))
    raise typer.Exit(NOT_IN_FORCE if errors else IN_FORCE)


def take_in(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", exists=True, dir_okay=False, help="Filled-in workbooks.")
    ],
    submit: Annotated[bool, typer.Option("--submit", help="Hand in those without errors.")] = False,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why plans that were handed in are changed.")] = "",
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Keep what workbooks say as plans of their municipalities. This is logged. Exit code 1 when one is not taken."""
    with opened() as app:
        found = [one for batch in _batches(files) for one in _taken(app, batch, submit=submit, reason=reason)]
    if as_json:
        say_json([_taken_document(file, one, lang) for file, one in found])
    else:
        say_table(_TAKEN[lang], (_taken_cells(file, one, lang) for file, one in found))
        for file, one in found:
            _say_findings(file, one, lang)
    is_whole = all(isinstance(one, TakenIn) and one.outcome is not Outcome.REFUSED for _, one in found)
    raise typer.Exit(IN_FORCE if is_whole else NOT_IN_FORCE)


# -- Workbooks in ------------------------------------------------------------------------------------------------------


def _batches(files: Sequence[Path]) -> Iterator[Sequence[Path]]:
    return (files[first : first + _TOGETHER] for first in range(0, len(files), _TOGETHER))


def _taken(
    app: App, files: Sequence[Path], *, submit: bool, reason: str
) -> Iterable[tuple[Path, TakenIn | OnshiError]]:
    """What became of each; one that is refused does not keep the others out."""
    read = [_read(file) for file in files]

    def work(tx: Tx) -> list[TakenIn | OnshiError]:
        at = app.now()
        found = [_one(tx, app, one, submit=submit, reason=reason) for one in read]
        changed = [change for one in found if isinstance(one, TakenIn) for change in one.changes]
        if changed:
            audit.append(tx, app.draw(), [plans.entry_of(one, actor=LOCAL) for one in changed], at=at)
        return found

    return zip(files, app.run(work), strict=True)


def _read(file: Path) -> Read | OnshiError:
    try:
        return plans.workbook.read(file.read_bytes())
    except OnshiError as error:
        return error


def _one(tx: Tx, app: App, read: Read | OnshiError, *, submit: bool, reason: str) -> TakenIn | OnshiError:
    if isinstance(read, OnshiError):
        return read
    try:
        return plans.take_in(tx, read, at=app.now(), submit=submit, reason=reason)
    except OnshiError as error:
        return error


# -- Saying it -------------------------------------------------------------------------------------------------------


def _finding(one: Finding, lang: str) -> dict[str, object]:
    return {
        "cell": one.cell,
        "code": one.code,
        "severity": one.severity,
        "path": one.path,
        "facts": one.facts,
        "text": catalogue.sentence_of(one, lang),
    }


def _finding_cells(one: Finding, lang: str) -> tuple[str, ...]:
    severity = catalogue.word("severity", one.severity, lang)
    return one.cell, severity, catalogue.place_of(one.path, lang), catalogue.sentence_of(one, lang)


def _say_findings(file: Path, one: TakenIn | OnshiError, lang: str) -> None:
    if isinstance(one, OnshiError):
        say(f"{file.name}: {one.text(lang)}")
    elif one.findings:
        say(f"{file.name}:")
        say_table(_FINDINGS[lang], (_finding_cells(found, lang) for found in one.findings))


def _counts(one: TakenIn) -> list[int]:
    return [sum(found.severity == severity for found in one.findings) for severity in ("error", "warning", "note")]


def _taken_cells(file: Path, one: TakenIn | OnshiError, lang: str) -> tuple[object, ...]:
    if isinstance(one, OnshiError):
        return file.name, None, None, None, worded(_TEXTS, "refused", lang), 1, 0, 0
    plan = one.plan
    whose = (None, None, None) if plan is None else (plan.municipality, str(plan.fiscal_year), str(plan.version))
    return file.name, *whose, worded(_TEXTS, one.outcome, lang), *_counts(one)


def _taken_document(file: Path, one: TakenIn | OnshiError, lang: str) -> dict[str, Any]:
    if isinstance(one, OnshiError):
        return {"file": str(file), "outcome": Outcome.REFUSED, "code": one.code, "text": one.text(lang)}
    plan = one.plan
    return {
        "file": str(file),
        "outcome": one.outcome,
        "municipality": None if plan is None else plan.municipality,
        "year": None if plan is None else plan.fiscal_year,
        "version": None if plan is None else plan.version,
        "state": None if plan is None else plan.state,
        "findings": [_finding(found, lang) for found in one.findings],
    }
