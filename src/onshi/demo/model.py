"""What the demo country is made of, as values: scale, insurers, institutions' kinds, notices that went wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from onshi.demo.errors import ImpossibleScale
from onshi.kernel import InsurerNumber

DEMO_TODAY = date(2026, 11, 1)
"""The day the demo country has reached unless told otherwise."""

YEARS_OF_LIFE = 3
"""How many years before its today the first load stands."""

LossDay: TypeAlias = Callable[[str, str, str | None, date], date]
"""`(from_kind, reason, to_kind, event_on) -> 資格喪失日`: the dated law, handed in by the caller.

`reason` is one of joined_other (`event_on`: first day of the next coverage), moved_prefecture (day of the
move), aid_started (first day of aid), turned_75 (the birthday), died (day of death), retired (last day of
belonging, also when a dependant stops being one).
"""


@dataclass(frozen=True, slots=True)
class Scale:
    """People of the demo country per person of the nation: `Scale(1, 1000)` is about 127,000 people."""

    part: int = 1
    whole: int = 1000

    def __post_init__(self) -> None:
        if not 0 < self.part <= self.whole:
            raise ImpossibleScale(part=self.part, whole=self.whole)


@dataclass(frozen=True, slots=True)
class Insurer:
    """An invented insurer with a number of the lawful form.

    `law_code` is the 法別番号, "00" for 国保 (whose printed number has none). `prefecture_code` is the one
    in the number; None for bodies of the whole nation (whose number carries that of their seat).
    """

    number: InsurerNumber
    law_code: str
    kind: str
    name: str
    prefecture_code: str | None
    opened_on: date
