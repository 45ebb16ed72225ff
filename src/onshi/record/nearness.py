"""Which municipalities lie near another, across the borders of prefectures. Pure."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from onshi.record.areas import find_area
from onshi.record.errors import UnknownArea
from onshi.record.model import Area
from onshi.record.reading import places

_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Near:
    """A municipality, and how far its middle lies from that of another as the crow flies."""

    area: Area
    km: float


def near(code: str, within_km: float) -> tuple[Near, ...]:
    """The municipality of a six-digit code, at 0, and those within a distance of it, the nearest first.

    Measured between the middles of their areas (`data/places.csv`), so a large neighbour may lie further than its
    border. UnknownArea.
    """
    here = places().get(find_area(code).code)
    if here is None:
        raise UnknownArea
    found = [(round(_km(here, place), 1), one) for one, place in places().items()]
    return tuple(Near(find_area(one), km) for km, one in sorted(found) if km <= within_km)


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The length of the great circle between two places of longitude and latitude (haversine)."""
    (east, north), (east_2, north_2) = (tuple(map(radians, place)) for place in (one, other))
    half = sin((north_2 - north) / 2) ** 2 + cos(north) * cos(north_2) * sin((east_2 - east) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))
