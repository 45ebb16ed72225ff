"""The default country: every kind of insurer, sound people, lawful coverage, notices in order."""

import re
from datetime import date, timedelta

import polars as pl
import pytest

from onshi import law
from onshi.demo import CARD_ISSUER, COLUMNS, Country, NoSuchHouseholds, Scale
from onshi.demo.insurers import KINDS, bodies
from onshi.kernel import has_check_digit, parse_municipality_code, printed_insurer_number
from onshi.places import municipalities

# Members in millions: 別添2 of the plan of 2019-09-03; aid: 厚生労働省 被保護者調査, about two million.
PLANNED = {
    "kyokai": 39.4,
    "society": 29.5,
    "municipal_nhi": 30.0,
    "elderly": 18.0,
    "nhi_society": 2.8,
    "national_mutual": 1.6,
    "local_mutual": 3.14,
    "school_mutual": 1.67,
    "police_mutual": 0.69,
    "private_school": 0.92,
    "medical_aid": 2.0,
}


def kinds(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with the kind of their insurer."""
    table = pl.DataFrame({"insurer_number": bodies().numbers, "insurer_kind": [one.kind for one in bodies().insurers]})
    return frame.join(table, on="insurer_number", maintain_order="left")


def test_insurers_cover_every_kind_with_valid_numbers(country: Country) -> None:
    numbers = [one.number for one in country.insurers]
    assert len(numbers) == len(set(numbers)) == 67
    assert [n for n in numbers if not has_check_digit(printed_insurer_number(n))] == []
    assert {one.kind for one in country.insurers} == set(KINDS[1:])
    wrong = [one for one in country.insurers if law.kind_of_number(one.number).slug != one.kind]
    # 34 is shared by 公立学校 and 私学: the number alone does not tell them apart.
    assert {one.kind for one in wrong} <= {"private_school", "school_mutual"}


def test_every_kind_insures_somebody(country: Country) -> None:
    assert set(kinds(country.whole.first_load)["insurer_kind"]) == set(KINDS[1:])
    assert all(country.first_load(one.number).height for one in country.insurers)


@pytest.mark.parametrize(("kind", "millions"), PLANNED.items())
def test_groups_are_as_large_as_planned(country: Country, kind: str, millions: float) -> None:
    found = kinds(country.whole.first_load).filter(insurer_kind=kind).height
    assert found / 1000 == pytest.approx(millions, rel=0.25)


def test_first_loads_have_exactly_the_columns_of_a_feed(country: Country) -> None:
    frame = country.first_load(country.insurers[0].number)
    assert tuple(frame.columns) == COLUMNS
    assert set(frame.schema.values()) == {pl.String()}
    assert frame["kind"].unique().to_list() == ["新規"]
    assert frame["link_code"].null_count() == frame.height
    changes = country.changes(country.insurers[0].number)
    assert tuple(changes.columns) == (*COLUMNS, "person_serial", "notified_on")


def test_everybody_is_in_exactly_one_first_load_but_for_the_past(country: Country) -> None:
    rows = country.whole.first_load
    current = rows.filter(pl.col("lost_on").is_null())
    assert sorted(current["person_serial"].to_list()) == list(range(country.layout.people))
    past = kinds(rows.filter(pl.col("lost_on").is_not_null()))
    assert past["insurer_kind"].unique().to_list() == ["retired_nhi"]


def test_numbers_name_one_person_where_branches_are_given(country: Country) -> None:
    rows = country.whole.first_load
    key = ["insurer_number", "symbol", "number", "branch"]
    named = rows.filter(pl.col("branch").is_not_null() | ~pl.col("insurer_number").str.starts_with("06"))
    elderly = named.filter(pl.col("insurer_number").str.starts_with("39"))
    assert elderly.select(key).is_unique().all()
    assert rows.filter(pl.col("branch").is_not_null()).select(key).is_unique().all()


def test_twins_without_a_branch_number_exist(country: Country) -> None:
    rows = country.whole.first_load.filter(pl.col("branch").is_null() & pl.col("relation").is_not_null())
    pairs = rows.group_by("insurer_number", "symbol", "number", "birth_on").agg(pl.len(), pl.col("name").n_unique())
    twins = pairs.filter(pl.col("len") > 1)
    assert twins.height > 0
    assert (twins["name"] == twins["len"]).all()


def test_children_are_younger_than_their_heads(country: Country) -> None:
    people = country.whole.lives
    children = people.filter(role=2)
    assert (children["born"] - children["head_born"]).min() > 18 * 365


def test_codes_and_numbers_carry_their_check_digits(country: Country) -> None:
    municipal = country.whole.first_load["municipality"].drop_nulls().unique().to_list()
    assert sorted(municipal) == sorted(parse_municipality_code(code) for code in municipal)
    aid = country.whole.first_load.filter(pl.col("insurer_number").str.starts_with("12"))["number"].to_list()
    assert [number for number in aid if len(number) != 7 or not has_check_digit(number)] == []


def test_institutions_are_in_proportion_and_have_valid_codes(country: Country) -> None:
    places = country.institutions()
    counts = dict(places.group_by("kind").len().iter_rows())
    assert counts == {"hospital": 8, "clinic": 89, "dental": 70, "pharmacy": 61}
    assert [code for code in places["code"] if len(code) != 10 or not has_check_digit(code)] == []
    assert places["code"].is_unique().all()
    table = {"hospital": "1", "clinic": "1", "dental": "3", "pharmacy": "4"}
    assert [row for row in places.iter_rows(named=True) if row["code"][2] != table[row["kind"]]] == []
    assert [row for row in places.iter_rows(named=True) if row["code"][:2] != row["municipality"][:2]] == []


def test_the_smallest_country_has_one_institution_of_each_kind() -> None:
    tiny = Country(law.loss_day, scale=Scale(1, 1_000_000))
    assert sorted(tiny.institutions()["kind"]) == ["clinic", "dental", "hospital", "pharmacy"]


def test_coverages_overlap_at_most_by_the_lawful_day(country: Country) -> None:
    rows = country.whole.coverages.sort("person_serial", "starts_on")
    follows = rows.with_columns(
        next=pl.when(pl.col("person_serial") == pl.col("person_serial").shift(-1)).then(pl.col("starts_on").shift(-1))
    ).filter(pl.col("next").is_not_null())
    shared = follows.select((pl.col("lost_on") - pl.col("next")).dt.total_days()).to_series()
    assert follows["lost_on"].null_count() == 0
    assert set(shared) == {0, 1}


def test_nobody_alive_is_without_coverage(country: Country) -> None:
    # Who dies today is insured today.
    lives = pl.col("died_on").is_null() | (pl.col("died_on") >= country.today)
    alive = country.people().filter(lives)["person_serial"].to_list()
    assert sorted(country.truth(country.today)["person_serial"].unique().to_list()) == sorted(alive)


def test_coverage_begins_before_it_ends_and_not_before_birth(country: Country) -> None:
    rows = country.whole.coverages.join(
        country.people().select("person_serial", "birth_on"), on="person_serial", maintain_order="left"
    )
    assert rows.filter(pl.col("lost_on") <= pl.col("starts_on")).height == 0
    assert rows.filter(pl.col("acquired_on") < pl.col("birth_on")).height == 0
    assert rows.filter(pl.col("starts_on") < pl.col("acquired_on")).height == 0


def test_every_story_of_three_years_happens(country: Country) -> None:
    reasons = set(country.whole.coverages["reason"].drop_nulls())
    assert reasons == {"died", "joined_other", "moved_prefecture", "aid_started", "turned_75", "retired", "past"}
    changes = country.whole.changes
    assert set(changes["kind"]) == {"新規", "変更", "喪失", "取消"}
    assert set(changes["loss_reason"].drop_nulls()) == {"01", "02", "03", "99"}
    assert changes["name_before"].drop_nulls().len() > 100
    inside = changes.filter(pl.col("starts_on").is_not_null() & (pl.col("kind") == "新規"))
    assert (inside["starts_on"] > inside["acquired_on"]).all()
    assert inside.height > 10


def test_a_change_of_job_ends_and_begins_inside_months(country: Country) -> None:
    days = country.whole.changes.filter(kind="喪失")["lost_on"].str.slice(8, 2)
    assert days.n_unique() == 31


def test_notices_come_after_what_they_tell_and_some_come_late(country: Country) -> None:
    changes = country.whole.changes.with_columns(
        told=pl.when(pl.col("kind") == "喪失")
        .then(pl.col("lost_on"))
        .otherwise(pl.coalesce("starts_on", "acquired_on"))
        .str.to_date()
    ).filter(pl.col("kind").is_in(["新規", "喪失"]))
    delay = (changes["notified_on"] - changes["told"]).dt.total_days()
    assert delay.min() >= 1
    assert delay.max() <= 150
    assert 0.05 < (delay > 21).sum() / len(delay) < 0.12
    assert changes["notified_on"].min() > country.start
    assert changes["notified_on"].max() <= country.today


def test_a_coverage_is_announced_before_it_is_changed_or_ended(country: Country) -> None:
    rows = country.whole.changes.with_row_index("at")
    key = ["insurer_number", "symbol", "number", "name_kana", "birth_on", "acquired_on", "starts_on"]
    new = rows.filter(kind="新規").select(*key, announced="at")
    after = rows.filter(pl.col("kind") != "新規").join(new, on=key, nulls_equal=True)
    assert after.height > 1000
    assert (after["at"] > after["announced"]).all()


def test_a_mistaken_registration_is_taken_back(country: Country) -> None:
    rows = country.whole.changes
    cancelled = rows.filter(kind="取消")
    assert cancelled.height >= 20
    key = ["insurer_number", "symbol", "number", "acquired_on"]
    assert (
        rows.filter(kind="新規").join(cancelled.select(key), on=key, how="semi", nulls_equal=True).height
        == cancelled.height
    )
    covered = country.whole.coverages.with_columns(pl.col("acquired_on").cast(pl.String))
    assert covered.join(cancelled, on=key, how="semi", nulls_equal=True).height == 0


def test_mislinked_rows_name_one_person_and_link_to_another_the_insurer_knows(country: Country) -> None:
    wrong = country.mislinked()
    assert wrong.height >= 20
    assert wrong["why"].n_unique() >= 3
    assert (wrong["person_meant"] != wrong["person_linked"]).all()
    people = country.whole.lives.select("serial", "birth_on", "sex", "surname", "given", "married")
    both = wrong.join(people, left_on="person_meant", right_on="serial", maintain_order="left").join(
        people, left_on="person_linked", right_on="serial", suffix="_linked", maintain_order="left"
    )
    names = pl.col("given") != pl.col("given_linked")
    others = (pl.col("birth_on") != pl.col("birth_on_linked")) | (pl.col("sex") != pl.col("sex_linked")) | names
    assert both.filter(~others).height == 0
    known = country.whole.first_load.select("insurer_number", person_linked="person_serial")
    assert wrong.join(known, on=["insurer_number", "person_linked"], how="semi").height == wrong.height


def test_every_other_row_links_to_the_person_it_names(country: Country) -> None:
    key = ["insurer_number", "kind", "person_serial", "notified_on"]
    wrong = country.mislinked().rename({"person_linked": "person_serial"}).select(key)
    rows = country.whole.changes.join(wrong, on=key, how="anti").join(
        country.people().select("person_serial", truth_birth=pl.col("birth_on").cast(pl.String), truth_sex="sex"),
        on="person_serial",
    )
    assert rows.height == country.whole.changes.height - country.whole.changes.join(wrong, on=key, how="semi").height
    assert (
        rows.filter((pl.col("birth_on") != pl.col("truth_birth")) | (pl.col("sex") != pl.col("truth_sex"))).height == 0
    )


def test_cards_are_held_by_four_in_five_and_named_once(country: Country) -> None:
    people = country.people()
    held = people.filter(pl.col("card_serial").is_not_null())
    assert held.height / people.height == pytest.approx(0.8, abs=0.01)
    assert held["card_serial"].is_unique().all()
    assert held["card_issuer"].unique().to_list() == [CARD_ISSUER]
    links = country.card_links()
    assert 0.6 < links.height / people.height < 0.8
    assert links["linked_on"].max() <= country.today


def test_certificates_fit_the_age(country: Country) -> None:
    rows = country.whole.first_load.with_columns(pl.col("birth_on").str.to_date())
    senior = rows.filter(pl.col("elderly_share").is_not_null())
    births = senior["birth_on"]
    assert births.min() > date(country.start.year - 75, country.start.month, country.start.day)
    assert births.max() <= date(country.start.year - 70, country.start.month, country.start.day)
    limits = rows.filter(pl.col("limit_category").is_not_null())
    assert set(limits["limit_category"].str.slice(0, 1)) == {"A", "B"}
    assert limits.filter(pl.col("limit_category").str.starts_with("B"))["birth_on"].max() <= births.max()
    elderly = rows.filter(pl.col("insurer_number").str.starts_with("39"))
    assert set(elderly["share"]) == {"010", "020", "030"}
    assert (
        rows.filter(~pl.col("insurer_number").str.starts_with("39"))["share"].null_count()
        == rows.height - elderly.height
    )


def test_card_classes_and_flags(country: Country) -> None:
    rows = kinds(country.whole.first_load)
    assert set(rows["card_class"]) == {"01", "02", "05", "06", "07", "A1"}
    assert rows.filter(card_class="07")["insurer_kind"].unique().to_list() == ["sdf"]
    assert rows.filter(card_class="A1")["insurer_kind"].unique().to_list() == ["medical_aid"]
    assert 0 < (rows["undisclosed"] == "1").sum() < rows.height // 200
    assert 0 < (rows["refused"] == "1").sum() < rows.height // 500


def is_personal_number(digits: str) -> bool:
    """The 検査用数字 of the 番号法: weight n + 1 for n up to 6, n - 5 beyond, from the right of 11 digits."""
    total = sum(int(char) * (n + 1 if n <= 6 else n - 5) for n, char in enumerate(reversed(digits[:11]), start=1))
    return digits[11] == str(0 if total % 11 <= 1 else 11 - total % 11)


def test_no_cell_holds_what_could_be_a_personal_number(country: Country) -> None:
    frames = [country.whole.first_load, country.whole.changes, country.people(), country.institutions()]
    for frame in frames:
        text = frame.select(pl.col(pl.String)).unpivot()["value"].drop_nulls().unique()
        runs = text.str.replace_all(r"[^0-9０-９]", "")
        longest = runs.filter(runs.str.len_chars() >= 12).to_list()
        assert [run for run in longest if re.fullmatch(r"[0-9]{12}", run) and is_personal_number(run)] == []
        assert longest == []


def test_people_of_each_municipality_are_as_many_as_its_share(country: Country) -> None:
    counts = country.whole.lives.filter(pl.col("serial") < country.layout.people)["place"].value_counts()
    found = dict(counts.iter_rows())
    assert [found.get(place, 0) for place in range(len(municipalities()))] == list(country.layout.counts)
    assert 0 in country.layout.counts


def test_pieces_outside_the_country_are_refused(country: Country) -> None:
    last = country.layout.households + 1
    with pytest.raises(NoSuchHouseholds) as refusal:
        country.piece(0, last)
    assert refusal.value.facts == {"first": 0, "last": last, "households": last - 1}


def test_another_day_and_another_seed_make_another_country() -> None:
    one = Country(law.loss_day, scale=Scale(1, 50_000))
    later = Country(law.loss_day, scale=Scale(1, 50_000), today=one.today + timedelta(30))
    other = Country(law.loss_day, scale=Scale(1, 50_000), seed=1)
    assert later.start == date(2023, 12, 1)
    assert later.whole.changes["notified_on"].max() > one.today
    assert not other.people()["name"].equals(one.people()["name"])


def test_a_leap_day_is_a_day_like_any_other() -> None:
    leap = Country(law.loss_day, scale=Scale(1, 50_000), today=date(2028, 2, 29))
    assert leap.start == date(2025, 2, 28)
    assert sorted(leap.whole.first_load.filter(pl.col("lost_on").is_null())["person_serial"]) == list(
        range(leap.layout.people)
    )
