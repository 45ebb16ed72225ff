"""The workbook: what is written is read again, and every mistake is found at its cell, in Japanese."""

import io
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from onshi import sheets
from onshi.kernel import Month
from onshi.places import municipalities
from onshi.plans import checking, workbook
from onshi.plans.catalogue import sentence_of
from onshi.plans.errors import NotAPlan
from onshi.plans.model import (
    Assumed,
    Content,
    Cost,
    CostPart,
    Medium,
    Method,
    ModelProject,
    ModelSite,
    MonthPlan,
    MyKey,
    Occasion,
    OccasionKind,
    Place,
    Progress,
    Publicity,
    Reception,
    Site,
    Stages,
)
from onshi.plans.workbook import Read
from onshi.sheets.errors import NotAWorkbook

from .make import CHIYODA, SAPPORO, YEAR, content

Edit = Callable[[Workbook], None]
FILLED = workbook.workbook(content(), CHIYODA, YEAR)


def edited(edit: Edit, data: bytes = FILLED) -> Read:
    """The workbook after somebody has worked on it."""
    book = load_workbook(io.BytesIO(data))
    edit(book)
    target = io.BytesIO()
    book.save(target)
    return workbook.read(target.getvalue())


def typed(**cells: Any) -> Edit:
    """Something is typed into cells: `窓口_C6=3`."""

    def edit(book: Workbook) -> None:
        for name, value in cells.items():
            sheet, _, cell = name.rpartition("_")
            book[sheet][cell] = value

    return edit


def found(read: Read) -> list[tuple[str, str, str]]:
    """Severity, code and cell."""
    return [(one.severity.value, one.code, one.cell) for one in read.findings]


# -- What is written is read again -------------------------------------------------------------------------------------


def test_a_filled_in_plan_is_read_as_it_was() -> None:
    read = workbook.read(FILLED)
    assert (read.town, read.year, read.is_whole, read.content) == (CHIYODA, YEAR, True, content())
    assert read.findings == ()


def test_the_form_asks_for_what_is_missing_and_for_nothing_else() -> None:
    read = workbook.read(workbook.template(SAPPORO, YEAR))
    assert (read.town, read.year, read.is_whole) == (SAPPORO, YEAR, False)
    assert found(read) == [("error", "blank", f"窓口!{column}6") for column in "CDE"]


def test_the_form_is_filled_in_with_the_share_of_the_national_figure() -> None:
    book = sheets.read(workbook.template(CHIYODA, YEAR))
    plan = book.sheet("計画")
    assert plan is not None
    rows = {str(row[0]): row for row in plan.rows if row and row[0] is not None}
    assert rows["全国地方公共団体コード"][1] == "131016"
    assert rows["前年度末までの交付枚数"][1] == 15_444  # the count of 2020-04-01
    by_due = {row[0]: list(row[1:3]) for row in plan.rows if row and isinstance(row[0], date)}
    # 30 to 40, 60 to 70, 90 to 100 million by 65,942 of 127,138,033 residents, those of 2020-01-01.
    assert by_due == {
        date(2020, 7, 31): [15_560, 20_747],
        date(2021, 3, 31): [31_120, 36_307],
        date(2022, 3, 31): [46_680, 51_866],
        date(2023, 3, 31): [None, None],
        date(2024, 3, 31): [None, None],
    }


def test_no_cell_of_ours_is_a_formula() -> None:
    for data in (FILLED, workbook.template(CHIYODA, YEAR)):
        assert [one.name for one in sheets.read(data).sheets if one.formulas or one.is_hidden] == []


def test_a_word_comes_from_a_list() -> None:
    book = load_workbook(io.BytesIO(workbook.template(CHIYODA, YEAR)))
    lists = {str(one.sqref): one.formula1 for one in book["窓口"].data_validations.dataValidation}
    assert lists == {"A6:A26": '"本庁,支所,臨時会場"'}
    (kinds,) = [one.formula1 for one in book["公開日程"].data_validations.dataValidation]
    assert kinds == '"休日開庁,夜間開庁,申請時来庁方式,出張申請受付,申請サポート"'


