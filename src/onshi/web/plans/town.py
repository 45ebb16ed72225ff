"""What every page of a municipality's own plan needs: whose, of which year, what is filled in so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from msgspec.structs import replace

from onshi import plans, record
from onshi.access import PartyKind
from onshi.db import Tx
from onshi.kernel import MunicipalityCode, fiscal_year, fiscal_year_name, has_personal_number
from onshi.plans import Plan, PlanState, catalogue
from onshi.plans.model import Content, Finding
from onshi.web.errors import PageNotFound
from onshi.web.plans.parts import field_id, part_of
from onshi.web.visit import Visit

HOME = "/municipality/plan"


@dataclass(frozen=True, slots=True)
class Own:
    """The newest version of the reader's own plan, or what one begins with: `plan` is None while nothing is saved."""

    town: MunicipalityCode
    year: int
    plan: Plan | None
    content: Content

    @property
    def is_draft(self) -> bool:
        """Whether what is saved goes into a draft: the first one, or that of a later version."""
        return self.plan is None or self.plan.state is PlanState.DRAFT

    @property
    def address(self) -> str:
        """The plan's own page."""
        return f"{HOME}/{self.year}"


def own_town(visit: Visit, *, is_write: bool = False) -> MunicipalityCode:
    """The municipality the reader works at; PageNotAllowed for everybody else."""
    visit.require("municipality.write" if is_write else "municipality.read")
    return MunicipalityCode(visit.own_party(PartyKind.MUNICIPALITY).code)


def year_in(visit: Visit) -> int:
    """The fiscal year in the address. UnknownFiscalYear before the first plans; PageNotFound beyond next year."""
    year: int = visit.request.path_params["year"]
    plans.calendar.check_year(year)
    if year > fiscal_year(visit.app.today()) + 1:
        raise PageNotFound
    return year


def own_plan(tx: Tx, visit: Visit, *, is_write: bool = False) -> Own:
    """The reader's own plan of the year in the address."""
    town, year = own_town(visit, is_write=is_write), year_in(visit)
    plan = plans.plan_of(tx, town, year)
    return Own(town, year, plan, beginning(town, year) if plan is None else plan.content)


def beginning(town: MunicipalityCode, year: int) -> Content:
    """What is known before anybody filled in anything. The empty rows of the form are not part of it: what nobody
    planned is not planned as zero."""
    return replace(plans.sharing.prefilled(town, year), sites=(), months=())


def version_of(versions: Sequence[Plan], wanted: int) -> Plan:
    """The version of that number, or the newest for 0. UnknownPlan."""
    found = next((one for one in versions if wanted in (0, one.version)), None)
    if found is None:
        raise plans.errors.UnknownPlan
    return found


def findings_of(own: Own) -> list[Finding]:
    """What does not make sense in what is saved; nothing before anything is."""
    return [] if own.plan is None else plans.check(own.plan)


def logged(tx: Tx, visit: Visit, *changed: Any) -> None:
    """Writes what has become of plans, results or advice into the log."""
    entries = [plans.entry_of(one, actor=visit.actor) for one in changed if one is not None]
    if entries:
        visit.log(tx, *entries)


def without_numbers(typed: Mapping[str, str]) -> Mapping[str, str]:
    """What was typed, field by field, as it may be shown again: nothing of what may be a 個人番号. By its check digit,
    unlike `Form.again`: an amount in yen may have twelve digits."""
    return {name: "" if has_personal_number(text) else text for name, text in typed.items()}


def words(visit: Visit) -> Mapping[str, Any]:
    """What the templates of plans say things with, in the reader's language."""
    language = visit.language
    return {
        "word": partial(_word, language),
        "title_of": partial(_field, language),
        "sentence_of": partial(_sentence, language),
        "place_of": partial(_place, language),
        "year_name": lambda year: year_name(year, language),
        "called": lambda code: record.find_area(code).called(language),
        "part_of": part_of,
        "field_id": field_id,
        "this_year": fiscal_year(visit.app.today()),
    }


def year_name(year: int, language: str) -> str:
    """令和2年度, or FY2020."""
    return fiscal_year_name(year) if language == "ja" else f"FY{year}"


def _word(language: str, kind: str, code: str) -> str:
    return catalogue.word(kind, code, language)


def _field(language: str, section: str, name: str) -> str:
    return catalogue.field(section, name, language)


def _sentence(language: str, finding: Finding) -> str:
    return catalogue.sentence_of(finding, language)


def _place(language: str, finding: Finding) -> str:
    return catalogue.place_of(finding.path, language)
