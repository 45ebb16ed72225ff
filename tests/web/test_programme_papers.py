"""The papers made again as pages, as a drawing and as a PDF: what is drawn agrees with the table beside it."""

import re
from datetime import date

import pytest

from onshi import web
from onshi.kernel import Quarter
from onshi.programme import papers
from onshi.web import gantt
from onshi.web.gantt import Chart, Line, Pin, Stretch
from onshi.web.programme import papers_charts

from .browse import Reader

DAY = date(2019, 9, 3)
SECTIONS = [one.code for one in papers.document(DAY).sections]
FIRST, LAST = Quarter(2019, 2), Quarter(2022, 4)


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_section_has_a_page_with_all_its_rows(reader: Reader, section: str, language: str) -> None:
    assert reader.get(f"/programme/papers/{section}?lang={language}").status_code == 200
    made = papers.document(DAY).section(section)
    assert reader.heading == made.title.of(language)
    rows = [len(table.rows) for table in made.tables if table.rows]  # without any, a sentence stands there
    bodies = re.findall(r"<tbody>(.*?)</tbody>", reader.answer.text, re.DOTALL)
    assert [body.count("<tr>") for body in bodies] == rows


def test_the_contents_lead_to_every_section_the_pdf_and_the_road_map(reader: Reader) -> None:
    page = reader.get("/programme/papers").text
    assert [code for code in SECTIONS if f'href="/programme/papers/{code}?on=2019-09-03"' not in page] == []
    assert 'href="/programme/papers.pdf?on=2019-09-03"' in page
    assert 'href="/programme/roadmap"' in page
    assert "2019年9月3日（令和元年9月3日）" in reader.text


def test_one_pages_on_through_the_sections(reader: Reader) -> None:
    page = reader.get("/programme/papers/roadmap").text
    assert 'href="/programme/papers/schedule?on=2019-09-03"' in page
    assert 'href="/programme/papers/insurers?on=2019-09-03"' in page


def test_the_programme_page_leads_there(reader: Reader) -> None:
    page = reader.get("/programme").text
    assert 'href="/programme/papers"' in page
    assert 'href="/programme/roadmap"' in page


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/programme/papers?on=2019-09-02", 404, "2019-09-03に公表されました"),
        ("/programme/papers/schedule?on=2019-09-02", 404, "2019-09-03に公表されました"),
        ("/programme/papers.pdf?on=2019-09-02", 404, "2019-09-03に公表されました"),
        ("/programme/roadmap?on=2019-09-02", 404, "2019-09-03に公表されました"),
        ("/programme/papers/nothing", 404, "その項目はありません"),
        ("/programme/papers?on=someday", 400, "日付を読み取れませんでした"),
    ],
)
def test_what_cannot_be_shown_is_said(reader: Reader, path: str, status: int, says: str) -> None:
    assert reader.get(path).status_code == status
    assert says in reader.text


def test_figures_known_later_are_not_on_the_page_of_the_day(reader: Reader) -> None:
    assert "46.4%" in reader.get("/programme/papers/servants?on=2020-03-31").text
    assert "46.4%" not in reader.get("/programme/papers/servants?on=2020-03-30").text


def test_the_road_map_shows_versions_and_reasons(reader: Reader) -> None:
    reader.get("/programme/roadmap?on=2019-09-03")
    assert reader.heading == "工程表と目標"
    assert reader.text.count("最初の公表") == 7  # every target
    assert "30,000,000–40,000,000" in reader.text


def test_a_bar_whose_quarters_are_not_given_is_hatched_and_said_in_words(reader: Reader) -> None:
    page = reader.get("/programme/papers/roadmap").text
    bars = papers.document(DAY).section("roadmap").tables[0].rows
    assert page.count('class="open-bar"') == len(bars) + 1 == 21  # one stands in the legend
    assert page.count('class="bar-box"') == 1  # the legend's: no bar has both quarters
    assert reader.text.count("資料から読み取れない") >= 20


def test_the_ministries_timetable_is_drawn_too(reader: Reader) -> None:
    page = reader.get("/programme/papers/ministries").text
    assert page.count('class="bar-box"') == 6  # five steps with their days, and the legend's
    assert page.count('class="open-bar"') == 5  # four without, and the legend's


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pdf_is_whole_and_the_same_every_time(language: str) -> None:
    made = web.papers_pdf(papers.document(DAY), language)
    assert made.startswith(b"%PDF-")
    assert made == web.papers_pdf(papers.document(DAY), language)
    assert len(re.findall(rb"/Type\s*/Page\b", made)) >= len(SECTIONS) + 1  # a cover, and a page for each


