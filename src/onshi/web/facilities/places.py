"""The place that an address asks about: the nation, a prefecture, a municipality."""

from dataclasses import dataclass

from onshi.kernel import parse_municipality_code
from onshi.places import Municipality, Prefecture, UnknownMunicipality, municipalities, municipality, prefectures
from onshi.web.errors import PageNotFound
from onshi.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Place:
    """`code` as stores take it: nothing, two digits, six digits."""

    prefecture: Prefecture | None = None
    municipality: Municipality | None = None

    @property
    def code(self) -> str:
        """The beginning of the codes of all municipalities in it."""
        if self.municipality is not None:
            return self.municipality.code
        return "" if self.prefecture is None else self.prefecture.code

    @property
    def name(self) -> str:
        """As it is called; empty for the nation."""
        if self.municipality is not None:
            return self.municipality.prefecture + self.municipality.name
        return "" if self.prefecture is None else self.prefecture.name

    @property
    def towns(self) -> list[Municipality]:
        """The municipalities of the prefecture, to choose from."""
        if self.prefecture is None:
            return []
        return [one for one in municipalities() if one.prefecture_code == self.prefecture.code]


def place_of(visit: Visit) -> Place:
    """What `prefecture` and `municipality` of the address name. PageNotFound for a place that is none.

    A municipality of another prefecture than the one that was chosen is left out: somebody changed the first list and
    the second still stood where it was.
    """
    chosen, town = visit.query("prefecture"), visit.query("municipality")
    prefecture = next((one for one in prefectures() if one.code == chosen), None)
    if chosen and prefecture is None:
        raise PageNotFound
    if not town:
        return Place(prefecture)
    try:
        found = municipality(parse_municipality_code(town))
    except (ValueError, UnknownMunicipality):
        raise PageNotFound from None
    if prefecture is not None and found.prefecture_code != prefecture.code:
        return Place(prefecture)
    return Place(next(one for one in prefectures() if one.code == found.prefecture_code), found)
