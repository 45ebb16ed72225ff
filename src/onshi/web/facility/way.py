"""The checklist of an institution: what was done, what is next, for whom one waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi import access, facilities
from onshi.access import Party, PartyKind
from onshi.access.errors import UnknownParty
from onshi.db import Tx
from onshi.facilities import Claims, Entered, Facility, FacilityKind, Milestone, Overview, Step
from onshi.facilities.errors import FacilityRefused, UnknownFacility, UnknownStep
from onshi.facilities.vendors import PackageId, Tested
from onshi.kernel import ProviderCode
from onshi.web.facility.words import day_of, refusal_text, whole_of
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

HOME = "/facility"
_VENDORS_MOST = 500
_RECORD = ("kind", "readers", "claims", "prescriptions", "vendor", "package")


@dataclass(frozen=True, slots=True)
class Choices:
    """What an institution can say it is, and whose software it can name."""

    kinds: tuple[FacilityKind, ...]
    claims: tuple[Claims, ...]
    vendors: list[Party]
    packages: list[Tested]


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(HOME, page),
        pages.take(f"{HOME}/record", record),
        pages.take(f"{HOME}/step", step),
    ]


def own_code(visit: Visit) -> ProviderCode:
    """The institution the reader works at; PageNotAllowed for everybody else."""
    visit.require("facility.write")
    return ProviderCode(visit.own_party(PartyKind.INSTITUTION).code)


def page(visit: Visit) -> Response:
    """The institution's own way."""
    return show(visit)


def show(visit: Visit, *, problem: str = "") -> Response:
    """The same, with what was wrong with a form."""
    code, today = own_code(visit), visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        found = _overview(tx, code, today)
        history = facilities.history_of(tx, code)
        choices = Choices(
            facilities.kinds_of(code),
            tuple(Claims),
            access.parties(tx, kind=PartyKind.VENDOR, limit=_VENDORS_MOST),
            facilities.vendors.packages_of(tx),
        )
    return visit.page(
        "facility/way.html",
        status=422 if problem else 200,
        found=found,
        rules=facilities.reading.way(),
        history=[one for one in history if one.known_to is not None],
        choices=choices,
        milestones=list(Milestone),
        given=visit.form,
        record=_record(visit, None if found is None else found.facility),
        problem=problem,
        done=visit.query("done"),
        stop_word=facilities.reading.stop_word,
        sake_word=facilities.reading.sake_word,
        shown_id=facilities.shown_id,
    )


def _record(visit: Visit, known: Facility | None) -> Mapping[str, object]:
    """What stands in the fields about the institution: what was typed just now, or what is known."""
    if visit.form.has("kind"):
        return {name: visit.form.get(name) for name in _RECORD}
    if known is None:
        return dict.fromkeys(_RECORD, "") | {"readers": 1}
    package = "" if known.package is None else facilities.shown_id(known.package)
    told = {name: getattr(known, name) for name in _RECORD} | {"package": package}
    return {name: "" if value is None else value for name, value in told.items()}


def _overview(tx: Tx, code: ProviderCode, today: date) -> Overview | None:
    try:
        return facilities.overview(tx, code, today)
    except UnknownFacility:
        return None


def record(visit: Visit) -> Response:
    """The institution says what it is and whose software it has."""
    code = own_code(visit)
    try:
        told = _told(visit, code)
    except ValueError:
        return show(visit, problem=visit.say("facility.record.unreadable"))

    def work(tx: Tx) -> None:
        visit.log(tx, facilities.entry_of(facilities.put(tx, told, at=visit.now), actor=visit.actor))

    try:
        visit.app.run(work)
    except FacilityRefused as error:
        return show(visit, problem=refusal_text(visit, error))
    except UnknownParty:
        return show(visit, problem=visit.say("facility.record.unreadable"))
    return go(f"{HOME}?done=record")


def _told(visit: Visit, code: ProviderCode) -> Facility:
    """As the form says it; ValueError for what no form of ours sends."""
    form = visit.form
    package = form.get("package")
    readers, prescriptions = whole_of(form.get("readers")), whole_of(form.get("prescriptions"))
    return Facility(
        institution=code,
        kind=FacilityKind(form.get("kind")),
        municipality="",
        readers=1 if readers is None else readers,
        claims=Claims(form.get("claims")),
        prescriptions=prescriptions,
        vendor=form.get("vendor") or None,
        package=PackageId(facilities.parse_id(package)) if package else None,
    )


def step(visit: Visit) -> Response:
    """A step gets its day, another day, or is taken back (no day)."""
    code = own_code(visit)
    try:
        on = day_of(visit.form.get("on"))
    except ValueError:
        return show(visit, problem=visit.say("facility.day_unreadable"))

    def work(tx: Tx) -> None:
        which = visit.form.get("step")
        if which not in set(Step):
            raise UnknownStep(known=", ".join(Step))
        entered = [Entered(code, Step(which), on)]
        for one in facilities.enter(tx, entered, at=visit.now, by=visit.actor):
            visit.log(tx, facilities.entry_of(one, actor=visit.actor))

    try:
        visit.app.run(work)
    except FacilityRefused as error:
        return show(visit, problem=refusal_text(visit, error))
    return go(f"{HOME}?done={'step' if on else 'taken_back'}")
