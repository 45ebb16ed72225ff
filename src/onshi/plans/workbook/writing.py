"""A plan written as a workbook: empty to be filled in, or filled in to be taken away. No formulas, so that none of ours
is ever taken for somebody's figure."""

from collections.abc import Iterator, Sequence
from typing import Any

from onshi import sheets
from onshi.kernel import Month, MunicipalityCode, fiscal_year_name
from onshi.places import municipality
from onshi.plans import catalogue, costs, sharing
from onshi.plans.model import OWN_PLACES, Content
from onshi.plans.workbook.layout import HELP, MYKEY, PLAN, SCALARS, SHEETS, TABLES, TOTAL, Column, Form, Table, field_of
from onshi.sheets import Choice, Look, NewSheet, Put, Value

_TEXT, _DAY, _SHARE = "@", "yyyy-mm-dd", "0.0"
_FORMS = {Form.DAY: _DAY, Form.MONTH: _TEXT, Form.TIME: _TEXT, Form.PERCENT: _SHARE, Form.TEXT: _TEXT}
_NUMBERS = (Form.COUNT, Form.YEN)
_JA = "ja"
_HELP_WIDTHS = (30, 60, 60)

_Row = list[Put | Value]


def template(town: MunicipalityCode, year: int) -> bytes:
    """The form of a municipality and fiscal year, with what is known already: its shares, the cards issued before.
    Raises UnknownFiscalYear."""
    return _book(sharing.prefilled(town, year), town, year, is_form=True)


def workbook(content: Content, town: MunicipalityCode, year: int) -> bytes:
    """A plan filled in; read again it says the same."""
    return _book(content, town, year, is_form=False)


def _book(content: Content, town: MunicipalityCode, year: int, *, is_form: bool) -> bytes:
    made = [_sheet(name, content, town, year, is_form=is_form) for name in SHEETS]
    return sheets.write([*made, _help()])


def _sheet(name: str, content: Content, town: MunicipalityCode, year: int, *, is_form: bool) -> NewSheet:
    rows: list[_Row] = [
        [Put(f"{municipality(town).name}　{fiscal_year_name(year)}　交付円滑化計画：{name}", Look.TITLE)]
    ]
    rows.append([Put("※ 色の付いた欄に記入してください。書き方は「説明」シートにあります。", Look.NOTE)])
    if name == PLAN:
        rows += _singles(content, town, year)
    choices: list[Choice] = []
    tables = [one for one in TABLES if one.sheet == name]
    for table in tables:
        rows += [[], [Put(f"■ {catalogue.word('section', table.section, _JA)}", Look.LABEL)]]
        first = len(rows) + 1
        rows += _table(table, getattr(content, table.section), is_form=is_form)
        choices += _choices(table, first, len(rows))
    widths = [max(widths) for widths in zip(*(_widths(one, tables) for one in tables), strict=True)]
    return NewSheet(name, rows, widths, choices=choices, is_landscape=True)


def _widths(table: Table, tables: Sequence[Table]) -> list[int]:
    longest = max(len(one.columns) for one in tables)
    return [one.width for one in table.columns] + [0] * (longest - len(table.columns))


def _singles(content: Content, town: MunicipalityCode, year: int) -> Iterator[_Row]:
    place = municipality(town)
    yield _single("municipality", Put(place.code, Look.LABEL, _TEXT))
    yield _single("name", Put(place.name, Look.LABEL, _TEXT))
    yield _single("fiscal_year", Put(str(year), Look.LABEL, _TEXT))
    yield _single("residents", Put(place.population, Look.LABEL))
    for name in SCALARS:
        yield _single(name, Put(getattr(content, name), Look.INPUT))
    for name in MYKEY:
        yield _single(f"mykey.{name}", Put(getattr(content.mykey, name), Look.INPUT))


def _single(name: str, value: Put) -> _Row:
    return [Put(catalogue.field("", name, _JA), Look.LABEL), value]


def _table(table: Table, records: Sequence[Any], *, is_form: bool) -> Iterator[_Row]:
    yield [Put(catalogue.field(table.section, one.name, _JA), Look.HEADER) for one in table.columns]
    for record in records:
        yield [_cell(one, field_of(record, one.name), is_form=is_form) for one in table.columns]
    for _ in range(table.spare if is_form else 0):
        yield [_cell(one, None, is_form=is_form) for one in table.columns]
    if table.has_total:
        yield list(_total(table, records, is_form=is_form))


def _cell(column: Column, value: Any, *, is_form: bool) -> Put:
    shown: Value = value
    if is_form and column.form in _NUMBERS and value == 0:
        shown = None  # to be filled in
    elif value is not None and column.form is Form.WORD:
        shown = catalogue.title_of(column.words, value, _JA)
    elif isinstance(value, Month):
        shown = str(value)
    elif value is not None and column.form is Form.TIME:
        shown = f"{value:%H:%M}"
    return Put(shown, Look.INPUT, _FORMS.get(column.form, ""))


def _total(table: Table, records: Sequence[Any], *, is_form: bool) -> Iterator[Put]:
    for place, one in enumerate(table.columns):
        if place == 0:
            yield Put(TOTAL, Look.TOTAL)
        elif one.form not in _NUMBERS:
            yield Put(None, Look.TOTAL)
        elif is_form:
            yield Put(None, Look.INPUT)
        else:
            yield Put(sum(field_of(record, one.name) for record in records), Look.TOTAL)


def _choices(table: Table, first: int, last: int) -> Iterator[Choice]:
    """The lists of words, for the rows from the one below the header on."""
    for place, one in enumerate(table.columns):
        if one.form is Form.WORD and last > first:
            top, bottom = (sheets.place("", row, place).removeprefix("!") for row in (first, last - 1))
            yield Choice(f"{top}:{bottom}", tuple(_options(table, one.words)))


def _options(table: Table, kind: str) -> Iterator[str]:
    if kind == "category":
        yield from (one.ja for one in costs.categories().values())
        return
    for code, both in catalogue.words(kind).items():
        if table.section != "sites" or kind != "place" or code in OWN_PLACES:
            yield both[_JA]


def _help() -> NewSheet:
    """What each field wants, in the order of the sheets."""
    rows: list[_Row] = [
        [Put("書き方 / How to fill it in", Look.TITLE)],
        [Put("項目", Look.HEADER), Put("書き方", Look.HEADER), Put("How", Look.HEADER)],
    ]
    for name, both in catalogue.words("help").items():
        section, dot, _ = name.partition(".")
        sheet = next((one.sheet for one in TABLES if dot and one.section == section), PLAN)
        title = f"{sheet}：{catalogue.words('field')[name][_JA]}"
        rows.append([Put(title, Look.LABEL), Put(both["ja"], Look.NOTE), Put(both["en"], Look.NOTE)])
    return NewSheet(HELP, rows, _HELP_WIDTHS, frozen="A3", is_landscape=True)
