"""The parts of a plan as forms: one page each, saved as a draft whatever makes no sense in it yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
from msgspec.structs import replace
from starlette.responses import Response
from starlette.routing import Route

from onshi import plans
from onshi.db import Tx
from onshi.kernel import OnshiError, PersonalNumberTyped, has_personal_number, months_of_fiscal_year
from onshi.plans import Plan, figures
from onshi.plans.model import REASON_MAX, Assumed, Content, Finding, MyKey
from onshi.web.errors import PageNotFound, status_of
from onshi.web.plans import inputs
from onshi.web.plans.parts import BY_NAME, PARTS, Part, findings_of
from onshi.web.plans.town import HOME, Own, logged, own_plan, without_numbers, words
from onshi.web.plans.town import findings_of as all_findings_of
from onshi.web.serving import Pages
from onshi.web.visit import Form, Visit, go

# The largest table a workbook may bring, every row with all its fields.
_FIELDS_MAX = 400 * 15
_BYTES_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent: the rows of each table, the numbers, and how many empty rows are wanted below."""

    rows: dict[str, list[inputs.Row]]
    numbers: inputs.Row
    spare: int = inputs.SPARE


@dataclass(frozen=True, slots=True)
class Reached:
    """A month's cards in all, beside which the share of the national target stands."""

    month: str
    issued: int
    whole: int


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    one = f"{HOME}/{{year:int}}/part/{{part}}"
    return [
        pages.show(one, ask),
        pages.take(f"{one}/save", save, bytes_max=_BYTES_MAX, fields_max=_FIELDS_MAX),
        pages.show(f"{one}/save", back),
    ]


def ask(visit: Visit) -> Response:
    """The form as it is filled in so far."""
    part = _part(visit)
    with visit.app.db.transaction(reading=True) as tx:
        own = own_plan(tx, visit)
    found = findings_of(part, all_findings_of(own))
    return _page(visit, part, own, _filled_in(part, own), found, seen=_mark(part, own.content))


def back(visit: Visit) -> Response:
    """Where a form was sent is no page."""
    return go(f"{HOME}/{visit.request.path_params['year']}/part/{_part(visit).name}")


def save(visit: Visit) -> Response:
    """Keeps what was typed in the draft; what cannot be read is shown again, and nothing is kept."""
    part = _part(visit)
    with visit.app.db.transaction(reading=True) as tx:
        own = own_plan(tx, visit, is_write=True)
    typed = _typed(part, visit.form)
    if visit.form.get("act") == "more":
        return _page(visit, part, own, _with_spare(typed), [])
    content, wrong = _read(part, own, typed)
    if wrong:
        return _page(visit, part, own, typed, wrong, status=422)
    reason = visit.form.get("reason")
    if has_personal_number(reason):
        return _page(visit, part, own, typed, [], problem=PersonalNumberTyped())

    def work(tx: Tx) -> Plan | None:
        newest = own_plan(tx, visit, is_write=True)
        merged = filled_in(part, newest.content, content)
        if merged != newest.content and visit.form.get("seen") != _mark(part, newest.content):
            raise plans.errors.PartChanged
        done = plans.save(tx, newest.town, newest.year, merged, at=visit.now, reason=reason)
        logged(tx, visit, done)
        return done

    try:
        saved = visit.app.run(work)
    except (plans.errors.PartChanged, plans.errors.RevisionNeedsReason) as error:
        with visit.app.db.transaction(reading=True) as tx:
            own = own_plan(tx, visit, is_write=True)
        return _page(visit, part, own, typed, [], problem=error, seen=_mark(part, own.content))
    return go(f"{_next_address(visit, part, own)}?done={'same' if saved is None else 'saved'}")


def _part(visit: Visit) -> Part:
    part = BY_NAME.get(visit.request.path_params["part"])
    if part is None:
        raise PageNotFound
    return part


def _next_address(visit: Visit, part: Part, own: Own) -> str:
    """The same page, the next part, or the overview after the last."""
    place = PARTS.index(part)
    if visit.form.get("act") != "next":
        return f"{own.address}/part/{part.name}"
    return own.address if place + 1 == len(PARTS) else f"{own.address}/part/{PARTS[place + 1].name}"


# -- What is typed -----------------------------------------------------------------------------------------------------


