"""The surveys of an organisation: which there are, and how one stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from onshi import access, surveys
from onshi.access import Party
from onshi.db import Tx
from onshi.kernel import OnshiError
from onshi.surveys import Addressee, Link, State, Survey, SurveyId, service
from onshi.web.errors import PageNotAllowed
from onshi.web.serving import Pages
from onshi.web.sheets import XLSX
from onshi.web.visit import Visit, download

HOME = "/surveys/manage"
TONES = {State.DRAFT: "open", State.SENT: "open", State.OPEN: "good", State.OVER: "care", State.CLOSED: "open"}
_PARTIES_SHOWN = 60


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(HOME, all_of_them),
        pages.show(f"{HOME}/{{survey:str}}", one_of_them),
        pages.show(f"{HOME}/{{survey:str}}/form.xlsx", workbook),
    ]


def sender(visit: Visit) -> Party:
    """The organisation of whoever may ask others. PageNotAllowed."""
    visit.require("measures.write")
    if visit.party is None or not surveys.rules.kinds_towards(visit.party):
        raise PageNotAllowed
    return visit.party


def survey_id(visit: Visit) -> SurveyId:
    """The survey of the address. UnknownSurvey."""
    try:
        return surveys.parse_survey_id(visit.request.path_params["survey"])
    except ValueError:
        raise surveys.errors.UnknownSurvey from None


def address_of(survey: Survey) -> str:
    """Where its page is."""
    return f"{HOME}/{surveys.shown_survey_id(survey.id)}"


def all_of_them(visit: Visit) -> Response:
    """Every survey of the organisation, and the ways to make one."""
    party = sender(visit)
    with visit.app.db.transaction(reading=True) as tx:
        found = service.surveys_of(tx, party)
        names = access.party_names(tx, {one.party for one in found})
    return visit.page(
        "surveys/list.html",
        surveys=found,
        limit=service.LIMIT,
        names=names,
        tones=TONES,
        address_of=address_of,
    )


def one_of_them(visit: Visit) -> Response:
    """What one asks, whom it went to and how many answered."""
    return show(visit)


def show(visit: Visit, *, refusal: OnshiError | None = None, links: Sequence[Link] = (), **more: Any) -> Response:
    """The same, with what was wrong with a form, or with links that are shown this once."""
    party = sender(visit)
    with visit.app.db.transaction(reading=True) as tx:
        survey = service.survey_of(tx, party, survey_id(visit))
        addressees = service.addressees_of(tx, survey)
        names = _names(tx, survey, addressees)
        can_ask = _can_ask(tx, party) if survey.sent_on is None else ()
    state = survey.state(visit.app.today())
    values: dict[str, Any] = {"findings": (), "taken": None, "given": visit.form, "done": visit.query("done")}
    return visit.page(
        "surveys/one.html",
        status=422 if refusal else 200,
        survey=survey,
        address=address_of(survey),
        state=state,
        tones=TONES,
        is_own=survey.party == party.id,
        addressees=addressees,
        names=names,
        can_ask=can_ask,
        links=links,
        base_url=visit.app.settings.base_url.rstrip("/"),
        problem=refusal.text(visit.language) if refusal else "",
        finding_kinds=surveys.finding_kinds(),
        **(values | more),
    )


def _names(tx: Tx, survey: Survey, addressees: Sequence[Addressee]) -> Mapping[str, str]:
    return access.party_names(tx, [survey.party, *(one.target.party for one in addressees)])


def _can_ask(tx: Tx, party: Party) -> list[Party]:
    """Some of those that may be asked, so that nobody has to know ids by heart."""
    found = (
        one
        for kind in surveys.rules.kinds_towards(party)
        for one in access.parties(tx, kind=kind, limit=2_000)
        if surveys.rules.may_ask(party, one)
    )
    return [one for one, _ in zip(found, range(_PARTIES_SHOWN), strict=False)]


def workbook(visit: Visit) -> Response:
    """The survey as an XLSForm workbook for ODK and KoboToolbox."""
    party = sender(visit)
    with visit.app.db.transaction(reading=True) as tx:
        survey = service.survey_of(tx, party, survey_id(visit))
        addressees = service.addressees_of(tx, survey)
        names = access.party_names(tx, [one.target.party for one in addressees])
    data = surveys.xlsform.workbook(survey, names)
    return download(data, f"survey-{surveys.shown_survey_id(survey.id)}.xlsx", XLSX)