names = st.text("本庁支所会場あア１a 　", min_size=1, max_size=12).map(lambda text: f"第{text.strip()}".strip())
squeezed = names.map(lambda text: " ".join(text.replace("　", " ").replace("１", "1").split()))
counts = st.integers(0, 5_000)
spans = st.sampled_from([(None, None), (Month(2020, 4), Month(2021, 3)), (Month(2020, 12), None)])
hours = st.sampled_from([(time(8, 30), time(17, 15)), (time(9), time(12)), (time(0), time(23, 59))])
sites = st.builds(
    lambda kind, name, numbers, hours, span: Site(kind, name, *numbers[:4], *hours, *numbers[4:], *span),
    st.sampled_from([Place.HEAD_OFFICE, Place.BRANCH, Place.TEMPORARY]),
    squeezed,
    st.lists(st.integers(0, 20), min_size=8, max_size=8),
    hours,
    spans,
)
plans = st.builds(
    Content,
    issued_before=counts,
    minutes_per_case=st.none() | st.integers(1, 60),
    moves=st.none() | counts,
    assumed=st.just((Assumed(date(2021, 3, 31), 30_000, None, 45.5), Assumed(date(2022, 3, 31)))),
    sites=st.lists(sites, max_size=4).map(tuple),
    receptions=st.lists(
        st.builds(
            lambda method, place, name, times, expected, span: Reception(method, place, name, times, expected, *span),
            st.sampled_from(Method),
            st.sampled_from(Place),
            squeezed,
            counts,
            counts,
            spans,
        ),
        max_size=3,
    ).map(tuple),
    models=st.lists(
        st.builds(ModelProject, st.sampled_from(ModelSite), st.sampled_from(Progress), counts, squeezed), max_size=3
    ).map(tuple),
    publicity=st.lists(st.builds(Publicity, st.sampled_from(Medium), squeezed, counts), max_size=3).map(tuple),
    costs=st.lists(
        st.builds(Cost, st.sampled_from(["staff", "rent", "other"]), st.sampled_from(CostPart), counts), max_size=3
    ).map(tuple),
    months=st.lists(
        st.builds(
            MonthPlan,
            st.integers(4, 12).map(lambda number: Month(2020, number)),
            st.builds(Stages, counts, counts, counts, counts),
        ),
        max_size=3,
    ).map(tuple),
    mykey=st.builds(MyKey, counts, counts, counts),
    occasions=st.lists(
        st.builds(
            lambda kind, day, hours, name: Occasion(kind, day, *hours, name),
            st.sampled_from(OccasionKind),
            st.dates(date(2020, 4, 1), date(2021, 3, 31)),
            hours,
            squeezed,
        ),
        max_size=3,
    ).map(tuple),
)


@given(plans, st.sampled_from([town.code for town in municipalities()]))
@settings(max_examples=30, deadline=None)
def test_any_plan_comes_back_as_it_was_and_with_the_same_findings(plan: Content, town: Any) -> None:
    read = workbook.read(workbook.workbook(plan, town, YEAR))
    assert (read.town, read.year, read.is_whole, read.content) == (town, YEAR, True, plan)
    told = [(one.code, one.path, dict(one.facts)) for one in read.findings]
    assert told == [(one.code, one.path, dict(one.facts)) for one in checking.check(plan, town, YEAR)]


