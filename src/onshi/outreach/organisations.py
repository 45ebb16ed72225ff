"""Which kind an organisation is of, and who is above it. Pure."""

from datetime import date

from onshi import law
from onshi.access import Party, PartyKind
from onshi.kernel import InsurerNumber
from onshi.outreach.errors import NotInProgramme
from onshi.outreach.named import ministry_of

_OTHER = {
    PartyKind.MINISTRY: "ministry",
    PartyKind.PREFECTURE: "prefecture",
    PartyKind.MUNICIPALITY: "municipality",
    PartyKind.BODY: "body",
}
# Who sums up for the whole country has these below it, and through the ministries the insurers.
_BELOW_OFFICE = ("ministry", "prefecture", "body")


def kinds_below(ministry: str, on: date) -> tuple[str, ...]:
    """The kinds of insurers a ministry is above on a day."""
    return tuple(kind for kind in law.GROUPS if ministry_of(kind, on) == ministry)


def kind_of(party: Party) -> str:
    """Of which of the kinds of the catalogue an organisation is. NotInProgramme."""
    if party.kind is PartyKind.INSURER:
        found = law.kind_of_number(InsurerNumber(party.code))
        kind = None if found is None else found.group
    else:
        kind = _OTHER.get(party.kind)
    if kind is None:
        raise NotInProgramme
    return kind


def is_above(above: Party, owner: Party, on: date) -> bool:
    """Whether one organisation decides on the plans of another: a ministry on those of its insurers, a prefecture on
    those of its municipalities, the office on those of ministries, prefectures and bodies."""
    try:
        kind = kind_of(owner)
    except NotInProgramme:
        return False
    if above.kind is PartyKind.MINISTRY:
        return owner.kind is PartyKind.INSURER and ministry_of(kind, on) == above.code
    if above.kind is PartyKind.PREFECTURE:
        return owner.kind is PartyKind.MUNICIPALITY and owner.code[:2] == above.code
    return above.kind is PartyKind.OFFICE and kind in _BELOW_OFFICE


def may_read(above: Party, owner: Party, on: date) -> bool:
    """Whether one organisation sees plans and reports of another: whoever is above it, and the office everybody's."""
    return above.kind is PartyKind.OFFICE or is_above(above, owner, on)
