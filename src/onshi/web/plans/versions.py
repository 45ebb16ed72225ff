"""Earlier versions of a plan: read as they were, and what changed from the one before."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from onshi import plans
from onshi.plans import Plan, catalogue
from onshi.plans.comparing import Difference
from onshi.web.plan_files import is_number, shown_value, values_of
from onshi.web.plans.town import HOME, own_plan, version_of, words
from onshi.web.serving import Pages
from onshi.web.texts import text
from onshi.web.visit import Visit


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show(f"{HOME}/{{year:int}}/versions/{{version:int}}", one_version)]


def one_version(visit: Visit) -> Response:
    """A version as it was filled in. UnknownPlan."""
    with visit.app.db.transaction(reading=True) as tx:
        own = own_plan(tx, visit)
        versions = plans.versions_of(tx, own.town, own.year)
    # There is no version 0, which would be the newest.
    plan = version_of(versions, visit.request.path_params["version"] or -1)
    before = next((one for one in versions if one.version == plan.version - 1), None)
    return visit.page(
        "plans/version.html",
        own=own,
        plan=plan,
        before=before,
        changes=changes(before, plan, visit.language),
        **reading(plan, visit.language),
        **words(visit),
    )


def reading(plan: Plan, language: str) -> dict[str, Any]:
    """What a plan says, part by part, as the paper has it."""
    return {"paper": values_of(plan, language), "is_number": is_number}


def changes(before: Plan | None, plan: Plan, language: str) -> list[tuple[str, str, str, str]]:
    """Part, field, before, after: what is different, in words. A row that came or went has no field."""
    if before is None:
        return []
    return [_words(one, language) for one in plans.comparing.differences(before.content, plan.content)]


def _words(one: Difference, language: str) -> tuple[str, str, str, str]:
    where = catalogue.word("section", one.section, language) if one.section else ""
    about = "・".join(_about(one, language))
    if one.name:
        kind = _kinds(one.section).get(one.name, "")
        old, new = (shown_value(value, kind, language) for value in (one.before, one.after))
        return _joined(where, about), catalogue.field(one.section, one.name, language), old, new
    came, gone = text("plans.versions.came", language), text("plans.versions.gone", language)
    return (_joined(where, about), "", "–", came) if one.before is None else (_joined(where, about), "", gone, "–")


def _joined(*words: str) -> str:
    return "：".join(one for one in words if one)


def _about(one: Difference, language: str) -> Sequence[str]:
    if not one.about:
        return ()
    kinds = _kinds(one.section)
    names = plans.comparing.key_of(one.section)
    return [shown_value(value, kinds[name], language) for name, value in zip(names, one.about, strict=True)]


def _kinds(section: str) -> dict[str, str]:
    """By which list each field of a table is one of codes; the empty one for others."""
    if section in ("", "mykey"):
        return {}
    return {one.name: one.words for one in plans.workbook.table_of(section).columns}
