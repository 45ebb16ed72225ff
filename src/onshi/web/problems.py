"""What is wrong with a form, field by field."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field; `text` is the name of the sentence in the catalogue."""

    field: str
    text: str