def test_the_pdf_can_be_saved(reader: Reader) -> None:
    answer = reader.get("/programme/papers.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="papers-2019-09-03.pdf"'


# -- Where things stand in a drawing -----------------------------------------------------------------------------------


def drawn(*stretches: Stretch, pins: tuple[Pin, ...] = ()) -> Chart:
    return gantt.chart([Line("作業", stretches, pins)], FIRST, LAST)


def quarter(chart: Chart, year: int, number: int) -> gantt.Column:
    return next(one for one in chart.quarters if one.quarter == Quarter(year, number))


def test_fifteen_quarters_in_four_fiscal_years_fill_the_frame() -> None:
    chart = drawn()
    assert [one.quarter.year for one in chart.years] == [2019, 2020, 2021, 2022]
    assert len(chart.quarters) == 15
    assert chart.quarters[0].x == chart.left
    assert chart.quarters[-1].x + chart.quarters[-1].width == pytest.approx(chart.right)
    assert sum(one.width for one in chart.years) == pytest.approx(chart.right - chart.left, abs=0.5)


def test_a_bar_covers_its_quarters_to_the_last_day() -> None:
    chart = drawn(Stretch(date(2020, 4, 1), date(2020, 9, 30)))
    (box,) = chart.rows[0].boxes
    assert (box.x, box.is_open) == (quarter(chart, 2020, 1).x, False)
    assert box.x + box.width == pytest.approx(quarter(chart, 2020, 3).x, abs=0.2)


@pytest.mark.parametrize(
    ("stretch", "begins", "ends"),
    [
        (Stretch(None, None), (2019, 2), None),
        (Stretch(date(2020, 7, 1), None), (2020, 2), None),
        (Stretch(None, date(2020, 6, 30)), (2019, 2), (2020, 2)),
        (Stretch(None, None, date(2021, 3, 31)), (2019, 2), (2021, 1)),
        (Stretch(date(2020, 7, 1), None, date(2021, 3, 31)), (2020, 2), (2021, 1)),
    ],
)
def test_an_end_nobody_gave_is_drawn_as_far_as_it_could_be(
    stretch: Stretch, begins: tuple[int, int], ends: tuple[int, int] | None
) -> None:
    chart = drawn(stretch)
    (box,) = chart.rows[0].boxes
    assert box.is_open
    assert chart.has_open
    assert box.x == quarter(chart, *begins).x
    right = chart.right if ends is None else quarter(chart, *ends).x
    assert box.x + box.width == pytest.approx(right, abs=0.2)


def test_what_lies_outside_is_cut_or_left_out() -> None:
    chart = drawn(Stretch(date(2010, 1, 1), date(2010, 12, 31)), Stretch(date(2019, 1, 1), date(2030, 1, 1)))
    (box,) = chart.rows[0].boxes
    assert (box.x, box.x + box.width) == (chart.left, pytest.approx(chart.right))
    assert drawn(pins=(Pin(date(2019, 6, 30), 1), Pin(date(2023, 4, 1), 2))).rows[0].marks == ()


def test_pins_near_each_other_share_a_mark_that_stays_in_the_frame() -> None:
    chart = drawn(
        pins=(Pin(date(2021, 3, 31), 5, "b"), Pin(date(2021, 3, 31), 4, "a"), Pin(date(2023, 3, 31), 11, "c"))
    )
    two, last = chart.rows[0].marks
    (first,) = drawn(pins=(Pin(date(2019, 7, 1), 1), Pin(date(2019, 7, 2), 2))).rows[0].marks
    assert (first.x, first.numbers) == (chart.left, (1, 2))
    assert (two.numbers, two.text, two.label) == ((4, 5), "4·5", "a; b")
    assert last.x + last.width <= chart.right


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("短い", ("短い",)),
        ("あ" * 25, ("あ" * 10, "あ" * 10, "あ" * 5)),
        ("one two three four five six", ("one two three", "four five six")),
    ],
)
def test_a_long_label_is_broken(label: str, lines: tuple[str, ...]) -> None:
    assert gantt.wrapped(label, 10 if label[0] != "o" else 8) == lines


def test_every_row_stands_below_the_one_before() -> None:
    plan = papers.document(DAY).section("roadmap").plan
    assert plan is not None
    chart = papers_charts.chart_of(plan, "ja", "（節目）")
    for one, after in zip(chart.rows, chart.rows[1:], strict=False):
        assert one.y + one.height == after.y
    assert chart.rows[-1].y + chart.rows[-1].height <= chart.height
    marks = [number for row in chart.rows for mark in row.marks for number in mark.numbers]
    assert sorted(marks) == list(range(1, 13))  # the 13th has no day
