"""The demo country: invented people, insurers, institutions and three years of life, the same bytes everywhere."""

from onshi.demo.cards import CARD_ISSUER
from onshi.demo.country import Country, Piece
from onshi.demo.errors import ImpossibleScale, NoSuchHouseholds
from onshi.demo.feed import COLUMNS
from onshi.demo.model import DEMO_TODAY, YEARS_OF_LIFE, Insurer, LossDay, Scale

__all__ = [
    "CARD_ISSUER",
    "COLUMNS",
    "DEMO_TODAY",
    "YEARS_OF_LIFE",
    "Country",
    "ImpossibleScale",
    "Insurer",
    "LossDay",
    "NoSuchHouseholds",
    "Piece",
    "Scale",
]
