"""Prefectures and municipalities with their codes, names and residents."""

from onshi.places.errors import UnknownMunicipality
from onshi.places.listing import municipalities, municipality, prefectures, successor, successors
from onshi.places.model import Municipality, Prefecture

__all__ = [
    "Municipality",
    "Prefecture",
    "UnknownMunicipality",
    "municipalities",
    "municipality",
    "prefectures",
    "successor",
    "successors",
]
