"""The programme's pages: the answer at the top, drawings that agree with tables, two languages, quick from cold."""

import re
import time
from datetime import date

import pytest

from onshi import programme, record
from onshi.programme import Verdict
from onshi.web.programme import charts
from onshi.web.programme.facts import drawing_values, short_number

from .browse import Reader, text_of

JULY = "/programme?on=2020-08-01"
# The demand is 300 ms; the best of three tries counts.
COLD_WITHIN_S = 0.3


def cards(reader: Reader) -> dict[str, str]:
    """The four answers at the top, by their question."""
    found = re.findall(r'<div class="card"><dt>(.*?)</dt><dd>(.*?)</dd>', reader.answer.text, re.DOTALL)
    return {name: text_of(html) for name, html in found}


@pytest.mark.parametrize(
    ("day", "heading"),
    [
        ("2017-03-08", "目標はまだ公表されていません"),
        ("2019-09-10", "判断できません"),
        ("2020-07-31", "遅れています"),
        ("令和2年8月1日", "遅れています"),
        ("2022-04-01", "判断できません"),
    ],
)
def test_the_first_thing_told_is_whether_it_is_on_course(reader: Reader, day: str, heading: str) -> None:
    assert reader.get(f"/programme?on={day}").status_code == 200
    assert reader.heading == heading


def test_the_four_answers_of_august_2020(reader: Reader) -> None:
    reader.get(f"{JULY}&lang=en")
    assert reader.heading == "Off course"
    told = cards(reader)
    assert told["Now"] == "23,246,822 18.2% of 127,443,563 residents (1 Jan 2019). Counted 1 Aug 2020."
    assert told["Where not"].startswith("47 of 47 ")
    assert "Furthest away: Kochi , Niigata , Yamagata" in told["Where not"]
    assert told["Since when"] == "16 Sep 2019 Target of 31 Jul 2020 missed by 6,753,178 (77%)."
    assert told["What next"] == (
        "31 Mar 2021 60,000,000 by 31 Mar 2021: 151,248 a day are needed. The last interval brought 32,020 a day."
    )


def test_the_same_in_japanese(reader: Reader) -> None:
    reader.get(JULY)
    assert cards(reader)["次の目標"] == (
        "2021年3月31日 2021年3月31日までに60,000,000枚。1日151,248枚が必要です。 直近は1日32,020枚。"
    )


def test_nothing_later_than_the_day_is_on_the_page(reader: Reader) -> None:
    assert "23,246,822" in reader.get(JULY).text
    assert "23,246,822" not in reader.get("/programme?on=2020-07-31").text


def test_without_a_day_the_last_count_is_shown_and_after_it_the_end_is_said(reader: Reader) -> None:
    assert "53,759,380" in reader.get("/programme").text
    assert "記録は2022年3月1日の集計までです" not in reader.text
    reader.get("/programme?on=2022-03-02")
    assert "記録は2022年3月1日の集計までです" in reader.text


def test_every_chart_has_its_figures_in_a_table(reader: Reader) -> None:
    page = reader.get(JULY).text
    assert page.count('<circle class="step') == len(record.towns()) == 1741
    assert len(re.findall(r'<rect class="step\d" x=', page)) == 47
    assert page.count('href="/programme/areas/13?on=2020-08-01"') >= 2  # tile and table
    assert page.count('href="/programme/areas/452025?on=2020-08-01"') == 1
    marks = page.count('<path class="rebased"') - 1  # one stands in the legend
    assert marks == sum(one.is_rebased for one in record.counts_of(record.nation(), date(2020, 8, 1))) == 3
    assert len(re.findall(r'<circle class="dot" cx="[\d.]+" cy="[\d.]+" r="3">', page)) == 18


def test_one_goes_down_to_a_prefecture_and_to_a_town_and_up_again(reader: Reader) -> None:
    reader.get("/programme/areas/45?on=2021-04-01")
    assert "宮崎県の普及状況" in reader.text
    assert 'href="/programme/areas/452025?on=2021-04-01"' in reader.answer.text
    reader.get("/programme/areas/452025?on=2021-04-01")
    assert "都城市の普及状況" in reader.text
    assert "等しく分けたもの" in reader.text
    assert 'href="/programme/areas/45?on=2021-04-01"' in reader.answer.text
    assert 'href="/programme?on=2021-04-01"' in reader.answer.text


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/programme?on=someday", 400, "日付を読み取れませんでした"),
        ("/programme?on=2017-03-07", 404, "2017-03-08"),
        ("/programme/areas/131042", 404, "このコードの地域はありません"),
    ],
)
def test_what_cannot_be_shown_is_said(reader: Reader, path: str, status: int, says: str) -> None:
    assert reader.get(path).status_code == status
    assert says in reader.text


