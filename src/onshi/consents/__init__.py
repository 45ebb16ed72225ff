"""閲覧同意: what somebody who is there lets an institution see, how long, and what it is then told."""

from onshi.consents.model import (
    Care,
    Consent,
    Disclosed,
    Given,
    Giving,
    Kind,
    RecordsAsked,
    RecordsState,
    Span,
    Withdrawal,
    WithdrawnState,
)
from onshi.consents.rules import entry_of
from onshi.consents.service import LIMIT, disclose, follow, give, given_in, withdraw

__all__ = [
    "LIMIT",
    "Care",
    "Consent",
    "Disclosed",
    "Given",
    "Giving",
    "Kind",
    "RecordsAsked",
    "RecordsState",
    "Span",
    "Withdrawal",
    "WithdrawnState",
    "disclose",
    "entry_of",
    "follow",
    "give",
    "given_in",
    "withdraw",
]
