"""Whose plan a workbook is: code, name and year, held against the list of municipalities. Pure."""

from dataclasses import dataclass

from onshi.kernel import MunicipalityCode, fold_name, narrow, parse_municipality_code
from onshi.places import Municipality, UnknownMunicipality, municipality, successor
from onshi.plans.workbook.cells import Wrong
from onshi.sheets import Value

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality that a code names; `lost_zero`: a spreadsheet had taken the leading zero for no part of it."""

    place: Municipality
    lost_zero: bool


def town_of(value: Value) -> Town:
    """The municipality of a code as it stands in a cell. Wrong: no code, a wrong check digit, one of nobody's, or of a
    municipality that is gone or a ward, with the name of what it became or is part of."""
    digits = narrow(str(value)).replace("-", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in (_DIGITS - 1, _DIGITS)):
        raise Wrong("code-form")
    if len(digits) == _DIGITS - 1 and (found := _with_zero(digits)) is not None:
        return Town(found, lost_zero=True)
    try:
        code = parse_municipality_code(digits)
    except ValueError:
        raise Wrong("code-check-digit") from None
    return Town(_known(code), lost_zero=False)


def _with_zero(digits: str) -> Municipality | None:
    try:
        return municipality(parse_municipality_code(f"0{digits}"))
    except (ValueError, UnknownMunicipality):
        return None


def _known(code: MunicipalityCode) -> Municipality:
    try:
        return municipality(code)
    except UnknownMunicipality:
        became = successor(code)
    if became is None:
        raise Wrong("code-unknown")
    raise Wrong("code-changed", name=became.name, became=became.code)


def is_named(place: Municipality, value: Value) -> bool:
    """Whether the name in the cell is the municipality's, with or without its prefecture."""
    given = fold_name(str(value))
    return given in {fold_name(place.name), fold_name(place.prefecture + place.name)}
