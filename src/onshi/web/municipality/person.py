"""One resident: who it is, forms, applications, cards and moves, and what can be done at the window."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards, law, places
from onshi.audit import Action
from onshi.cards import Application, Card, CardKind, CardState, Form, Holder, Move
from onshi.db import Tx
from onshi.kernel import MunicipalityCode
from onshi.outside import pdf_of
from onshi.web.acts import act
from onshi.web.citizen.printing import form_values, grouped
from onshi.web.errors import PageNotFound
from onshi.web.municipality.facts import without_numbers
from onshi.web.municipality.people import PEOPLE
from onshi.web.municipality.town import clerk, disclosed, own_holder
from onshi.web.papers import PDF, template_of
from onshi.web.serving import Pages
from onshi.web.visit import Visit, download

ONE = f"{PEOPLE}/{{holder:str}}"
# What a page may say that was done, and of the chip.
DONE = frozenset(
    ("register", "move_in", "form", "move_out", "continue", "lapsed", "details", "death")
    + ("lost", "found", "return", "face", "standard")
)
CHIP = frozenset({"written", "machine"})


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything the town shows of one resident. `guardian` is named where they live here too."""

    holder: Holder
    guardian: Holder | None
    forms: tuple[Form, ...]
    applications: tuple[Application, ...]
    cards: tuple[Card, ...]
    moves: tuple[Move, ...]

    @property
    def form(self) -> Form | None:
        """The newest form that is not void."""
        return next((one for one in reversed(self.forms) if one.ended_on is None), None)

    @property
    def is_waiting(self) -> bool:
        """Whether the card has to be continued."""
        return any(move.is_waiting for move in self.moves)


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show(ONE, show), pages.show(f"{ONE}/form.pdf", form)]


def show(visit: Visit) -> Response:
    """The resident as things stand."""
    clerk(visit)
    return page(visit)


def form(visit: Visit) -> Response:
    """The newest application form as a PDF; 404 when every form is void."""
    clerk(visit)

    def work(tx: Tx) -> tuple[Form, Holder]:
        found = dossier(tx, visit)
        if found.form is None:
            raise PageNotFound
        visit.log(tx, act(visit.actor, Action.EXPORT, "form", subject=found.holder.id))
        return found.form, found.holder

    values = form_values(*visit.app.run(work))
    return download(pdf_of(template_of("form"), values), "application-form.pdf", PDF)


def dossier(tx: Tx, visit: Visit) -> Dossier:
    """What there is of the resident in the address; the look is logged."""
    holder = own_holder(tx, visit)
    guardian = None if holder.guardian is None else cards.holder_by_id(tx, holder.guardian)
    if guardian is not None and guardian.municipality != holder.municipality:
        guardian = None
    disclosed(tx, visit, [one.id for one in (holder, guardian) if one is not None])
    return Dossier(
        holder,
        guardian,
        tuple(cards.forms_of(tx, holder.id)),
        # A case of the town that somebody came from stays that town's.
        tuple(one for one in cards.applications_of(tx, holder.id) if one.municipality == holder.municipality),
        tuple(cards.cards_of(tx, holder.id)),
        tuple(cards.moves_of(tx, holder.id)),
    )


def page(visit: Visit, *, problem: str = "", status: int = 422) -> Response:
    """The page, after a refusal with what was wrong."""
    found = visit.app.run(lambda tx: dossier(tx, visit))
    done, chip = visit.query("done"), visit.query("chip")
    return visit.page(
        "municipality/person.html",
        status=status if problem else 200,
        one=found,
        shown_id=cards.shown_holder_id(found.holder.id),
        is_alive=found.holder.deceased_on is None,
        has_guardian=law.needs_guardian(found.holder.birth_on, visit.app.today(), is_ward=found.holder.is_ward),
        standing=[one for one in found.cards if one.state in cards.STANDING],
        may_switch=_may_switch,
        place_name=_place_name,
        grouped=grouped,
        reasons=law.move_reasons(),
        problem=problem,
        given=without_numbers(visit.form)[0],
        done=done if done in DONE else "",
        chip=chip if chip in CHIP else "",
    )


def _may_switch(card: Card) -> bool:
    return card.state is CardState.ACTIVE and card.kind is not CardKind.CHILD


def _place_name(code: MunicipalityCode) -> str:
    place = places.municipality(code)
    return f"{place.prefecture}{place.name}"
