"""A plan as a paper, and the compilation as CSV: what pages and commands hand out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time
from typing import Any

from onshi import plans
from onshi.kernel import Month, fiscal_year_name, months_of_fiscal_year
from onshi.outside import pdf_of
from onshi.places import municipality
from onshi.plans import Plan, capacity, catalogue, costs, figures
from onshi.plans.model import Compilation, Finding, MonthPlan
from onshi.web.papers import template_of
from onshi.web.sheets import sheet

_Rows = list[list[str]]
_NUMBER = re.compile(r"-?[0-9,.]+|–")


def plan_paper(plan: Plan, language: str) -> bytes:
    """The plan as PDF, with what its windows can do and what does not make sense in it. FontsMissing."""
    return pdf_of(template_of("plan"), values_of(plan, language))


def compilation_csv(found: Compilation, language: str) -> bytes:
    """The compilation as CSV."""
    header, rows = plans.compiling.compilation_table(found, language)
    return sheet(header, ([str(one) for one in row] for row in rows))


def values_of(plan: Plan, language: str) -> dict[str, Any]:
    """Everything the template sets, as text."""
    town, state = municipality(plan.municipality), catalogue.word("state", plan.state, language)
    year = fiscal_year_name(plan.fiscal_year) if language == "ja" else f"FY{plan.fiscal_year}"
    on = plan.submitted_on
    return {
        "lang": language,
        "title": f"{town.prefecture}{town.name}　{year}　{_word('title', language)}",
        "version": _word("version", language).format(version=plan.version, state=state),
        "submitted": "" if on is None else _word("submitted", language).format(on=on),
        "reason": plan.reason,
        "parts": [one for one in _parts(plan, language) if one["rows"]],
    }


def _word(name: str, language: str) -> str:
    return catalogue.word("paper", name, language)


def _part(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> dict[str, Any]:
    return {"title": title, "header": list(header), "rows": [list(row) for row in rows]}


def _parts(plan: Plan, language: str) -> Iterator[dict[str, Any]]:
    findings = plans.check(plan)
    yield _part(_word("basis", language), (_word("item", language), _word("number", language)), _basis(plan, language))
    for table in plans.workbook.TABLES:
        header = [catalogue.field(table.section, one.name, language) for one in table.columns]
        records = getattr(plan.content, table.section)
        rows: _Rows = [
            [shown_value(plans.workbook.field_of(record, one.name), one.words, language) for one in table.columns]
            for record in records
        ]
        if table.section == "months" and rows:
            whole = figures.add(one.stages for one in plan.content.months)
            rows.append([_word("total", language), *(f"{getattr(whole, name):,}" for name in figures.STAGES)])
        yield _part(catalogue.word("section", table.section, language), header, rows)
    yield _subsidy(plan, language)
    if not any(one.is_error for one in findings):
        # What makes no sense as a number has no capacity either.
        yield _capacity(plan, language)
    yield _gaps(plan, language)
    yield _findings(findings, language)


def _basis(plan: Plan, language: str) -> Iterator[list[str]]:
    yield [catalogue.field("", "residents", language), f"{municipality(plan.municipality).population:,}"]
    for name in plans.workbook.SCALARS:
        yield [catalogue.field("", name, language), shown_value(getattr(plan.content, name), "", language)]
    for name in plans.workbook.MYKEY:
        yield [catalogue.field("mykey", name, language), shown_value(getattr(plan.content.mykey, name), "", language)]


def shown_value(value: object, kind: str, language: str) -> str:
    """A field as people read it: `kind` is the list whose code it is, a dash where nothing was filled in."""
    if value is None:
        return "–"
    if kind:
        return catalogue.title_of(kind, str(value), language)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value) if isinstance(value, str | float | date | Month) else ""


def is_number(cell: str) -> bool:
    """Whether a cell stands at the right, under the others of its column."""
    return _NUMBER.fullmatch(cell) is not None


def _subsidy(plan: Plan, language: str) -> dict[str, Any]:
    """What of the costs is paid; what cannot be told says so, and is no zero."""
    end = months_of_fiscal_year(plan.fiscal_year)[-1].last
    residents = municipality(plan.municipality).population
    found = costs.subsidy_of(plan.content.costs, costs.subsidy_rules().on(end), residents=residents)
    unknown = _word("cannot_tell", language)
    cells = [
        unknown if one is None else f"{one:,}" for one in (found.costs, found.percent, found.ceiling, found.granted)
    ]
    header = [_word(name, language) for name in ("costs", "percent", "ceiling", "granted")]
    return _part(_word("subsidy", language), header, [cells] if plan.content.costs else [])


def _capacity(plan: Plan, language: str) -> dict[str, Any]:
    header = [catalogue.field("months", "month", language)]
    header += [_word(name, language) for name in ("planned", "cards", "short", "scarcest")]
    rows = [_month_capacity(plan, one, language) for one in plan.content.months if plan.content.sites]
    return _part(_word("capacity", language), header, rows)


def _month_capacity(plan: Plan, one: MonthPlan, language: str) -> list[str]:
    residents = municipality(plan.municipality).population
    found = capacity.capacity_of(plan.content, one.month, one.stages, residents=residents)
    short = max(0, one.stages.issued - found.cards)
    scarcest = "–" if found.scarcest is None else catalogue.word("resource", found.scarcest, language)
    return [str(one.month), f"{one.stages.issued:,}", f"{found.cards:,}", f"{short:,}", scarcest]


def _gaps(plan: Plan, language: str) -> dict[str, Any]:
    gaps = plans.gaps_of(figures.add(one.stages for one in plan.content.months))
    names = ("to_preset", "to_notify", "to_issue")
    rows = [[f"{getattr(gaps, name):,}" for name in names]] if plan.content.months else []
    return _part(_word("gaps", language), [_word(name, language) for name in names], rows)


def _findings(findings: Sequence[Finding], language: str) -> dict[str, Any]:
    header = (_word("severity", language), _word("where", language), _word("what", language))
    rows = [
        [
            catalogue.word("severity", one.severity, language),
            catalogue.place_of(one.path, language),
            catalogue.sentence_of(one, language),
        ]
        for one in findings
    ]
    return _part(_word("findings", language), header, rows)
