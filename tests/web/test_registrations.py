"""Registrations in doubt: a reviewer sees the card beside the person, decides once, and it stands in the log."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from onshi import audit, registry
from onshi.app import App
from onshi.audit import Action
from onshi.kernel import MunicipalityCode, PersonId, shown_person_id
from onshi.registry import CardKey, enrolling
from onshi.registry.enrolling import Enrolment, EnrolmentId, Holder, Place, State
from onshi.web.texts import text

from . import country
from .browse import Reader, value_of

HANAKO = Holder(
    "見本　花子",
    "ミホン　ハナコ",
    date(1985, 4, 1),
    "2",
    "東京都千代田区見本町一丁目１－１",
    MunicipalityCode("131016"),
)
SHIZUKA = Holder(
    "隠田　静",
    "カクレダ　シズカ",
    date(1990, 2, 3),
    "2",
    "東京都千代田区秘密町九丁目９－９",
    MunicipalityCode("131016"),
)
ONE = EnrolmentId(4711)
ADDRESS = f"/insurer/registrations/{ONE:016x}"
CERTIFICATE = CardKey("DEMO-CA", "1234567890")


@pytest.fixture
def reviewer(app: App) -> Reader:
    """Who decides at the society."""
    return Reader(app).enter("reviewer")


def register(app: App, number: int = ONE, who: Holder = HANAKO, **changes: object) -> Enrolment:
    """Somebody registers a card that says who they are like this."""
    with app.db.transaction() as tx:
        return enrolling.enrol(
            tx,
            CERTIFICATE,
            msgspec.structs.replace(who, **changes),
            enrolment_id=EnrolmentId(number),
            place=Place.PORTAL,
            party="portal:demo",
            at=app.now(),
        )


def named(app: App, name: str) -> PersonId:
    with app.db.transaction(reading=True) as tx:
        return country.person_named(tx, name)


def now(app: App) -> Enrolment:
    with app.db.transaction(reading=True) as tx:
        found = enrolling.enrolment_of(tx, CERTIFICATE)
    assert found is not None
    return found


def logged(app: App, action: Action) -> list[tuple[str, str | None, int | None, str | None]]:
    """Who did so, with which outcome, to whom, in which matter."""
    with app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx, action=action)]
    return [(one.actor, one.outcome, one.subject, one.object) for one in found]


def test_the_list_names_nobody_and_leads_to_the_card_beside_the_person(reviewer: Reader, app: App) -> None:
    reviewer.get("/insurer/registrations")
    assert "確認を待つ利用登録はありません。" in reviewer.text
    register(app, name="見本　華子", address="東京都千代田区見本町一丁目１－１")
    reviewer.get("/insurer/registrations")
    assert "カードの記載と一つだけ異なる人がいます。" in reviewer.text
    assert [one for one in ("花子", "華子", "見本町") if one in reviewer.text] == []
    assert logged(app, Action.DISCLOSE) == []
    assert f'href="{ADDRESS}"' in reviewer.answer.text
    reviewer.get(ADDRESS)
    assert "見本 華子 見本 花子 ≠ 相違" in reviewer.text
    assert reviewer.answer.text.count("mark-differs") == 1
    assert reviewer.text.count("東京都千代田区見本町一丁目１－１") == 2
    assert "番号 345" in reviewer.text
    hanako = named(app, "見本　花子")
    assert logged(app, Action.DISCLOSE) == [("staff:s-demo-reviewer", "registration", hanako, f"{ONE:016x}")]


def test_it_is_this_person(reviewer: Reader, app: App) -> None:
    hanako = named(app, "見本　花子")
    register(app, name="見本　華子")
    reviewer.get(ADDRESS)
    token, person = reviewer.token, value_of(reviewer.answer.text, "person")
    assert person == shown_person_id(hanako)
    reviewer.post(ADDRESS, choice="accept", confirmed="1", person=person)
    assert "「この人」として記録しました。" in reviewer.text
    found = now(app)
    assert (found.state, found.person, found.decided_by) == (State.COMPLETE, hanako, "staff:s-demo-reviewer")
    with app.db.transaction(reading=True) as tx:
        (sighting,) = registry.find_by_card(tx, [CERTIFICATE])
    assert [one.person.id for one in sighting.sightings] == [hanako]
    by, thing = "staff:s-demo-reviewer", f"{ONE:016x}"
    assert logged(app, Action.REVIEW) == [(by, "accept", hanako, thing)]
    assert logged(app, Action.CARD_LINKED) == [(by, "complete", hanako, thing)]
    reviewer.post(ADDRESS, token=token, choice="reject", confirmed="1", person=person)
    assert (reviewer.answer.status_code, "unknown-enrolment" in reviewer.text) == (404, True)


def test_it_is_not_this_person(reviewer: Reader, app: App) -> None:
    hanako = named(app, "見本　花子")
    register(app, name="見本　華子")
    reviewer.get(ADDRESS)
    reviewer.post(ADDRESS, choice="reject", confirmed="1", person=shown_person_id(hanako))
    assert "「この人ではない」と記録しました。" in reviewer.text
    assert "確認を待つ利用登録はありません。" in reviewer.text
    found = now(app)
    assert (found.state, found.not_meant, found.decided_by) == (State.RESERVED, (hanako,), "staff:s-demo-reviewer")
    assert logged(app, Action.REVIEW) == [("staff:s-demo-reviewer", "reject", hanako, f"{ONE:016x}")]
    assert logged(app, Action.CARD_LINKED) == []


@pytest.mark.parametrize("fields", [{}, {"choice": "accept"}, {"confirmed": "1"}, {"choice": "x", "confirmed": "1"}])
def test_no_decision_without_choice_and_confirmation(reviewer: Reader, app: App, fields: dict[str, str]) -> None:
    register(app, name="見本　華子")
    reviewer.get(ADDRESS)
    reviewer.post(ADDRESS, person=value_of(reviewer.answer.text, "person"), **fields)
    assert (reviewer.answer.status_code, now(app).state) == (422, State.UNDER_REVIEW)
    assert "見比べたことを確認して、どちらかを選んでください。" in reviewer.text


def test_a_decision_is_about_who_was_shown(reviewer: Reader, app: App) -> None:
    register(app, name="見本　華子")
    reviewer.get(ADDRESS)
    for person, code in ((shown_person_id(named(app, "見本　太郎")), "unknown-enrolment"), ("x", "unknown-person")):
        token = reviewer.get(ADDRESS) and reviewer.token
        reviewer.post(ADDRESS, token=token, choice="accept", confirmed="1", person=person)
        assert (reviewer.answer.status_code, code in reviewer.text) == (404, True)
    assert now(app).state is State.UNDER_REVIEW


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ({"name": "見本　華子"}, True),
        ({"name": "隠田　静香", "kana": SHIZUKA.kana, "birth_on": SHIZUKA.birth_on, "address": SHIZUKA.address}, False),
        (
            {
                "name": "拒　妙子",
                "kana": "コバミ　タエコ",
                "birth_on": date(1970, 7, 7),
                "address": "東京都千代田区見本町四丁目４－４",
            },
            False,
        ),
    ],
    ids=["anybody", "undisclosed", "refused"],
)
def test_where_the_protected_live_is_not_shown_on_either_side(
    reviewer: Reader, app: App, who: dict[str, object], shown: bool
) -> None:
    asked = register(app, **who)
    assert (asked.state, asked.reason) == (State.UNDER_REVIEW, "near-match")
    reviewer.get(ADDRESS)
    assert asked.holder.name.replace("\u3000", " ") in reviewer.text
    place = asked.holder.address.removeprefix("東京都千代田区")
    assert (place in reviewer.answer.text, "千代田区" in reviewer.answer.text) == (shown, shown)
    assert reviewer.text.count("（不開示）") == (0 if shown else 2)


def test_a_card_of_somebody_protected_tells_nobody_elses_insurer_where_they_live(reviewer: Reader, app: App) -> None:
    hanako = named(app, "見本　花子")
    with app.db.transaction() as tx:
        registry.put_card(tx, CERTIFICATE, hanako, at=app.now())
    asked = register(app, who=SHIZUKA)
    assert (asked.reason, asked.candidate) == ("card-linked-elsewhere", hanako)
    reviewer.get(ADDRESS)
    assert "隠田 静 見本 花子 ≠" in reviewer.text
    assert ("秘密町" in reviewer.answer.text, "見本町" in reviewer.answer.text) == (False, False)


def test_what_is_asked_about_people_insured_elsewhere_looks_like_nothing(
    reviewer: Reader, app: App, tmp_path: Path
) -> None:
    elsewhere = country.row(
        insurer_number=country.CITY, symbol="", name="他所　住子", name_kana="ヨソ　スミコ", birth_on="1977-01-02"
    )
    country.load(app, [elsewhere], tmp_path, mode="first", insurer=country.CITY)
    asked = register(app, name="他処　住子", kana="ヨソ　スミコ", birth_on=date(1977, 1, 2))
    assert (asked.state, asked.candidate) == (State.UNDER_REVIEW, named(app, "他所　住子"))
    assert_hidden(reviewer, app)
    country.load(app, [elsewhere | {"insurer_number": country.SOCIETY, "number": "888"}], tmp_path)
    reviewer.get(ADDRESS)
    assert (reviewer.answer.status_code, "他処 住子 他所 住子 ≠" in reviewer.text) == (200, True)


def test_who_is_not_insured_here_any_more_is_not_asked_about(reviewer: Reader, app: App) -> None:
    asked = register(
        app,
        name="喪失　市郎",
        kana="ソウシツ　イチロウ",
        birth_on=date(1960, 1, 15),
        sex="1",
        address="東京都千代田区見本町五丁目５－５",
    )
    assert (asked.state, asked.candidate) == (State.UNDER_REVIEW, named(app, "喪失　一郎"))
    assert_hidden(reviewer, app)


def assert_hidden(reviewer: Reader, app: App) -> None:
    reviewer.get("/insurer/registrations")
    assert "確認を待つ利用登録はありません。" in reviewer.text
    token = reviewer.get("/insurer/links") and reviewer.token
    person = now(app).candidate
    assert person is not None
    for answer in (
        reviewer.get(ADDRESS),
        reviewer.post(ADDRESS, token=token, choice="accept", confirmed="1", person=shown_person_id(person)),
        reviewer.get("/insurer/registrations/0000000000000001"),
        reviewer.get("/insurer/registrations/nonsense"),
    ):
        assert (answer.status_code, "unknown-enrolment" in answer.text) == (404, True)
    assert (now(app).state, logged(app, Action.DISCLOSE), logged(app, Action.REVIEW)) == (State.UNDER_REVIEW, [], [])


def test_who_only_loads_files_neither_sees_nor_decides(app: App) -> None:
    register(app, name="見本　華子")
    clerk = Reader(app).enter("insurer")
    assert "/insurer/registrations" not in clerk.answer.text
    assert clerk.get(ADDRESS).status_code == 403
    assert "/insurer/registrations" in Reader(app).enter("reviewer").answer.text


@pytest.mark.parametrize("reason", enrolling.REASONS)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_reason_is_said_in_words(reason: str, language: str) -> None:
    assert text(f"insurer.registrations.reason.{reason}", language)


def test_the_page_speaks_english_too(app: App) -> None:
    register(app, name="見本　華子")
    reviewer = Reader(app, language="en").enter("reviewer")
    reviewer.get(ADDRESS)
    assert (reviewer.heading, "It is not this person" in reviewer.text) == ("Whose card is this?", True)
