"""Applying, and another photo after a defect: fill in, look at the photo in its frame, send."""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards, flows, law
from onshi.cards import ApplicationId, Kind, PhotoSource, State, Taken, Wish
from onshi.db import Tx
from onshi.kernel import OnshiError
from onshi.outside import PhotoFinding
from onshi.web.citizen.case import may_apply
from onshi.web.citizen.session import ENTRY, Case, case_of, gate
from onshi.web.photos import CONFIRM_BYTES_MAX, UPLOAD_BYTES_MAX, carried, confirmed_photo, sent_photo
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

_METHOD = "at_handover"
APPLY, CORRECT = "apply", "correct"


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        route
        for act in (APPLY, CORRECT)
        for route in (
            pages.show(f"{ENTRY}/{act}", ask, gate=gate),
            pages.take(f"{ENTRY}/{act}/check", check, gate=gate, takes_file=True, bytes_max=UPLOAD_BYTES_MAX),
            pages.take(f"{ENTRY}/{act}/send", send, gate=gate, bytes_max=CONFIRM_BYTES_MAX),
            pages.show(f"{ENTRY}/{act}/check", back, gate=gate),
            pages.show(f"{ENTRY}/{act}/send", back, gate=gate),
        )
    ]


def ask(visit: Visit) -> Response:
    """The form."""
    return _form(visit)


def back(visit: Visit) -> Response:
    """A photo is shown once; whoever comes back to its address fills in again."""
    return go(f"{ENTRY}/{_act(visit)}")


def check(visit: Visit) -> Response:
    """Measures the photo and shows it in its frame, or says what is wrong."""
    with visit.app.db.transaction(reading=True) as tx:
        case = case_of(tx, visit)
    if problem := _incomplete(visit, case):
        return _form(visit, problem=problem)
    if not _needs_photo(visit, case):
        return _preview(visit, case, None, ())
    checked = sent_photo(visit.form)
    if checked is None:
        return _form(visit, problem=visit.say("citizen.apply.no_photo"))
    if checked.photo is None:
        return _form(visit, findings=checked.findings)
    return _preview(visit, case, checked.photo, checked.findings)


def send(visit: Visit) -> Response:
    """Sends the application in; what comes back from the preview is looked at again."""
    photo = confirmed_photo(visit.form)

    def work(tx: Tx) -> Taken | str:
        case = case_of(tx, visit)
        problem = _incomplete(visit, case)
        if not problem and photo is None and _needs_photo(visit, case):
            problem = visit.say("citizen.apply.no_photo")
        if problem or not visit.form.has("confirmed"):
            return problem or visit.say("citizen.apply.not_confirmed")
        taken = _applied(tx, visit, case, photo) if _act(visit) == APPLY else _corrected(tx, visit, case, photo)
        flows.record_card_acts(tx, taken.events, batch=visit.app.draw(), at=visit.now)
        return taken

    try:
        done = visit.app.run(work)
    except (cards.errors.WishRefused, cards.errors.PhotoRefused, cards.errors.StayRefused) as error:
        return _form(visit, refusal=error)
    if isinstance(done, str):
        return _form(visit, problem=done)
    return go(f"{ENTRY}/case?done={'applied' if _act(visit) == APPLY else 'corrected'}")


def _applied(tx: Tx, visit: Visit, case: Case, photo: bytes | None) -> Taken:
    wish = Wish(
        route=_route(visit),
        method=_METHOD,
        kind=_kind(visit, case) or Kind.FIRST,
        photo_source=PhotoSource.NONE if photo is None else PhotoSource.TAKEN,
        is_face_card=visit.form.has("face_card"),
    )
    return cards.apply(
        tx,
        case.form.id,
        wish,
        photo=photo,
        application_id=ApplicationId(visit.app.draw()),
        by=case.by,
        at=visit.now,
    )


def _corrected(tx: Tx, visit: Visit, case: Case, photo: bytes | None) -> Taken:
    if case.application is None:
        raise cards.errors.UnknownApplication
    source = PhotoSource.NONE if photo is None else PhotoSource.TAKEN
    return cards.correct(tx, case.application.id, photo=photo, photo_source=source, by=case.by, at=visit.now)


def _act(visit: Visit) -> str:
    """Which of the two addresses this is."""
    return CORRECT if visit.request.url.path.startswith(f"{ENTRY}/{CORRECT}") else APPLY


def _route(visit: Visit) -> str:
    """By which way it comes, told from what the browser says it is."""
    return "phone" if "mobi" in visit.request.headers.get("user-agent", "").lower() else "pc"


def _kind(visit: Visit, case: Case) -> Kind | None:
    """What was chosen of what is open."""
    wanted = visit.form.get("kind")
    return next((kind for kind in cards.kinds_open(case.cards, visit.app.today()) if kind == wanted), None)


def _needs_photo(visit: Visit, case: Case) -> bool:
    return law.needs_photo(case.holder.birth_on, visit.app.today())


def _incomplete(visit: Visit, case: Case) -> str:
    if _act(visit) == APPLY and _kind(visit, case) is None:
        return visit.say("citizen.apply.no_kind")
    if case.has_guardian and not visit.form.has("guardian"):
        return visit.say("citizen.guardian.missing")
    return ""


def _form(
    visit: Visit, *, problem: str = "", findings: Sequence[PhotoFinding] = (), refusal: OnshiError | None = None
) -> Response:
    with visit.app.db.transaction(reading=True) as tx:
        case = case_of(tx, visit)
    is_open = may_apply(case)
    if _act(visit) == CORRECT:
        is_open = case.application is not None and case.application.state is State.DEFECTIVE
    if not is_open:
        return go(f"{ENTRY}/case")
    said = [finding.text(visit.language) for finding in findings] or [problem or _refused(visit, refusal)]
    return visit.page(
        "citizen/apply.html",
        status=422 if any(said) else 200,
        act=_act(visit),
        case=case,
        kinds=cards.kinds_open(case.cards, visit.app.today()),
        needs_photo=_needs_photo(visit, case),
        problems=[one for one in said if one],
        given=visit.form,
    )


def _refused(visit: Visit, refusal: OnshiError | None) -> str:
    return refusal.text(visit.language) if refusal else ""


def _preview(visit: Visit, case: Case, photo: bytes | None, cautions: Sequence[PhotoFinding]) -> Response:
    kept = {name: visit.form.get(name) for name in ("kind", "face_card", "guardian") if visit.form.get(name)}
    return visit.page(
        "citizen/preview.html",
        act=_act(visit),
        case=case,
        photo=None if photo is None else carried(photo),
        cautions=[one.text(visit.language) for one in cautions],
        kept=kept,
        kind=_kind(visit, case),
    )
