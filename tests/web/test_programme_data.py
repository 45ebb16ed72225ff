"""The programme to take away: tables, charts and the catalogue agree with the pages, in every form."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from datetime import date
from html import unescape

import pytest
from PIL import Image

from onshi import programme, record, sheets
from onshi.programme import DATASETS
from onshi.web.drawings import styles
from onshi.web.programme.exports import CHARTS, TYPES

from .browse import Reader

DAY = "2020-08-01"
DAY_OF = date.fromisoformat(DAY)


def file(reader: Reader, address: str) -> bytes:
    answer = reader.get(address)
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.parametrize("name", sorted(DATASETS))
@pytest.mark.parametrize("area", ["00", "13", "131016"])
def test_a_table_says_the_same_in_every_form(reader: Reader, name: str, area: str) -> None:
    address = f"/programme/data/{name}.%s?area={area}&on={DAY}&lang=en"
    rows = json.loads(file(reader, address % "json"))["rows"]
    (book,) = sheets.read(file(reader, address % "xlsx")).sheets
    lines = list(csv.reader(io.StringIO(file(reader, address % "csv").decode("utf-8-sig"))))
    assert lines[0] == DATASETS[name].header("en") == [str(one) for one in book.rows[0]]
    assert [[str("" if cell is None else cell) for cell in row.values()] for row in rows] == [
        # A text that begins like a formula has an apostrophe in front in CSV, and needs none elsewhere.
        [cell.removeprefix("'") for cell in line]
        for line in lines[1:]
    ]
    assert len(book.rows) == len(lines)
    if name != "parts":
        assert rows


def test_the_counts_of_a_table_are_those_of_the_record(reader: Reader) -> None:
    rows = json.loads(file(reader, f"/programme/data/counts.json?area=13&on={DAY}"))["rows"]
    tokyo = [row for row in rows if row["code"] == "13"]
    assert [row["issued"] for row in tokyo] == [one.issued for one in record.counts_of(record.find_area("13"), DAY_OF)]
    assert sum(row["issued"] for row in rows if row["code"] != "13" and row["on"] == DAY) == tokyo[-1]["issued"]
    assert max(row["on"] for row in rows) == DAY  # nothing later than the day


@pytest.mark.parametrize(("name", "area"), [("targets", "13"), ("figures", "00"), ("definitions", "00")])
def test_what_is_of_the_nation_says_so_whatever_area_is_asked_for(reader: Reader, name: str, area: str) -> None:
    answer = reader.get(f"/programme/data/{name}.json?area=13&on={DAY}")
    assert answer.json()["area"] == area
    assert f"{name}-{area}-{DAY}.json" in answer.headers["content-disposition"]


def test_every_municipality_is_in_its_table(reader: Reader) -> None:
    rows = json.loads(file(reader, f"/programme/data/municipalities.json?on={DAY}"))["rows"]
    assert [row["code"] for row in rows] == [one.code for one in record.towns()]


@pytest.mark.parametrize("address", ["nothing.csv", "counts.pdf", "counts.csv.gz", "../counts.csv"])
def test_what_is_not_there_is_not_found(reader: Reader, address: str) -> None:
    assert reader.get(f"/programme/data/{address}").status_code == 404


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_picture_of_its_own(reader: Reader, name: str) -> None:
    drawn = file(reader, f"/programme/charts/{name}.svg?on={DAY}")
    root = ET.fromstring(drawn)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert b"var(" not in drawn and b"color-mix" not in drawn
    used = set(re.findall(r'class="([\w-]+)"', drawn.decode())) - {"chart"}
    pale = {f"on-step{step}" for step in range(4)}  # black on pale, as all text
    assert {one for one in used if f".{one}" not in styles()} <= pale
    picture = Image.open(io.BytesIO(file(reader, f"/programme/charts/{name}.png?on={DAY}")))
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    assert picture.width / picture.height == pytest.approx(width / height, rel=0.02)
    assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 3  # something is drawn on it


@pytest.mark.parametrize(("name", "has_steps"), [("series", False), ("tiles", True), ("map", True), ("funnel", False)])
def test_steps_of_colour_are_told_where_something_has_them(reader: Reader, name: str, has_steps: bool) -> None:
    drawn = file(reader, f"/programme/charts/{name}.svg?on={DAY}").decode()
    assert ("40%以上" in drawn) is has_steps


@pytest.mark.parametrize("area", ["00", "13", "131016"])
def test_every_chart_that_is_offered_is_there(reader: Reader, area: str) -> None:
    page = reader.get(f"/programme/data?area={area}&on={DAY}").text
    offered = re.findall(r'href="(/programme/charts/[^"]+)"', page)
    assert len(offered) == 2 * (len(CHARTS) if area == "00" else 1)
    assert [reader.get(unescape(address)).status_code for address in offered] == [200] * len(offered)


def test_an_area_without_a_map_has_none(reader: Reader) -> None:
    assert reader.get(f"/programme/charts/map.svg?area=13&on={DAY}").status_code == 404
    assert reader.get(f"/programme/charts/series.gif?on={DAY}").status_code == 404


def test_the_catalogue_names_every_file_and_each_is_there(reader: Reader) -> None:
    document = json.loads(file(reader, "/programme/data/catalog.jsonld"))
    found = {one["dct:identifier"]: one for one in document["dcat:dataset"]}
    assert found.keys() == DATASETS.keys()
    for one in found.values():
        addresses = [kind["dcat:downloadURL"]["@id"] for kind in one["dcat:distribution"]]
        assert [address.rsplit(".", 1)[1] for address in addresses] == list(TYPES)
    assert file(reader, "/programme/data/" + addresses[0].rsplit("/", 1)[1])


def test_the_page_of_open_data_leads_to_the_files(reader: Reader) -> None:
    page = reader.get(f"/programme/data?area=13&on={DAY}&lang=en")
    assert "Tokyo, as known on 1 Aug 2020" in reader.text
    assert page.text.count(f".csv?area=13&amp;on={DAY}") == len(DATASETS)


@pytest.mark.parametrize("month", ["", "2020", "2020-13", "0000-01", "9999-12"])
def test_a_month_that_is_none_has_no_report(reader: Reader, month: str) -> None:
    assert reader.get(f"/programme/report?month={month}").status_code == 400


@pytest.mark.parametrize(("day", "status"), [("0001-01-01", 404), ("2017-03-07", 404), ("2017-03-08", 200)])
def test_before_the_record_there_is_nothing_to_take_away(reader: Reader, day: str, status: int) -> None:
    assert reader.get(f"/programme/data?on={day}").status_code == status


def test_the_funnel_is_of_the_last_day_with_applications_and_cards(reader: Reader) -> None:
    funnel = programme.funnel_on(DAY_OF)
    assert funnel is not None
    assert [(one.stage, one.count, one.gap) for one in funnel.steps] == [
        ("applied", 25_780_000, None),
        ("issued", 21_330_000, 4_450_000),
    ]
    assert "4,450,000" in reader.get(f"/programme?on={DAY}").text