# -- What people type --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"窓口_C6": "４"}, lambda plan: plan.sites[0].windows == 4),
        ({"計画_B7": "３０，０００"}, lambda plan: plan.issued_before == 30_000),
        ({"計画_B7": " 30,000 "}, lambda plan: plan.issued_before == 30_000),
        ({"窓口_G6": "8時30分"}, lambda plan: plan.sites[0].opens == time(8, 30)),
        ({"窓口_G6": "８：３０"}, lambda plan: plan.sites[0].opens == time(8, 30)),
        ({"窓口_G6": time(8, 30)}, lambda plan: plan.sites[0].opens == time(8, 30)),
        ({"窓口_G6": 0.375}, lambda plan: plan.sites[0].opens == time(9)),
        ({"窓口_A6": " 本庁 "}, lambda plan: plan.sites[0].kind is Place.HEAD_OFFICE),
        ({"計画_A16": "令和2年7月31日"}, lambda plan: plan.assumed[0].due == date(2020, 7, 31)),
        ({"計画_A16": "R2.7.31"}, lambda plan: plan.assumed[0].due == date(2020, 7, 31)),
        ({"計画_A16": date(2020, 7, 31)}, lambda plan: plan.assumed[0].due == date(2020, 7, 31)),
        ({"計画_D17": "61.0％"}, lambda plan: plan.assumed[1].percent == 61.0),
        ({"月別_A6": "４月"}, lambda plan: plan.months[0].month == Month(2020, 4)),
        ({"月別_A6": "令和２年４月"}, lambda plan: plan.months[0].month == Month(2020, 4)),
        ({"月別_A6": date(2020, 4, 1)}, lambda plan: plan.months[0].month == Month(2020, 4)),
        ({"月別_A17": "3"}, lambda plan: plan.months[11].month == Month(2021, 3)),
        ({"計画_B5": "令和２年度"}, lambda plan: plan == content()),
        ({"計画_B5": 2020}, lambda plan: plan == content()),
        ({"計画_B3": 131016}, lambda plan: plan == content()),
        ({"計画_B3": "13101"}, lambda plan: plan == content()),
        ({"計画_B4": "東京都千代田区"}, lambda plan: plan == content()),
    ],
)
def test_what_people_type_is_read(cells: dict[str, Any], field: Callable[[Content], bool]) -> None:
    read = edited(typed(**cells))
    assert (read.is_whole, found(read)) == (True, [])
    assert field(read.content)


def insert_rows(book: Workbook) -> None:
    """A title above, a blank line within, a column in front."""
    book["窓口"].insert_rows(1, 3)
    book["窓口"].insert_cols(1, 2)
    book["月別"].insert_rows(9)
    book["計画"].insert_rows(5)


def reorder(book: Workbook) -> None:
    """Sheets in another order, and one with another name."""
    book.move_sheet("月別", -4)
    book["窓口"].title = "窓口の体制"


@pytest.mark.parametrize("edit", [insert_rows, reorder])
def test_the_words_count_and_not_the_places(edit: Edit) -> None:
    read = edited(edit)
    assert (read.content, found(read)) == (content(), [])


