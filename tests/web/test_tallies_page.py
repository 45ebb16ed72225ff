"""Counts of registrations on the pages: recorded, taken, shared; and what each must not see on the way."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from onshi import access, audit, registry
from onshi.access import Role
from onshi.app import App
from onshi.audit import Action
from onshi.kernel import InsurerNumber
from onshi.registry import Insurer
from tallies import make

from . import country
from .browse import Reader

DAY = "2026-10-31"
FUND, MINISTRY, INSURER, PUBLIC = (
    "/fund/registration-counts",
    "/ministry/registration-counts",
    "/insurer/registration-counts",
    "/programme/registrations",
)
STAFF = {
    "fund": (country.OPERATOR, [Role.FUND_CLERK]),
    "ministry": (make.MINISTRY, [Role.PROGRAMME_OFFICER]),
    "other-ministry": (make.OTHER_MINISTRY, [Role.PROGRAMME_OFFICER]),
    "office": (make.OFFICE, [Role.PROGRAMME_OFFICER]),
    "prefecture": (make.PREFECTURE, [Role.PROGRAMME_OFFICER]),
    "city": (country.CITY_PARTY, [Role.INSURER_CLERK]),
}
MORE = [Insurer(InsurerNumber(f"061300{n}"), "06", "society", f"健保{n}", "13") for n in (17, 25, 33, 41)]


def register(app: App) -> None:
    """Those who have to do with counts; five societies, of which one has members: five on the day, two with a card."""
    parties = [make.MINISTRY, make.OTHER_MINISTRY, make.OFFICE, make.PREFECTURE]
    with app.db.transaction() as tx:
        known = access.party_names(tx, [one.id for one in parties])
        access.register_parties(tx, [one for one in parties if one.id not in known], by=country.BY)
        registry.put_insurers(tx, MORE, at=country.START)
        for name, (party, roles) in STAFF.items():
            access.register_staff(
                tx,
                party.id,
                login=f"tally-{name}",
                roles=roles,
                password="correct horse battery",
                key=app.staff_key,
                at=country.START,
                by=country.BY,
                staff_id=f"s-tally-{name}",
            )


@pytest.fixture(autouse=True)
def parties(app: App) -> None:
    """They are there."""
    register(app)


FEW = (country.CITY, MORE[0].number, MORE[1].number)


def load_members(app: App, folder: Path, insurers: Sequence[InsurerNumber] = FEW) -> None:
    """These insurers have a member each: a municipal one and two more societies, if not said otherwise."""
    for place, insurer in enumerate(insurers):
        sign = "カキクケコ"[place]
        new = country.row(
            insurer_number=insurer,
            number=f"77{place}",
            name=f"例　{sign}",
            name_kana=f"レイ　{sign}",
            birth_on=f"197{place}-05-06",
            address=f"東京都千代田区例町{place}",
            acquired_on="2026-10-05",
        )
        country.load(app, [new], folder, insurer=insurer)


@pytest.fixture
def members(app: App, tmp_path: Path) -> None:
    """They are there."""
    load_members(app, tmp_path)


def staff(app: App, name: str) -> Reader:
    """Somebody signed in."""
    reader = Reader(app)
    opened = app.run(lambda tx: access.open_session(tx, f"s-tally-{name}", at=app.now()))
    reader.cookies.set("onshi_session", opened.token)
    return reader


def record(app: App, on: str = DAY) -> Reader:
    fund = staff(app, "fund")
    fund.get(FUND)
    fund.post(f"{FUND}/record", on=on)
    return fund


def step(app: App, act: str) -> Reader:
    ministry = staff(app, "ministry")
    ministry.get(MINISTRY)
    ministry.post(f"{MINISTRY}/{act}", on=DAY)
    return ministry


def text_at(reader: Reader, page: str) -> str:
    reader.get(page)
    return reader.text


@pytest.mark.usefixtures("members")
def test_the_way_from_the_fund_to_everybody(app: App) -> None:
    insurer, public = Reader(app).enter("insurer"), Reader(app)
    told = "2026年10月31日 5 2 40.0%"
    assert "集計を記録しました。" in record(app).text
    assert staff(app, "ministry").get(f"{MINISTRY}/{DAY}").status_code == 404
    assert told not in text_at(insurer, INSURER)
    assert "集計を受け取りました。" in step(app, "take").text
    assert f"{country.SOCIETY_PARTY.name} 5 2 40.0%" in text_at(staff(app, "ministry"), f"{MINISTRY}/{DAY}")
    assert told not in text_at(insurer, INSURER)
    assert "まだ共有された集計はありません。" in text_at(public, PUBLIC)
    assert "集計を共有しました。" in step(app, "share").text
    # Of three insurers with members there are no quartiles.
    assert f"{told} 示しません" in text_at(insurer, INSURER)
    assert "2026年10月31日 市町村国民健康保険・組合管掌健康保険 4 8 2 25.0%" in text_at(public, PUBLIC)
    assert "保険者の種別ごとの利用登録（2026年10月31日）" in text_at(public, "/programme/levels")
    with app.db.transaction(reading=True) as tx:
        entries = [one.entry for one in audit.entries_of(tx, action=Action.TALLY)]
    assert [(one.outcome, one.actor, one.object) for one in entries] == [
        ("shared", "staff:s-tally-ministry", "tally:2026-10-31.1"),
        ("taken", "staff:s-tally-ministry", "tally:2026-10-31.1"),
        ("recorded", "staff:s-tally-fund", "tally:2026-10-31.1"),
    ]


@pytest.mark.usefixtures("members")
def test_the_public_is_told_no_insurer(app: App) -> None:
    record(app)
    step(app, "take")
    step(app, "share")
    reader = Reader(app)
    reader.get(PUBLIC)
    assert [one for one in (country.SOCIETY_PARTY.name, *(one.name for one in MORE)) if one in reader.text] == []
    got = reader.get(f"{PUBLIC}.csv")
    rows = list(csv.DictReader(io.StringIO(got.content.decode("utf-8-sig"))))
    # One municipal insurer with members is too few: it stands together with the societies.
    assert rows == [
        {
            "counted_on": DAY,
            "kind": "municipal_nhi+society",
            "insurers": "4",
            "members": "8",
            "registered": "2",
            "percent": "25.00",
        }
    ]


def test_where_one_insurer_has_members_the_public_is_told_nothing(app: App) -> None:
    record(app)
    step(app, "take")
    step(app, "share")
    public = text_at(Reader(app), PUBLIC)
    assert "2026年10月31日 この日は、示せるだけの数の保険者がありません。" in public
    assert ("40.0%" in public, " 5 2" in public) == (False, False)


def test_an_insurer_sees_its_kind_in_steps(app: App, tmp_path: Path) -> None:
    load_members(app, tmp_path, [one.number for one in MORE])
    record(app)
    step(app, "take")
    step(app, "share")
    clerk = Reader(app).enter("insurer")
    assert "2026年10月31日 5 2 40.0% 0% · 0% · 0%" in text_at(clerk, INSURER)
    assert "四分位だけが、5ポイント刻みで見えます。" in clerk.text


def test_an_insurer_sees_nobody_else(app: App) -> None:
    record(app)
    step(app, "take")
    step(app, "share")
    city = staff(app, "city")
    city.get(INSURER)
    assert "2026年10月31日 0 0 —" in city.text
    assert (country.SOCIETY_PARTY.name in city.text, "40.0%" in city.text) == (False, False)


@pytest.mark.parametrize(
    ("name", "page", "status"),
    [
        ("ministry", FUND, 403),
        ("office", FUND, 403),
        ("city", FUND, 403),
        ("fund", MINISTRY, 403),
        ("other-ministry", MINISTRY, 403),
        ("prefecture", MINISTRY, 403),
        ("city", MINISTRY, 403),
        ("other-ministry", f"{MINISTRY}/{DAY}", 403),
        ("city", f"{MINISTRY}/{DAY}", 403),
        ("fund", INSURER, 403),
        ("ministry", INSURER, 403),
        ("office", f"{MINISTRY}/{DAY}", 200),
        ("ministry", f"{MINISTRY}/2026-10-30", 404),
        ("ministry", f"{MINISTRY}/someday", 400),
    ],
)
def test_each_has_its_own_page(app: App, name: str, page: str, status: int) -> None:
    record(app)
    step(app, "take")
    reader = staff(app, name)
    assert reader.get(page).status_code == status
    assert (country.SOCIETY_PARTY.name in reader.text) is (status == 200)


def test_the_office_takes_no_step(app: App) -> None:
    record(app)
    office = staff(app, "office")
    office.get(MINISTRY)
    assert "受け取る" not in office.text.partition("次の手順")[2].partition("データの遅れ")[0]
    office.get("/surveys/manage/new")  # any page with a form
    office.post(f"{MINISTRY}/take", on=DAY)
    assert office.answer.status_code == 403


def test_a_step_out_of_turn_and_a_day_to_come(app: App) -> None:
    early = record(app, "2026-11-02")
    assert (early.answer.status_code, "集計できるのは、終わった日だけです。" in early.text) == (422, True)
    assert "日付を読み取れませんでした。" in record(app, "someday").text
    assert "この手順の前か後にあります。" in step(app, "take").text
    record(app)
    assert "この手順の前か後にあります。" in step(app, "share").text
    with app.db.transaction(reading=True) as tx:
        assert audit.entries_of(tx, action=Action.TALLY)[0].entry.outcome == "recorded"


def test_how_late_data_were_by_insurer(app: App) -> None:
    city = staff(app, "city")
    city.get(f"{INSURER}?month=2026-10")
    assert "この月に登録された異動はありません。" in city.text
    clerk = Reader(app).enter("insurer")
    assert clerk.get(f"{INSURER}?month=2026-13").status_code == 400


def test_in_english(app: App) -> None:
    record(app)
    step(app, "take")
    step(app, "share")
    reader = Reader(app, language="en")
    reader.get(PUBLIC)
    assert reader.heading == "Registrations as insurance card, by kind of insurer"
    assert "31 Oct 2026" in reader.text
