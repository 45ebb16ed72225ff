"""A plan as files: the empty form, the filled-in one taken in, and the plan as workbook and paper to take away.

A workbook that is sent is read, shown with its findings and sent back by whoever confirms it; nothing is kept on the
server in between, and what comes back is read again.
"""

import base64
import binascii
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from onshi import plans, sheets
from onshi.audit import Action
from onshi.db import Tx
from onshi.kernel import OnshiError, PersonalNumberTyped, has_personal_number
from onshi.plans import Plan
from onshi.plans.model import REASON_MAX, TakenIn
from onshi.plans.workbook import Read
from onshi.web.acts import act
from onshi.web.errors import NotConfirmed, status_of
from onshi.web.papers import PDF
from onshi.web.plan_files import plan_paper
from onshi.web.plans.parts import grouped
from onshi.web.plans.town import HOME, Own, logged, own_plan, own_town, version_of, words, year_in
from onshi.web.serving import Pages
from onshi.web.sheets import XLSX
from onshi.web.visit import Visit, download, go

# A file of 4 MB and what stands around it in a form; and the same as text.
_LOOK_BYTES_MAX = (4 << 20) + (64 << 10)
_TAKE_BYTES_MAX = _LOOK_BYTES_MAX * 4 // 3
_REFUSED = (
    plans.errors.NotAPlan,
    plans.errors.OtherTown,
    sheets.errors.NotAWorkbook,
    sheets.errors.WorkbookTooLarge,
)


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    one = f"{HOME}/{{year:int}}"
    return [
        pages.show(f"{one}/form.xlsx", form_file),
        pages.show(f"{one}/plan.xlsx", plan_workbook),
        pages.show(f"{one}/plan.pdf", plan_pdf),
        pages.show(f"{one}/upload", ask),
        pages.take(f"{one}/upload/look", look, takes_file=True, bytes_max=_LOOK_BYTES_MAX),
        pages.take(f"{one}/upload/take", take, bytes_max=_TAKE_BYTES_MAX),
        *(pages.show(f"{one}/upload/{name}", back) for name in ("look", "take")),
    ]


# -- Out ---------------------------------------------------------------------------------------------------------------


def form_file(visit: Visit) -> Response:
    """The form of the reader's municipality, with what is known already."""
    town, year = own_town(visit), year_in(visit)
    return download(plans.workbook.template(town, year), f"plan-form-{town}-{year}.xlsx", XLSX)


def plan_workbook(visit: Visit) -> Response:
    """A version of the plan as a workbook."""
    plan = _taken_away(visit, "xlsx")
    data = plans.workbook.workbook(plan.content, plan.municipality, plan.fiscal_year)
    return download(data, f"{_name(plan)}.xlsx", XLSX)


def plan_pdf(visit: Visit) -> Response:
    """A version of the plan as a paper."""
    plan = _taken_away(visit, "pdf")
    return download(plan_paper(plan, visit.language), f"{_name(plan)}.pdf", PDF)


def _taken_away(visit: Visit, form: str) -> Plan:
    """The version in the address, or the newest; the log says that it was taken."""

    def work(tx: Tx) -> Plan:
        own = own_plan(tx, visit)
        plan = version_of(plans.versions_of(tx, own.town, own.year), visit.number("version"))
        visit.log(tx, act(visit.actor, Action.EXPORT, f"plan-{form}", thing=_thing(plan)))
        return plan

    return visit.app.run(work)


def _thing(plan: Plan) -> str:
    return f"plan:{plan.municipality}:{plan.fiscal_year}:{plan.version}"


def _name(plan: Plan) -> str:
    return f"plan-{plan.municipality}-{plan.fiscal_year}-{plan.version}"


# -- In ----------------------------------------------------------------------------------------------------------------


def ask(visit: Visit) -> Response:
    """The form for the file."""
    return _ask(visit)


