"""Another photo after a defect, or for somebody who was referred: shown in its frame, confirmed by a clerk."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards, flows, law
from onshi.cards import Application, Doer, Holder, PhotoSource, Taken
from onshi.db import Tx
from onshi.web.municipality.town import HOME, clerk, disclosed, own_application
from onshi.web.photos import CONFIRM_BYTES_MAX, UPLOAD_BYTES_MAX, carried, confirmed_photo, sent_photo
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    one = f"{HOME}/applications/{{application:int}}/photo"
    return [
        pages.show(one, ask),
        pages.take(f"{one}/check", check, takes_file=True, bytes_max=UPLOAD_BYTES_MAX),
        pages.take(f"{one}/send", send, bytes_max=CONFIRM_BYTES_MAX),
        *(pages.show(f"{one}/{name}", back) for name in ("check", "send")),
    ]


def ask(visit: Visit) -> Response:
    """The form for the file."""
    return _form(visit, [])


def back(visit: Visit) -> Response:
    """Where a form was sent is no page."""
    return go(f"{_address(visit)}/photo")


def check(visit: Visit) -> Response:
    """Measures the photo and shows it in its frame."""
    checked = sent_photo(visit.form)
    if checked is None:
        return _form(visit, [visit.say("citizen.apply.no_photo")])
    said = [one.text(visit.language) for one in checked.findings]
    if checked.photo is None:
        return _form(visit, said)
    application, holder = _case(visit)
    return visit.page(
        "municipality/photo_preview.html",
        application=application,
        holder=holder,
        photo=carried(checked.photo),
        cautions=said,
    )


def send(visit: Visit) -> Response:
    """Takes the photo when the clerk has confirmed the face."""
    photo = confirmed_photo(visit.form)
    needs_photo = law.needs_photo(_case(visit)[1].birth_on, visit.app.today())
    if needs_photo and (photo is None or not visit.form.has("confirmed")):
        return _form(visit, [visit.say("municipality.photo.not_confirmed")])

    def work(tx: Tx) -> Taken:
        by = clerk(visit)
        application = own_application(tx, visit)
        taken = _taken(tx, visit, application, photo)
        assert by.municipality == application.municipality, "own_application reaches no other"
        flows.record_card_acts(tx, taken.events, batch=visit.app.draw(), at=visit.now)
        return taken

    taken = visit.app.run(work)
    return go(f"{_address(visit)}?done={'receive' if taken.application.desk else 'correct'}")


def _taken(tx: Tx, visit: Visit, application: Application, photo: bytes | None) -> Taken:
    by, at = clerk(visit), visit.now
    if _act(application) == "receive":
        return cards.receive(tx, application.id, photo=photo, by=by, at=at)
    source = PhotoSource.NONE if photo is None else PhotoSource.TAKEN
    return cards.correct(tx, application.id, photo=photo, photo_source=source, by=by, at=at)


def _act(application: Application) -> str:
    """Which of the two steps lies ahead; the table refuses when neither does."""
    named = {one.name for one in cards.steps_ahead(application, Doer.MUNICIPALITY)}
    return "receive" if "receive" in named else "correct"


def _address(visit: Visit) -> str:
    return f"{HOME}/applications/{visit.request.path_params['application']}"


def _case(visit: Visit) -> tuple[Application, Holder]:
    def work(tx: Tx) -> tuple[Application, Holder]:
        clerk(visit)
        application = own_application(tx, visit)
        return application, disclosed(tx, visit, [application.holder])[application.holder]

    return visit.app.run(work)


def _form(visit: Visit, problems: list[str]) -> Response:
    application, holder = _case(visit)
    return visit.page(
        "municipality/photo.html",
        status=422 if problems else 200,
        application=application,
        holder=holder,
        needs_photo=law.needs_photo(holder.birth_on, visit.app.today()),
        problems=problems,
    )
