"""In a demo only: application forms of invented people to try, in a file beside the data."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

_FILE = "forms-to-try.json"


class FormToTry(msgspec.Struct, frozen=True):
    """One 申請書ID of an invented person, their birth date, and where their card stands (`cards.State`, or empty)."""

    form_id: str
    birth_on: date
    state: str


def forms_to_try(data: Path) -> list[FormToTry]:
    """Those in the folder of the data; none where there is no such file."""
    try:
        return msgspec.json.decode((data / _FILE).read_bytes(), type=list[FormToTry])
    except FileNotFoundError:
        return []


def keep_forms_to_try(data: Path, forms: Sequence[FormToTry]) -> None:
    """Writes the file that `forms_to_try` reads."""
    (data / _FILE).write_bytes(msgspec.json.format(msgspec.json.encode(forms)) + b"\n")
