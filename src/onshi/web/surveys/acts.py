"""What is done with a survey on its page: sent, reminded of, filled from a file, closed. Each is in the log."""

from collections.abc import Callable
from typing import TypeVar

from starlette.responses import Response
from starlette.routing import Route

from onshi import surveys
from onshi.db import Tx
from onshi.surveys import BYTES_MAX, Survey, service
from onshi.web.serving import Pages
from onshi.web.surveys.managing import HOME, address_of, sender, show, survey_id
from onshi.web.visit import Visit, go

Result = TypeVar("Result")
# A form that can be put right; anything else is a page of its own.
_ASKED_AGAIN = (
    surveys.errors.AddresseesMalformed,
    surveys.errors.AlreadyImported,
    surveys.errors.NoAnswersTaken,
    surveys.errors.NotAddressable,
    surveys.errors.NotOpen,
    surveys.errors.StillOpen,
)


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    one = f"{HOME}/{{survey:str}}"
    return [
        pages.take(f"{one}/send", send),
        pages.take(f"{one}/renew", renew),
        pages.take(f"{one}/remind", remind),
        pages.take(f"{one}/close", close),
        pages.take(f"{one}/import", import_file, takes_file=True, bytes_max=BYTES_MAX),
        *(pages.show(f"{one}/{name}", back) for name in ("send", "renew", "remind", "close", "import")),
    ]


def back(visit: Visit) -> Response:
    """A form's own address shows the page it stands on: links are shown once."""
    return go(f"{HOME}/{surveys.shown_survey_id(survey_id(visit))}")


def send(visit: Visit) -> Response:
    """Sends it and shows the links, this once."""
    party, which = sender(visit), survey_id(visit)

    def work(tx: Tx) -> list[surveys.Link]:
        to = surveys.rules.parse_addressees(visit.form.get("addressees"))
        survey, links = service.send(tx, party, which, to, at=visit.now)
        _note(tx, visit, survey, "sent")
        return links

    return _shown(visit, work, lambda links: show(visit, links=links))


def renew(visit: Visit) -> Response:
    """Another link for one organisation, shown this once."""
    party, which = sender(visit), survey_id(visit)

    def work(tx: Tx) -> surveys.Link:
        survey, link = service.renew_link(tx, party, which, visit.form.get("party"), at=visit.now)
        _note(tx, visit, survey, "link_renewed", link.party)
        return link

    return _shown(visit, work, lambda link: show(visit, links=[link]))


def remind(visit: Visit) -> Response:
    """Notes a reminder of every organisation that owes answers."""
    party, which = sender(visit), survey_id(visit)

    def work(tx: Tx) -> str:
        survey, late = service.remind(tx, party, which, at=visit.now)
        if late:
            _note(tx, visit, survey, "reminded")
        return f"{address_of(survey)}?done={'reminded' if late else 'nobody_late'}"

    return _shown(visit, work, go)


def close(visit: Visit) -> Response:
    """Ends it; there are results from now on."""
    party, which = sender(visit), survey_id(visit)

    def work(tx: Tx) -> Survey:
        survey = service.close(tx, party, which, at=visit.now)
        _note(tx, visit, survey, "closed")
        return survey

    return _shown(visit, work, lambda survey: go(f"{address_of(survey)}?done=closed"))


def import_file(visit: Visit) -> Response:
    """Takes answers that were collected elsewhere."""
    party, which, file = sender(visit), survey_id(visit), visit.form.file
    data = b"" if file is None else file.read_bytes()
    only = visit.form.get("party") or None

    def work(tx: Tx) -> surveys.Imported:
        survey, found = service.import_answers(
            tx, party, which, data, only=only, draw_many=visit.app.draw_many, at=visit.now
        )
        if found.answers:
            _note(tx, visit, survey, "imported")
        return found

    return _shown(visit, work, lambda found: show(visit, findings=found.findings[:200], taken=len(found.answers)))


def _note(tx: Tx, visit: Visit, survey: Survey, did: str, party: str = "") -> None:
    visit.log(tx, surveys.rules.entry_of(survey, did, actor=visit.actor, at_party=party))


def _shown(visit: Visit, work: Callable[[Tx], Result], then: Callable[[Result], Response]) -> Response:
    try:
        done = visit.app.run(work)
    except _ASKED_AGAIN as error:
        return show(visit, refusal=error)
    return then(done)
