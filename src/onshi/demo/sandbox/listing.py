"""The list of what can be tried: as values, as CSV, as JSON, and as a page."""

import csv
import io
from collections.abc import Iterable, Mapping

import msgspec

from onshi.interfaces import oqs
from onshi.sheets import formula_safe

_COLUMNS = (
    *("code", "ja", "en", "kind", "insurer_number", "symbol", "number", "branch", "birth_on"),
    *("validity", "name", "samples", "answers", "card", "pin", "note_ja", "note_en"),
)
_RESULT = "MessageBody/ResultList/ResultOfQualificationConfirmation"


class Trigger(msgspec.Struct, frozen=True):
    """One thing to try. `asked`: the numbers, where a person is asked about. `samples`: request files, the same in
    UTF-8 and Shift_JIS; `answers`: the files that come back for the first of them, in that order.

    `says`: elements of the answer by path, `*` for any text; `absent`: names that it must not have. `card`: whose
    software card `onshi cards virtual` takes, made when it is first used, and its `pin`; empty where nobody is found.
    """

    code: str
    ja: str
    en: str
    kind: str
    samples: list[str]
    answers: list[str]
    says: Mapping[str, str]
    absent: list[str] = []
    asked: Mapping[str, str] = {}
    note_ja: str = ""
    note_en: str = ""
    card: str = ""
    pin: str = ""


class Missing(msgspec.Struct, frozen=True):
    """A case that this country does not have, and why."""

    code: str
    ja: str
    en: str
    why_ja: str
    why_en: str


class CardToTry(msgspec.Struct, frozen=True):
    """A software card: what it shows, and how it is used. `card` is a file, or ISSUER:SERIAL for one not made yet."""

    name: str
    ja: str
    en: str
    card: str
    pin: str
    check: str
    plug: str


class Sandbox(msgspec.Struct, frozen=True):
    """All of it. `commands`: lines that can be pasted as they are."""

    institution: str
    institution_name: str
    today: str
    is_own_institution: bool
    commands: Mapping[str, str]
    triggers: list[Trigger]
    missing: list[Missing]
    cards: list[CardToTry]


def csv_of(triggers: Iterable[Trigger]) -> bytes:
    """One line for each, for a spreadsheet: UTF-8 with its mark, and nothing that it would take for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for one in triggers:
        row = {
            **msgspec.structs.asdict(one),
            **one.asked,
            "validity": one.says.get("MessageBody/QualificationValidity", ""),
            "name": one.says.get(f"{_RESULT}/Name", ""),
            "samples": " ".join(one.samples),
            "answers": " ".join(one.answers),
        }
        writer.writerow(formula_safe(str(row.get(name, ""))) for name in _COLUMNS)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def json_of(sandbox: Sandbox) -> bytes:
    """All of it, for programs."""
    return msgspec.json.format(msgspec.json.encode(sandbox)) + b"\n"


def page_of(sandbox: Sandbox) -> str:
    """All of it, for people, in both languages."""
    return oqs.sandbox.page_of("patients.html", {"sandbox": sandbox, "result": f"{_RESULT}/"})
