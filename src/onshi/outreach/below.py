"""Who is below an organisation, as registered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from onshi import access
from onshi.access import Party, PartyKind
from onshi.db import Tx
from onshi.outreach import organisations
from onshi.outreach.errors import NotInProgramme, UnknownPlan

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Owner:
    """An organisation that plans and reports, and its kind."""

    party: Party
    kind: str


def _every(tx: Tx, kind: PartyKind, on: date) -> Iterator[Party]:
    after = ""
    while page := access.parties(tx, kind=kind, after=after, limit=_PAGE):
        after = page[-1].id
        yield from (one for one in page if is_open(one, on))


def is_open(party: Party, on: date) -> bool:
    """Whether an organisation was there on a day."""
    is_begun = party.opened_on is None or party.opened_on <= on
    return is_begun and (party.closed_on is None or on < party.closed_on)


def insurers(tx: Tx, on: date) -> list[Owner]:
    """Every insurer that the programme asks for plans and that is open on a day, by its number."""
    return list(_owners(_every(tx, PartyKind.INSURER, on)))


def below(tx: Tx, above: Party, on: date) -> list[Owner]:
    """Those whose plans an organisation decides on, open on a day, by their id."""
    sorts = {
        PartyKind.MINISTRY: (PartyKind.INSURER,),
        PartyKind.PREFECTURE: (PartyKind.MUNICIPALITY,),
        PartyKind.OFFICE: (PartyKind.MINISTRY, PartyKind.PREFECTURE, PartyKind.BODY),
    }.get(above.kind, ())
    found = [one for sort in sorts for one in _owners(_every(tx, sort, on))]
    return [one for one in found if organisations.is_above(above, one.party, on)]


def _owners(found: Iterator[Party]) -> Iterator[Owner]:
    for party in found:
        try:
            yield Owner(party, organisations.kind_of(party))
        except NotInProgramme:
            continue


def readable(tx: Tx, above: Party, owner_id: str, on: date) -> Party:
    """The organisation, when the other one may see its plans. UnknownPlan otherwise, and when there is none: the two
    look the same."""
    try:
        owner = access.party_by_id(tx, owner_id)
    except access.errors.UnknownParty:
        raise UnknownPlan from None
    if not organisations.may_read(above, owner, on):
        raise UnknownPlan
    return owner
