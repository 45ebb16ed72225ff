"""照会番号: the patient numbers that institutions gave the centre, told with their checks."""

from onshi.references.model import LENGTH_MAX, Registration, State
from onshi.references.rules import is_reference_number
from onshi.references.service import LIMIT, all_of, follow, numbers_of, register

__all__ = [
    "LENGTH_MAX",
    "LIMIT",
    "Registration",
    "State",
    "all_of",
    "follow",
    "is_reference_number",
    "numbers_of",
    "register",
]
