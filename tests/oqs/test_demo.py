"""The real shapes of questions, written about people of the demo country, and answered as the country knows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest

from onshi import eligibility, flows, registry
from onshi.app import App, open_app
from onshi.demo import Country, Scale
from onshi.demo.build import build, the_country
from onshi.eligibility import Answer, Asker
from onshi.interfaces.oqs import body_of, unit_of
from onshi.kernel import InsurerNumber, Moment, half_kana, moment_of, printed_insurer_number
from onshi.settings import Settings

from .test_fields import queries_in

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo-country")]

Row = dict[str, Any]
INSTITUTION = "1312345678"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass
class Known:
    """A small country, the registry it was loaded into, and every coverage of whoever has been told of in full."""

    app: App
    country: Country
    told: list[Row]
    untold: int


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    """1/200000 of the nation: some 650 people."""
    folder = tmp_path_factory.mktemp("oqs")
    app = open_app(Settings(folder, f"sqlite:///{folder / 'onshi.sqlite'}"))
    country = the_country(Scale(1, 200_000))
    build(app, country, folder / "feeds", lambda *_: None)
    review(app, country)
    rows = country.whole.coverages.join(country.people(), on="person_serial").sort("person_serial", "acquired_on")
    sent = pl.concat([country.whole.first_load, country.whole.changes.select(country.whole.first_load.columns)])
    began = set(sent.filter(pl.col("kind") == "新規").select("insurer_number", "number", "acquired_on").rows())
    ended = set(sent.filter(pl.col("lost_on") != "").select("insurer_number", "number", "lost_on").rows())
    waiting = {
        row["person_serial"]
        for row in rows.iter_rows(named=True)
        if (row["insurer_number"], row["number"], str(row["acquired_on"])) not in began
        or (row["lost_on"] and (row["insurer_number"], row["number"], str(row["lost_on"])) not in ended)
    }
    told = [row for row in rows.iter_rows(named=True) if row["person_serial"] not in waiting]
    yield Known(app, country, told, len(waiting))
    app.db.close()


def noon(country: Country) -> Moment:
    """When everything is asked: after the last files, which come in the morning."""
    return moment_of(datetime.combine(country.today, time(12), UTC))


def review(app: App, country: Country) -> None:
    """Who moved far away is somebody new to the insurer there, until a reviewer has said that the two are one."""
    with app.db.transaction() as tx:
        asked = [row for row in registry.held_rows(tx, limit=1_000) if not row.blocks]
        for place, row in enumerate(asked, start=1):
            at = Moment(noon(country) - 1_000_000 + 10 * place)
            flows.review_held(tx, row.id, accept=True, actor="staff:demo", at=at, draw=app.draw_many)


def fresh_insurer(known: Known) -> str:
    """The insurer that has sent something last: only such a one can say no."""
    return str(known.country.whole.changes.sort("notified_on")["insurer_number"][-1])


def search_info(row: Row, number: int, **changes: str) -> ElementTree.Element:
    """One question about a coverage, as real software writes it: wide symbols, short numbers padded with blanks."""
    elements = {
        "InsurerNumber": printed_insurer_number(InsurerNumber(row["insurer_number"])).rjust(8),
        "InsuredCardSymbol": (row["symbol"] or "").translate(_WIDE),
        "InsuredIdentificationNumber": row["number"],
        "InsuredBranchNumber": row["branch"] or "",
        "Birthdate": f"{row['birth_on']:%Y%m%d}",
        "LimitApplicationCertificateRelatedConsFlg": "0",
        "ArbitraryIdentifier": str(number),
    } | changes
    info = ElementTree.Element("QualificationConfirmSearchInfo")
    for name, text in elements.items():
        if text:
            ElementTree.SubElement(info, name).text = text
    return info


def request(infos: Sequence[ElementTree.Element], day: date) -> str:
    """A request of either family: OQSsiquc01req with one question, OQSmuquc01req with several."""
    message = ElementTree.Element("XmlMsg")
    header = ElementTree.SubElement(message, "MessageHeader")
    ElementTree.SubElement(header, "QualificationConfirmationDate").text = f"{day:%Y%m%d}"
    ElementTree.SubElement(header, "MedicalInstitutionCode").text = INSTITUTION
    ElementTree.SubElement(header, "ArbitraryFileIdentifier").text = f"{len(infos)}"
    ElementTree.SubElement(message, "MessageBody").extend(infos)
    return ElementTree.tostring(message, encoding="unicode")


def answers(known: Known, requests: Sequence[str]) -> list[Answer]:
    """What the registry answers at noon of the country's today, in order."""
    queries = [query for one in requests for query in queries_in(one)]
    asker = Asker(f"institution:{INSTITUTION}", INSTITUTION)
    with known.app.db.transaction(appending=True) as tx:
        checked = eligibility.check(
            tx, queries, at=noon(known.country), batch=known.app.draw(), asker=asker, signer=known.app.signer
        )
    return [one.answer for one in checked]


