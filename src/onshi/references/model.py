"""What an institution registers, what came of it, and what is kept: values only."""

from enum import StrEnum

import msgspec

from onshi.kernel import Moment, PersonId
from onshi.registry import PrintedNumber

LENGTH_MAX = 50


class State(StrEnum):
    """What came of a registration."""

    REGISTERED = "registered"
    NOT_FOUND = "not_found"
    MORE_THAN_ONE = "more_than_one"


class Registration(msgspec.Struct, frozen=True, gc=False):
    """The institution's own number for whom the printed one names."""

    reference: str
    asked: PrintedNumber


class Kept(msgspec.Struct, frozen=True, gc=False):
    """One institution's number for one person, as known since `known_from`."""

    party: str
    person: PersonId
    number: str
    known_from: Moment
