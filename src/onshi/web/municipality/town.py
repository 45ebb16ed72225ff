"""What every page of a municipality needs: whose town it is, who acts, and the log of who was seen."""

from collections.abc import Iterable

from onshi import cards
from onshi.access import PartyKind
from onshi.audit import Action, Entry
from onshi.cards import Application, ApplicationId, By, Holder, HolderId
from onshi.db import Tx
from onshi.kernel import MunicipalityCode
from onshi.web.acts import act
from onshi.web.visit import Visit

HOME = "/municipality"
_FOUND = "found"


def own_place(visit: Visit) -> MunicipalityCode:
    """The municipality the reader works at; PageNotAllowed for everybody else."""
    visit.require("municipality.read")
    return MunicipalityCode(visit.own_party(PartyKind.MUNICIPALITY).code)


def clerk(visit: Visit) -> By:
    """The reader, as somebody who changes cases of the own town; PageNotAllowed for a reader who may not."""
    visit.require("municipality.write")
    return cards.municipality(own_place(visit), visit.actor)


def own_application(tx: Tx, visit: Visit) -> Application:
    """The application in the address. Another town's looks just like one that does not exist."""
    by = cards.municipality(own_place(visit), visit.actor)
    return cards.followed(tx, ApplicationId(visit.request.path_params["application"]), by=by, at=visit.now)


def own_holder(tx: Tx, visit: Visit) -> Holder:
    """The resident in the address. Somebody of another town looks just like nobody."""
    place = own_place(visit)
    try:
        holder = cards.holder_by_id(tx, cards.parse_holder_id(visit.request.path_params["holder"]))
    except ValueError:
        raise cards.errors.UnknownHolder from None
    if holder.municipality != place:
        raise cards.errors.UnknownHolder
    return holder


def holders_of(tx: Tx, wanted: Iterable[HolderId]) -> dict[HolderId, Holder]:
    """These people, each once."""
    return {holder: cards.holder_by_id(tx, holder) for holder in dict.fromkeys(wanted)}


def disclosed(tx: Tx, visit: Visit, wanted: Iterable[HolderId]) -> dict[HolderId, Holder]:
    """These people, for a page that names them: one entry in the log for each."""
    found = holders_of(tx, wanted)
    entries: list[Entry] = [act(visit.actor, Action.DISCLOSE, _FOUND, subject=holder) for holder in found]
    if entries:
        visit.log(tx, *entries)
    return found