def validity(row: Row, whole: Sequence[Row], day: date) -> str:
    """資格有効性 as the country has it: 1 in force, 2 lost, 3 lost with another one in force."""

    def is_in_force(one: Row) -> bool:
        return bool(one["starts_on"] <= day and (one["lost_on"] is None or one["lost_on"] > day))

    if is_in_force(row):
        return "1"
    return "3" if any(is_in_force(one) for one in whole if one["person_serial"] == row["person_serial"]) else "2"


def true_elements(row: Row, insurers: dict[str, str]) -> dict[str, str | None]:
    """What the country knows of a coverage and whose it is, under the names of the interface."""
    return {
        "InsurerNumber": printed_insurer_number(InsurerNumber(row["insurer_number"])).rjust(8),
        "InsuredCardSymbol": row["symbol"],
        "InsuredIdentificationNumber": row["number"],
        "InsuredBranchNumber": row["branch"],
        "PersonalFamilyClassification": None if row["relation"] is None else str(row["relation"]),
        "Name": row["name"],
        "NameKana": half_kana(row["name_kana"]),
        "Sex1": str(row["sex"]),
        "Birthdate": f"{row['birth_on']:%Y%m%d}",
        "QualificationDate": f"{row['acquired_on']:%Y%m%d}",
        "DisqualificationDate": f"{row['lost_on']:%Y%m%d}" if row["lost_on"] else None,
        "InsurerName": insurers[row["insurer_number"]],
    }


def test_both_families_are_answered_with_what_the_country_knows(known: Known) -> None:
    day = known.country.today
    insurers = {one.number: one.name for one in known.country.insurers}
    infos = [search_info(row, number) for number, row in enumerate(known.told)]
    single = answers(known, [request([info], day) for info in infos])
    bulk = answers(known, [request(infos[start : start + 100], day) for start in range(0, len(infos), 100)])
    truth = [(validity(row, known.told, day), true_elements(row, insurers)) for row in known.told]
    seen: list[Any] = [body_of(one) for one in single]
    told = [
        (body["QualificationValidity"], {name: result.get(name) for name in expected})
        for body, (_, expected) in zip(seen, truth, strict=True)
        for result in [body["ResultList"]["ResultOfQualificationConfirmation"]]
    ]
    assert told == truth
    assert [unit_of(one) for one in bulk] == [unit_of(one) for one in single]
    assert {one for one, _ in truth} == {"1", "2", "3"}
    assert len(truth) > 700
    assert known.untold * 100 < len(truth)


def test_who_does_not_exist_is_not_registered(known: Known) -> None:
    day = known.country.today
    row = next(row for row in known.told if row["insurer_number"] == fresh_insurer(known))
    wrong = [{"InsuredIdentificationNumber": "1"}, {"Birthdate": f"{row['birth_on'].replace(year=1901):%Y%m%d}"}]
    asked = request([search_info(row, number, **changes) for number, changes in enumerate(wrong)], day)
    nobody = {"ProcessingResultStatus": "1", "QualificationValidity": "4"}
    assert [unit_of(one) for one in answers(known, [asked])] == [nobody, nobody]