def test_the_nation_by_its_code_is_the_front_page(reader: Reader) -> None:
    reader.get(JULY)
    front = reader.text
    reader.get("/programme/areas/00?on=2020-08-01")
    assert reader.text == front


def test_the_front_page_leads_there(reader: Reader) -> None:
    assert 'href="/programme"' in reader.get("/").text


def test_it_is_quick_from_cold(reader: Reader) -> None:
    reader.get("/")  # the first page of all compiles what every page needs
    assert min(cold_seconds(reader) for _ in range(3)) < COLD_WITHIN_S


def cold_seconds(reader: Reader) -> float:
    """How long the page takes when nothing of the record has been read."""
    for one in (
        record.record,
        record.targets,
        record.points,
        record.places,
        record.tiles,
        record.allotted,
        record.last_counts,
    ):
        one.cache_clear()
    # Of the processor: what other tests take of the machine at the time is not the page's.
    start = time.process_time()
    assert reader.get("/programme").status_code == 200
    return time.process_time() - start


# -- Where things stand in a drawing -----------------------------------------------------------------------------------


def test_a_series_stays_within_its_frame_and_rises() -> None:
    status = programme.status_of(record.nation(), date(2022, 3, 1))
    drawn = charts.series(status.counts, status.verdicts)
    places = [(x, y) for x, y, _ in drawn.dots]
    assert all(drawn.left <= x <= drawn.right and drawn.top <= y <= drawn.bottom for x, y in places)
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert [y for _, y in places] == sorted((y for _, y in places), reverse=True)
    assert [(one.verdict.low, one.verdict.high) for one in drawn.aims] == [
        (30_000_000, 40_000_000),
        (60_000_000, 70_000_000),
        (90_000_000, 100_000_000),
    ]
    assert [value for _, value in drawn.grid] == [0, 20_000_000, 40_000_000, 60_000_000, 80_000_000, 100_000_000]


def test_a_village_has_a_series_too() -> None:
    status = programme.status_of(record.find_area("134023"), date(2017, 3, 8))
    drawn = charts.series(status.counts, list[Verdict]())
    assert (len(drawn.dots), drawn.band, drawn.grid[0][1]) == (1, "", 0)


@pytest.mark.parametrize(("rate", "step"), [(0.0, 0), (9.99, 0), (10.0, 1), (39.9, 5), (40.0, 6), (120.0, 6)])
def test_a_rate_has_one_step_of_colour(rate: float, step: int) -> None:
    assert charts.step_of(rate) == step


@pytest.mark.parametrize(
    ("value", "ja", "en"),
    [(30_000_000, "3,000万", "30 M"), (2_500_000, "250万", "2.5 M"), (500, "500", "500"), (0, "0", "0")],
)
def test_round_numbers_as_an_axis_has_them(value: int, ja: str, en: str) -> None:
    assert (short_number(value, "ja"), short_number(value, "en")) == (ja, en)


def test_a_new_definition_has_a_mark_in_the_series() -> None:
    status = programme.status_of(record.nation(), date(2020, 8, 1))
    drawn = charts.series(status.counts, status.verdicts, [date(2019, 4, 1)])
    (mark,) = drawn.redefined
    before, after = (
        next(x for x, _, count in drawn.dots if count.on == day) for day in (date(2018, 12, 1), date(2019, 9, 16))
    )
    assert before < mark.x < after
    assert charts.series(status.counts, status.verdicts).redefined == ()


def test_a_definition_that_begins_after_the_last_count_marks_nothing() -> None:
    on = date(2023, 8, 1)  # the record ends before the definition of June 2022
    assert drawing_values(record.nation(), on)["series"].redefined == ()
    assert record.redefinitions("issued", date(2017, 3, 8), on) != ()
