"""`onshi plans`: forms out, workbooks in, checked and compiled; and who is late."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from onshi import plans
from onshi.cli import plans_workbooks
from onshi.cli.errors import MunicipalityUnreadable, PrefectureUnreadable
from onshi.cli.opening import opened, reading
from onshi.cli.options import day_of
from onshi.cli.speaking import DEFAULT, AsJson, Language, say, say_json, say_list, say_one, worded
from onshi.kernel import MunicipalityCode, parse_municipality_code
from onshi.places import municipality, prefectures
from onshi.plans import catalogue
from onshi.plans.model import Due
from onshi.web import compilation_csv, plan_paper

_TEXTS = {
    "written": ("{file}に書き出しました。", "Written to {file}."),
    "nobody": ("遅れている提出はありません。", "Nothing is late."),
    "plan": ("計画", "plan"),
}
_DUES = {
    "ja": ("コード", "市区町村", "提出するもの", "期限", "提出日", "状況"),
    "en": ("code", "municipality", "what", "due", "handed in", "standing"),
}


class PlanFormat(StrEnum):
    """How a plan is exported."""

    XLSX = "xlsx"
    PDF = "pdf"


class TableFormat(StrEnum):
    """How a compilation is exported."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


_Town = Annotated[str, typer.Option("--municipality", metavar="CODE", help="全国地方公共団体コード, 5 or 6 digits.")]
_Year = Annotated[int, typer.Option("--year", metavar="YEAR", help="The fiscal year, as that of its April.")]
_Prefecture = Annotated[
    str | None, typer.Option("--prefecture", metavar="CODE", help="Only this prefecture (two digits), by municipality.")
]
_Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to; beside a name of ours without it.")]

commands = typer.Typer(help="Plans of municipalities for the issuing of cards (交付円滑化計画).", no_args_is_help=True)
commands.command("check")(plans_workbooks.check)
commands.command("import")(plans_workbooks.take_in)


@commands.command("template")
def template(
    municipality_code: _Town, year: _Year, out: _Out = None, as_json: AsJson = False, lang: Language = DEFAULT
) -> None:
    """Write the workbook of a municipality to be filled in, with its share of the national figure."""
    town = _town(municipality_code)
    _write(plans.workbook.template(town, year), out, f"plan-{town}-{year}.xlsx", as_json=as_json, lang=lang)


@commands.command("export")
def export(
    municipality_code: _Town,
    year: _Year,
    as_format: Annotated[PlanFormat, typer.Option("--format", help="As a workbook or a paper.")] = PlanFormat.XLSX,
    out: _Out = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Write the newest version of a plan as a workbook, or as a paper with what its windows can do."""
    town = _town(municipality_code)
    with reading() as tx:
        plan = plans.plan_of(tx, town, year)
    if plan is None:
        raise plans.errors.UnknownPlan
    is_paper = as_format is PlanFormat.PDF
    data = plan_paper(plan, lang) if is_paper else plans.workbook.workbook(plan.content, town, year)
    _write(data, out, f"plan-{town}-{year}.{as_format}", as_json=as_json, lang=lang)


@commands.command("compile")
def compile_plans(
    year: _Year,
    prefecture: _Prefecture = None,
    as_format: Annotated[TableFormat, typer.Option("--format", help="JSON goes to the screen.")] = TableFormat.XLSX,
    out: _Out = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Add up every figure of all plans that were handed in: by prefecture, or of a prefecture by municipality."""
    area = _prefecture(prefecture)
    with reading() as tx:
        found = plans.compile_plans(tx, year, area)
    if as_format is TableFormat.JSON and out is None:
        say_json(found)
        return
    if as_format is TableFormat.XLSX:
        data = plans.compiling.compilation_workbook(found, lang)
    else:
        data = compilation_csv(found, lang) if as_format is TableFormat.CSV else msgspec.json.encode(found)
    _write(data, out, f"plans-{year}-{area or 'all'}.{as_format}", as_json=as_json, lang=lang)


@commands.command("late")
def late(
    on: Annotated[str, typer.Option(metavar="DATE", help="As it stood at the end of this day.")],
    prefecture: _Prefecture = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List plans and monthly reports that are missing, came late or went back."""
    day = day_of(on)
    area = _prefecture(prefecture)
    with opened() as app, app.db.transaction(reading=True) as tx:
        found = plans.late(tx, day, area, report_day=app.settings.report_day)
    if not found and not as_json:
        say(worded(_TEXTS, "nobody", lang))
        return
    say_list(found, _due_document, _DUES[lang], lambda one: _due_cells(one, lang), as_json=as_json)


# -- Reading what was typed --------------------------------------------------------------------------------------------


def _town(text: str) -> MunicipalityCode:
    try:
        code = parse_municipality_code(text)
    except ValueError:
        raise MunicipalityUnreadable from None
    return municipality(code).code


def _prefecture(text: str | None) -> str | None:
    if text is not None and text not in {one.code for one in prefectures()}:
        raise PrefectureUnreadable
    return text


# -- Saying it ---------------------------------------------------------------------------------------------------------


def _write(data: bytes, out: Path | None, name: str, *, as_json: bool, lang: str) -> None:
    path = out or Path(name)
    path.write_bytes(data)
    say_one({"file": str(path), "bytes": len(data)}, worded(_TEXTS, "written", lang, file=path), as_json=as_json)


def _due_cells(one: Due, lang: str) -> tuple[object, ...]:
    what = worded(_TEXTS, "plan", lang) if one.month is None else str(one.month)
    standing = catalogue.word("standing", one.standing, lang)
    return one.municipality, municipality(one.municipality).name, what, one.due, one.handed_on, standing


def _due_document(one: Due) -> dict[str, object]:
    return {
        "municipality": one.municipality,
        "year": one.fiscal_year,
        "month": None if one.month is None else str(one.month),
        "due": one.due,
        "handed_on": one.handed_on,
        "standing": one.standing,
    }