# -- Mistakes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"窓口_C6": "約4"}, ("error", "not-a-number", "窓口!C6")),
        ({"窓口_C6": "4口"}, ("error", "not-a-number", "窓口!C6")),
        ({"窓口_C6": 4.5}, ("error", "decimal", "窓口!C6")),
        ({"窓口_C6": "４．５"}, ("error", "decimal", "窓口!C6")),
        ({"窓口_C6": True}, ("error", "not-a-number", "窓口!C6")),
        ({"窓口_C6": 1e300}, ("error", "too-large", "窓口!C6")),
        ({"計画_D17": 1e300}, ("error", "too-large", "計画!D17")),
        ({"計画_A7": "前年度末"}, ("error", "label-missing", "")),
        ({"窓口_C6": date(2020, 4, 1)}, ("error", "not-a-number", "窓口!C6")),
        ({"窓口_C6": None}, ("error", "blank", "窓口!C6")),
        ({"窓口_A6": "本町"}, ("error", "not-in-list", "窓口!A6")),
        ({"窓口_A6": "企業"}, ("error", "site-kind", "窓口!A6")),
        ({"窓口_H6": "夕方"}, ("error", "not-a-time", "窓口!H6")),
        ({"窓口_H6": "8:00"}, ("error", "hours-reversed", "窓口!H6")),
        ({"窓口_H6": "25:00"}, ("error", "not-a-time", "窓口!H6")),
        ({"計画_A16": "7月末"}, ("error", "not-a-day", "計画!A16")),
        ({"計画_A16": "平成33年7月31日"}, ("error", "not-a-day", "計画!A16")),
        ({"月別_A6": "春"}, ("error", "not-a-month", "月別!A6")),
        ({"月別_A6": "13月"}, ("error", "not-a-month", "月別!A6")),
        ({"月別_A6": "2021-04"}, ("error", "outside-year", "月別!A6")),
        ({"計画_B5": "来年度"}, ("error", "not-a-year", "計画!B5")),
        ({"計画_B5": "平成30年度"}, ("error", "not-a-year", "計画!B5")),
        ({"計画_B3": "131017"}, ("error", "code-check-digit", "計画!B3")),
        ({"計画_B3": "千代田"}, ("error", "code-form", "計画!B3")),
        ({"計画_B3": "999997"}, ("error", "code-unknown", "計画!B3")),
        ({"計画_B3": "141011"}, ("error", "code-changed", "計画!B3")),  # 横浜市鶴見区
        ({"計画_B3": "112267"}, ("error", "code-changed", "計画!B3")),  # 鳩ヶ谷市, 川口市 since 2011
        ({"計画_B3": "131024"}, ("error", "name-differs", "計画!B4")),
        ({"計画_B4": "中央区"}, ("error", "name-differs", "計画!B4")),
        ({"計画_A3": "コード"}, ("error", "label-missing", "")),
        ({"経費_C8": 13_000_000}, ("error", "total-differs", "経費!C8")),
        ({"月別_E18": "12,001"}, ("error", "total-differs", "月別!E18")),
        ({"経費_B6": "接待費"}, ("error", "not-in-list", "経費!B6")),
        ({"経費_C6": -5, "経費_C8": 799_995}, ("error", "negative", "経費!C6")),
        ({"窓口_E5": "端末"}, ("error", "column-missing", "窓口!A5")),
        ({"窓口_A5": "種類"}, ("error", "table-missing", "")),
        ({"申請受付_C6": "123456789018"}, ("error", "personal-number", "申請受付!C6")),
        ({"申請受付_C6": "あ" * 201}, ("error", "text-too-long", "申請受付!C6")),
        ({"窓口_O5": "備考"}, ("note", "column-unknown", "窓口!O5")),
        ({"窓口_O5": "窓口数", "窓口_O6": 9}, ("error", "column-twice", "窓口!O5")),
        ({"計画_D17": 101.5}, ("note", "percent-over-100", "計画!D17")),
        ({"計画_D17": 101.5}, ("warning", "percent-differs", "計画!D17")),
        ({"計画_B17": 68_000, "計画_C17": 70_000}, ("note", "above-residents", "計画!B17")),
        ({"窓口_D6": 3}, ("warning", "staff-below-windows", "窓口!D6")),
        ({"窓口_E6": 3}, ("warning", "terminals-below-windows", "窓口!E6")),
        ({"申請受付_E6": 0}, ("warning", "reception-without-expected", "申請受付!E6")),
        ({"月別_E6": 5000, "月別_E18": 16_000}, ("warning", "capacity-short", "月別!E6")),
    ],
)
def test_a_mistake_is_found_at_its_cell(cells: dict[str, Any], expected: tuple[str, str, str]) -> None:
    read = edited(typed(**cells))
    told = found(read)
    assert expected in told
    (one,) = [one for one in read.findings if (one.severity.value, one.code, one.cell) == expected]
    for language in ("ja", "en"):
        assert "{" not in sentence_of(one, language)