def back(visit: Visit) -> Response:
    """Where a form was sent is no page."""
    return go(f"{HOME}/{visit.request.path_params['year']}/upload")


def look(visit: Visit) -> Response:
    """Reads the file and shows what was found, cell by cell; nothing is kept yet."""
    with visit.app.db.transaction(reading=True) as tx:
        own = own_plan(tx, visit, is_write=True)
    if visit.form.file is None:
        return _ask(visit, said=visit.say("plans.upload.no_file"))
    data = visit.form.file.read_bytes()
    try:
        read = _read(own, data)
    except _REFUSED as error:
        return _ask(visit, problem=error)
    return _looked_at(visit, own, read, data)


def take(visit: Visit) -> Response:
    """Keeps what the file says in the draft, once it was looked at. Nothing is kept of one with an error."""
    data = _carried(visit)
    if data is None:
        return _ask(visit, said=visit.say("plans.upload.no_file"))
    with visit.app.db.transaction(reading=True) as tx:
        own = own_plan(tx, visit, is_write=True)
    try:
        read = _read(own, data)
    except _REFUSED as error:
        return _ask(visit, problem=error)
    reason = visit.form.get("reason")
    if has_personal_number(reason):
        return _looked_at(visit, own, read, data, problem=PersonalNumberTyped())
    if _has_errors(read) or not visit.form.has("confirmed"):
        return _looked_at(visit, own, read, data, problem=None if _has_errors(read) else NotConfirmed())

    def work(tx: Tx) -> TakenIn:
        taken = plans.take_in(tx, read, at=visit.now, reason=reason, town=own.town, year=own.year)
        logged(tx, visit, *taken.changes)
        return taken

    try:
        taken = visit.app.run(work)
    except plans.errors.RevisionNeedsReason as error:
        # It may have been handed in meanwhile; the form then asks why it is changed.
        with visit.app.db.transaction(reading=True) as tx:
            own = own_plan(tx, visit, is_write=True)
        return _looked_at(visit, own, read, data, problem=error)
    return go(f"{own.address}?done={'taken' if taken.changes else 'same'}")


def _read(own: Own, data: bytes) -> Read:
    """What the file says. OtherTown where it is another's; what it says is not told then."""
    read = plans.workbook.read(data)
    if read.town not in (None, own.town) or read.year not in (None, own.year):
        raise plans.errors.OtherTown
    return read


def _has_errors(read: Read) -> bool:
    return any(one.is_error for one in read.findings)


def _carried(visit: Visit) -> bytes | None:
    try:
        return base64.b64decode(visit.form.get("workbook"), altchars=b"-_", validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _ask(visit: Visit, *, said: str = "", problem: OnshiError | None = None) -> Response:
    own_town(visit, is_write=True)
    refused = status_of(problem) if problem else 422
    return visit.page(
        "plans/upload.html",
        status=refused if said or problem else 200,
        year=year_in(visit),
        problem=problem.text(visit.language) if problem else said,
        **words(visit),
    )


def _looked_at(visit: Visit, own: Own, read: Read, data: bytes, *, problem: OnshiError | None = None) -> Response:
    is_refused = _has_errors(read)
    values: dict[str, Any] = {
        "own": own,
        "counts": [(name, len(getattr(read.content, name))) for name in _SECTIONS],
        "groups": grouped(read.findings),
        "errors": sum(one.is_error for one in read.findings),
        "is_refused": is_refused,
        # Of signs that a form sends as they are.
        "workbook": "" if is_refused else base64.urlsafe_b64encode(data).decode(),
        "problem": problem.text(visit.language) if problem else "",
        "reason": "" if isinstance(problem, PersonalNumberTyped) else visit.form.get("reason"),
        "reason_max": REASON_MAX,
    }
    status = 422 if is_refused else status_of(problem) if problem else 200
    return visit.page("plans/looked_at.html", status=status, **values, **words(visit))


_SECTIONS = tuple(one.section for one in plans.workbook.TABLES)