def _filled_in(part: Part, own: Own) -> Typed:
    content = own.content
    if own.plan is None:
        # The first row of the form has a name already; nothing of it is planned before it is saved.
        content = replace(content, sites=plans.sharing.prefilled(own.town, own.year).sites)
    rows = {name: inputs.rows_of(name, content) for name in part.tables}
    if own.plan is None and "sites" in rows:
        rows["sites"] = [{name: "" if value == "0" else value for name, value in row.items()} for row in rows["sites"]]
    return Typed(rows, inputs.numbers_of(part, content))


def _mark(part: Part, content: Content) -> str:
    """What the part says, so that a form can tell whether it still says so."""
    told = [inputs.numbers_of(part, content), *(inputs.rows_of(name, content) for name in part.tables)]
    return sha256(msgspec.json.encode(told)).hexdigest()


def _typed(part: Part, form: Form) -> Typed:
    rows = {name: inputs.typed_rows(name, form.fields) for name in part.tables}
    return Typed(rows, {name: form.get(name) for name in part.numbers})


def _with_spare(typed: Typed) -> Typed:
    """The same with more empty rows."""
    return Typed(typed.rows, typed.numbers, inputs.SPARE + inputs.MORE)


def _shown(typed: Typed) -> Typed:
    """The same without the texts that may be a 個人番号, which nobody may see again."""
    rows = {section: [without_numbers(row) for row in listed] for section, listed in typed.rows.items()}
    return Typed(rows, without_numbers(typed.numbers), typed.spare)


def _read(part: Part, own: Own, typed: Typed) -> tuple[dict[str, Any], list[Finding]]:
    """The fields of a content that were typed, and what of them cannot be read."""
    values: dict[str, Any] = {}
    wrong: list[Finding] = []
    for name in part.tables:
        read = plans.workbook.read_rows(name, typed.rows[name], own.year)
        wrong += read.findings
        values[name] = tuple(sorted(read.value, key=lambda one: one.month)) if name == "months" else read.value
    numbers = plans.workbook.read_numbers(typed.numbers)
    return values | numbers.value, [*wrong, *numbers.findings]


def filled_in(part: Part, content: Content, values: dict[str, Any]) -> Content:
    """The content with this part as it was typed; an empty number is zero where there is no other word for it."""
    if part.name == "mykey":
        return replace(
            content, mykey=MyKey(**{path.removeprefix("mykey."): value or 0 for path, value in values.items()})
        )
    if "issued_before" in values:
        values = values | {"issued_before": values["issued_before"] or 0}
    return replace(content, **values)


# -- The page ----------------------------------------------------------------------------------------------------------


def _page(
    visit: Visit,
    part: Part,
    own: Own,
    typed: Typed,
    findings: Sequence[Finding],
    *,
    status: int = 200,
    problem: OnshiError | None = None,
    seen: str = "",
) -> Response:
    """The form. `seen` marks what the reader knows of the part; without it what the form said stays."""
    marks, language, typed = inputs.marks_of(findings), visit.language, _shown(typed)
    reason = visit.form.get("reason")
    grids = [inputs.grid(name, typed.rows[name], own.year, language, marks, spare=typed.spare) for name in part.tables]
    place = PARTS.index(part)
    return visit.page(
        "plans/part.html",
        status=status_of(problem) if problem else status,
        own=own,
        part=part,
        parts_all=PARTS,
        following=PARTS[place + 1] if place + 1 < len(PARTS) else None,
        grids=grids,
        numbers=inputs.numbers(part, typed.numbers, language, marks),
        findings=findings,
        is_refused=status == 422,
        problem=problem.text(language) if problem else "",
        reason="" if has_personal_number(reason) else reason,
        reason_max=REASON_MAX,
        seen=seen or visit.form.get("seen"),
        shares={str(one.due): one for one in plans.sharing.shares_of(own.town, own.year)},
        year_share=_year_share(own),
        reached=_reached(own.content),
        done=visit.query("done"),
        **words(visit),
    )


def _year_share(own: Own) -> Assumed | None:
    """The municipality's share at the end of the fiscal year."""
    end = months_of_fiscal_year(own.year)[-1].last
    return next((one for one in plans.sharing.shares_of(own.town, own.year) if one.due == end), None)


def _reached(content: Content) -> list[Reached]:
    """Month by month, the cards in all."""
    found, months = [], sorted(content.months, key=lambda one: one.month)
    for place, one in enumerate(months):
        whole = content.issued_before + figures.add(each.stages for each in months[: place + 1]).issued
        found.append(Reached(str(one.month), one.stages.issued, whole))
    return found
