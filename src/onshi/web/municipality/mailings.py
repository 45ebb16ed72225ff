"""Mailing of pre-filled forms to those without a card: chosen as counts, and printed as one PDF, inside the town."""

from collections.abc import Sequence
from datetime import timedelta

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards, flows, places
from onshi.audit import Action
from onshi.cards import mailing
from onshi.cards.mailing import Choice, Letter, Mailing, MailingId, Selection
from onshi.db import Tx
from onshi.outside import PdfValue, pdf_of
from onshi.web.acts import act
from onshi.web.citizen.printing import form_values
from onshi.web.municipality.town import HOME, clerk, own_place
from onshi.web.papers import PDF, post_number, template_of
from onshi.web.serving import Pages
from onshi.web.visit import Visit, download, go

MAILINGS = f"{HOME}/mailings"
FIELDS = ("post_number", "age_from", "age_to", "not_mailed_since")
_SAMPLE = 20
_NAMES_MOST = 4
_USUAL_PAUSE = timedelta(days=180)


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(MAILINGS, overview),
        pages.take(f"{MAILINGS}/count", count),
        pages.take(f"{MAILINGS}/make", make),
        pages.take(f"{MAILINGS}/{{run:int}}/print", file),
        *(pages.show(f"{MAILINGS}/{name}", lambda _: go(MAILINGS)) for name in ("count", "make", "{run:int}/print")),
    ]


def overview(visit: Visit) -> Response:
    """The town's runs, and the form for another one."""
    return _page(visit)


def count(visit: Visit) -> Response:
    """How many the choice means: counts and post numbers, no names."""
    by = clerk(visit)
    try:
        choice = _choice(visit)
    except cards.errors.ChoiceUnreadable as error:
        return _unreadable(visit, error)
    with visit.app.db.transaction(reading=True) as tx:
        found = mailing.choose(tx, choice, by=by, on=visit.app.today())
    if not found.people:
        return _page(visit, problem=cards.errors.NobodyToMail().text(visit.language))
    return _page(visit, found=found)


def make(visit: Visit) -> Response:
    """A run of the next households."""
    by = clerk(visit)

    def work(tx: Tx) -> Mailing:
        run, events = mailing.make(tx, _choice(visit), run_id=MailingId(visit.app.draw()), by=by, at=visit.now)
        flows.record_card_acts(tx, events, batch=visit.app.draw(), at=visit.now)
        return run

    try:
        visit.app.run(work)
    except cards.errors.ChoiceUnreadable as error:
        return _unreadable(visit, error)
    except cards.errors.NobodyToMail as error:
        return _page(visit, problem=error.text(visit.language))
    return go(f"{MAILINGS}?done=made")


def file(visit: Visit) -> Response:
    """The run as one PDF; one entry in the log for each whose name and address leave."""
    by, run_id = clerk(visit), MailingId(visit.request.path_params["run"])

    def work(tx: Tx) -> Sequence[Letter]:
        _, letters = mailing.letters(tx, run_id, by=by, at=visit.now)
        people = (holder.id for letter in letters for _, holder in letter.forms)
        thing = mailing.named(run_id)
        visit.log(tx, *(act(visit.actor, Action.EXPORT, "mailing", subject=one, thing=thing) for one in people))
        return letters

    values: dict[str, PdfValue] = {"letters": [letter_values(one) for one in visit.app.run(work)]}
    return download(pdf_of(template_of("form"), values), f"mailing-{run_id}.pdf", PDF)


def letter_values(letter: Letter) -> dict[str, PdfValue]:
    """What stands on the address page of a household, and on its forms."""
    form, holder = letter.forms[0]
    place = places.municipality(form.municipality)
    return {
        "post_number": post_number(holder.post_number),
        "address": holder.address,
        "names": addressees([one.name for _, one in letter.forms]),
        "municipality": f"{place.prefecture}{place.name}",
        "forms": [form_values(*one) for one in letter.forms],
    }


def addressees(names: Sequence[str]) -> list[str]:
    """The names in the window of the envelope; what does not fit is a number."""
    if len(names) <= _NAMES_MOST:
        return list(names)
    shown = _NAMES_MOST - 1
    return [*names[:shown], f"ほか{len(names) - shown}名"]


def _choice(visit: Visit) -> Choice:
    return mailing.read_choice({name: visit.form.get(name) for name in FIELDS})


def _unreadable(visit: Visit, error: cards.errors.ChoiceUnreadable) -> Response:
    name = str(error.facts["field"])
    return _page(visit, problem=visit.say("mailings.wrong." + name), wrong=name)


def _page(visit: Visit, *, found: Selection | None = None, problem: str = "", wrong: str = "") -> Response:
    place = own_place(visit)
    with visit.app.db.transaction(reading=True) as tx:
        runs = mailing.runs(tx, place)
    given = {name: visit.form.get(name) for name in FIELDS}
    if not visit.form.fields:
        given["not_mailed_since"] = (visit.app.today() - _USUAL_PAUSE).isoformat()
    if wrong:
        given[wrong] = ""  # it may be a number that nobody may see
    return visit.page(
        "mailings/town.html",
        status=422 if problem else 200,
        runs=runs,
        found=found,
        sample=found.first[:_SAMPLE] if found else (),
        shown_post_number=post_number,
        given=given,
        problem=problem,
        wrong=wrong,
        most=mailing.RUN_MOST,
        done=visit.query("done"),
    )