def test_a_file_with_ten_mistakes_reports_ten() -> None:
    wrong = typed(
        計画_B3="131017",
        計画_B5="来年度",
        計画_A16="7月末",
        窓口_C6="約4",
        窓口_D6=5.5,
        申請受付_B6="駅",
        経費_C6="一千万",
        経費_C8=1,
        月別_B6="多い",
        公開日程_C6="朝",
    )
    read = edited(wrong)
    assert (read.town, read.year, read.is_whole) == (None, None, False)
    assert [(code, cell) for _, code, cell in found(read)] == [
        ("code-check-digit", "計画!B3"),
        ("not-a-year", "計画!B5"),
        ("not-a-day", "計画!A16"),
        ("not-a-number", "窓口!C6"),
        ("decimal", "窓口!D6"),
        ("not-in-list", "申請受付!B6"),
        ("not-a-number", "経費!C6"),
        ("not-a-number", "月別!B6"),
        ("not-a-time", "公開日程!C6"),
    ]  # and the total is no tenth, while a row it is of cannot be read


def test_a_row_that_cannot_be_read_makes_no_others_wrong() -> None:
    read = edited(typed(窓口_C6="約4"))
    assert found(read) == [("error", "not-a-number", "窓口!C6")]


def test_a_lost_zero_is_put_back() -> None:
    read = edited(typed(計画_B3=11002), workbook.workbook(content(), SAPPORO, YEAR))

    assert (read.town, read.is_whole) == (SAPPORO, True)
    assert ("note", "code-zero-lost", "計画!B3") in found(read)


def hide(book: Workbook) -> None:
    """A sheet, a row and a column are hidden."""
    book["公開日程"].sheet_state = "hidden"
    book["経費"].row_dimensions[6].hidden = True
    book["月別"].column_dimensions["B"].hidden = True


def test_what_is_hidden_is_told() -> None:
    read = edited(hide)
    assert found(read) == [
        ("error", "table-missing", ""),
        ("warning", "hidden-sheet", "公開日程!A1"),
        ("warning", "hidden-row", "経費!A6"),
        ("warning", "hidden-column", "月別!B5"),
    ]


def test_a_formula_without_a_value_is_told_with_what_it_is() -> None:
    read = edited(typed(窓口_C6="=2+2"))  # openpyxl writes no value beside it
    (one,) = [one for one in read.findings if one.code == "formula-empty"]
    assert (one.cell, one.facts) == ("窓口!C6", {"formula": "=2+2"})
    assert sentence_of(one, "ja") == "数式「=2+2」の計算結果がありません。値を入力してください。"


def test_a_formula_that_may_hold_a_personal_number_is_not_repeated() -> None:
    (one,) = [one for one in edited(typed(窓口_C6="=123456789018")).findings if one.code == "formula-empty"]
    assert one.facts == {"formula": "=…"}


def twice(book: Workbook) -> None:
    """A sheet is copied."""
    copy: Worksheet = book.copy_worksheet(book["窓口"])
    copy.title = "窓口 (2)"


def test_a_copied_sheet_is_not_counted_twice() -> None:
    read = edited(twice)
    assert found(read) == [("error", "table-twice", "窓口 (2)!A5")]
    assert len(read.content.sites) == 1


def many(book: Workbook) -> None:
    """More rows than any municipality has."""
    for _ in range(450):
        book["公開日程"].append(["休日開庁", "2020-10-11", "9:00", "12:00", "区役所"])


def test_there_is_a_limit_to_rows() -> None:
    read = edited(many)
    assert found(read) == [("error", "rows-too-many", "公開日程!A406")]
    assert len(read.content.occasions) == 400


def many_wrong(book: Workbook) -> None:
    """As many that cannot be read."""
    for _ in range(450):
        book["公開日程"].append(["休み", "2020-10-11", "9:00", "12:00", "区役所"])


def test_rows_that_cannot_be_read_count_too() -> None:
    told = [(one.code, one.cell) for one in edited(many_wrong).findings]
    assert told == [*(("not-in-list", f"公開日程!A{row}") for row in range(8, 406)), ("rows-too-many", "公開日程!A406")]


def test_what_is_no_plan_is_refused() -> None:
    with pytest.raises(NotAPlan):
        workbook.read(sheets.write([sheets.table("表", ("国", "数"), [("日本", 1)])]))
    with pytest.raises(NotAWorkbook):
        workbook.read(b"PK\x03\x04 nothing")
