"""The list of places holds the nation, and its codes are lawful."""

from collections import Counter
from pathlib import Path

import pytest

from onshi.kernel import MunicipalityCode, parse_municipality_code
from onshi.places import UnknownMunicipality, municipalities, municipality, prefectures, successor

CODES = Path(__file__).parents[3] / "shared" / "data" / "geo" / "index.json"


def test_the_nation_is_whole() -> None:
    assert len(municipalities()) == 1741
    assert len(prefectures()) == 47
    assert sum(place.population for place in municipalities()) == 126_654_244


def test_kinds_of_municipality() -> None:
    wards = [place for place in municipalities() if place.code.startswith("131")]
    rest = [place for place in municipalities() if not place.code.startswith("131")]
    assert {place.name[-1] for place in wards} == {"区"}
    assert Counter(place.name[-1] for place in rest) == {"市": 792, "町": 743, "村": 183}
    assert len(wards) == 23


def test_codes_are_in_order_and_have_their_check_digit() -> None:
    codes = [place.code for place in municipalities()]
    assert codes == sorted(set(codes))
    assert codes == [parse_municipality_code(code) for code in codes]


def test_every_municipality_lies_in_its_prefecture() -> None:
    names = {one.code: one.name for one in prefectures()}
    assert [names[place.prefecture_code] for place in municipalities()] == [
        place.prefecture for place in municipalities()
    ]
    assert [one.code for one in prefectures()] == [f"{number:02}" for number in range(1, 48)]


def test_kana_is_full_width_katakana() -> None:
    kana = "".join([place.kana for place in municipalities()] + [one.kana for one in prefectures()])
    assert {char for char in kana if not "ァ" <= char <= "ー"} == set()


@pytest.mark.parametrize(
    ("code", "prefecture", "name", "kana"),
    [
        ("011002", "北海道", "札幌市", "サッポロシ"),
        ("013030", "北海道", "当別町", "トウベツチョウ"),
        ("131016", "東京都", "千代田区", "チヨダク"),
        ("221309", "静岡県", "浜松市", "ハママツシ"),
        ("473821", "沖縄県", "与那国町", "ヨナグニチョウ"),
    ],
)
def test_a_municipality_is_found_by_its_code(code: str, prefecture: str, name: str, kana: str) -> None:
    found = municipality(MunicipalityCode(code))
    assert (found.prefecture, found.name, found.kana) == (prefecture, name, kana)


@pytest.mark.parametrize("code", ["011011", "016951", "999999"])
def test_a_ward_of_a_city_and_a_village_without_residents_are_refused(code: str) -> None:
    with pytest.raises(UnknownMunicipality) as refusal:
        municipality(MunicipalityCode(code))
    assert (refusal.value.code, refusal.value.facts) == ("unknown-municipality", {"code": code})


# A second source beside the one the list was written from; it may not be committed, and the tests above do without it.
@pytest.mark.skipif(not CODES.exists(), reason="the national list is not beside this checkout")
def test_names_agree_with_the_national_list() -> None:
    text = CODES.read_text(encoding="utf-8")
    missing = [place.code for place in municipalities() if f'"c":"{place.code}"' not in text]
    assert missing == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("403059", "那珂川市"),  # a town that became a city
        ("112267", "川口市"),  # a city that was merged into another
        ("141011", "横浜市"),  # wards
        ("281115", "神戸市"),
        ("271411", "堺市"),  # after 大阪市 in the same prefecture
        ("131016", None),  # Tokyo's wards are municipalities
        ("011002", None),  # is there itself
        ("999997", None),
    ],
)
def test_what_became_of_a_code(code: str, name: str | None) -> None:
    found = successor(parse_municipality_code(code))
    assert (None if found is None else found.name) == name
