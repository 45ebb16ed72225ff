"""The columns of a feed, read once from `columns.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from onshi.kernel import narrow


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its English key, Japanese header, form of value and meaning.

    `form` is text, name, kana, date, code, flag, yen, insurer, branch, post or municipality. `required` is
    always, daily, loss, 39, unless_39_12 or empty. `codes` maps every accepted spelling to the code that is kept.
    """

    key: str
    header: str
    form: str
    max_length: int
    ja: str
    en: str
    required: str
    codes: Mapping[str, str]


def spelling(text: str) -> str:
    """A code as it is looked up: width, blanks around it and case do not count."""
    return narrow(text).upper()


def _spellings(table: Mapping[str, list[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for code, others in table.items():
        for other in (code, *others):
            found[spelling(other)] = code
        # Spreadsheets and integer columns lose leading zeros.
        if code.isdigit() and code.lstrip("0"):
            found[code.lstrip("0")] = code
    return found


def _header_name(text: str) -> str:
    return "".join(narrow(text).upper().split())


_TABLE = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))

COLUMNS: tuple[Column, ...] = tuple(
    Column(
        key=row["key"],
        header=row["header"],
        form=row["form"],
        max_length=row["max_length"],
        ja=row["ja"],
        en=row["en"],
        required=row.get("required", ""),
        codes=_spellings(_TABLE["codes"][row["codes"]]) if "codes" in row else {},
    )
    for row in _TABLE["column"]
)
BY_KEY: Mapping[str, Column] = {column.key: column for column in COLUMNS}
_BY_HEADER = {_header_name(name): column for column in COLUMNS for name in (column.key, column.header)}
_PERSONAL_NUMBER = {
    _header_name(name) for name in ("個人番号", "マイナンバー", "my_number", "mynumber", "personal_number")
}


def column_of(header: str) -> Column | None:
    """The column a header names, in Japanese or English, whatever its width and blanks; None for a stranger."""
    return _BY_HEADER.get(_header_name(header))


def names_personal_number(header: str) -> bool:
    """Whether the header announces 個人番号, which no feed may carry."""
    return _header_name(header) in _PERSONAL_NUMBER
