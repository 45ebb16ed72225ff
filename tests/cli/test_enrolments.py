"""`onshi registry enrolments`, `decide-enrolment`, `withdraw`: listed in the order of the queue, decided on once,
withdrawn once, and logged."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec

from onshi import audit, registry
from onshi.app import App, open_app
from onshi.kernel import Moment, MunicipalityCode, PersonId, shown_person_id
from onshi.registry import CardKey, enrolling
from onshi.registry.enrolling import EnrolmentId, Holder, Place
from onshi.settings import Settings
from web.country import CITY, SOCIETY

from .run import Run

HANAKO = Holder(
    "見本　花子",
    "ミホン　ハナコ",
    date(1985, 4, 1),
    "2",
    "東京都千代田区見本町一丁目１－１",
    MunicipalityCode("131016"),
)
NOBODY = Holder("誰　知らず", "ダレ　シラズ", date(2000, 1, 1), "3", "東京都千代田区無町１", MunicipalityCode("131016"))


@contextmanager
def opened(data: Path) -> Iterator[App]:
    """The country behind the command line."""
    app = open_app(Settings(data, f"sqlite:///{data / 'onshi.sqlite'}"))
    yield app
    app.db.close()


def enrolled(data: Path, hanako: Holder = HANAKO) -> PersonId:
    """Registers Hanako's card, and before it one of somebody nobody knows."""
    with opened(data) as app, app.db.transaction() as tx:
        for number, who in enumerate((NOBODY, hanako), start=1):
            enrolling.enrol(
                tx,
                CardKey("DEMO-CA", str(number)),
                who,
                enrolment_id=EnrolmentId(number),
                place=Place.PORTAL,
                party="portal:demo",
                at=Moment(time.time_ns() // 1_000 + number),
            )
        (found,) = registry.people_named(tx, HANAKO.name)
        return found.id


def test_registrations_are_listed_without_saying_who_holds_the_card(onshi: Run, tmp_path: Path) -> None:
    person = shown_person_id(enrolled(tmp_path / "data"))
    listed = onshi("registry", "enrolments", "--json")
    assert [(one["enrolment"], one["state"], one["person"]) for one in json.loads(listed.out)] == [
        (f"{1:016x}", "reserved", None),
        (f"{2:016x}", "complete", person),
    ]
    assert [name for name in ("見本", "ミホン", "1985", "見本町") if name in listed.out] == []
    for option in (("--insurer", SOCIETY), ("--state", "complete")):
        some = json.loads(onshi("registry", "enrolments", *option, "--json").out)
        assert [one["person"] for one in some] == [person]
    assert json.loads(onshi("registry", "enrolments", "--insurer", CITY, "--json").out) == []
    table = onshi("registry", "enrolments", "--lang", "ja")
    assert (table.code, table.out.splitlines()[0].split()) == (
        0,
        ["番号", "状態", "場所", "市区町村", "申込", "人", "理由", "解除日"],
    )


def test_a_withdrawal_shows_at_once_and_is_logged(onshi: Run, tmp_path: Path) -> None:
    person = enrolled(tmp_path / "data")
    command = ("registry", "withdraw", shown_person_id(person), "--json", "--insurer")
    said = onshi(*command, SOCIETY)
    (asked,) = json.loads(said.out)
    assert (said.code, asked["enrolment"], asked["state"]) == (0, f"{2:016x}", "withdrawal_requested")
    listed = json.loads(onshi("registry", "enrolments", "--state", "withdrawal_requested", "--json").out)
    assert listed == [asked]
    with opened(tmp_path / "data") as app, app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx, subject=person, action=audit.Action.CARD_UNLINKED)]
    assert [(one.actor, one.outcome, one.object) for one in found] == [
        ("local:cli", "withdrawal_requested", f"{2:016x}")
    ]


def test_a_withdrawal_is_refused_by_another_insurer_and_without_a_registration(onshi: Run, tmp_path: Path) -> None:
    person = shown_person_id(enrolled(tmp_path / "data"))
    for insurer, code in ((CITY, "not-insured-here"), ("06139999", "unknown-insurer")):
        said = onshi("registry", "withdraw", person, "--insurer", insurer, "--json")
        assert (said.code, json.loads(said.err)["code"]) == (3, code)
    (taro,) = json.loads(onshi("registry", "people", "見本太郎", "--json").out)
    said = onshi("registry", "withdraw", taro["person"], "--insurer", SOCIETY, "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, "not-enrolled")


IN_DOUBT = msgspec.structs.replace(HANAKO, name="見本　華子")
DECIDE = ("registry", "decide-enrolment", "--json", f"{2:016x}")


def logged(data: Path, action: audit.Action) -> list[tuple[str, str | None, int | None, str | None]]:
    with opened(data) as app, app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx, actor="local:cli", action=action)]
    return [(one.actor, one.outcome, one.subject, one.object) for one in found]


def test_a_registration_under_review_is_somebodys(onshi: Run, tmp_path: Path) -> None:
    person = enrolled(tmp_path / "data", IN_DOUBT)
    (asked,) = json.loads(onshi("registry", "enrolments", "--state", "under_review", "--json").out)
    assert (asked["enrolment"], asked["candidate"]) == (f"{2:016x}", shown_person_id(person))
    said = onshi(*DECIDE, "--person", shown_person_id(person))
    decided = json.loads(said.out)
    assert (said.code, decided["state"], decided["person"]) == (0, "complete", shown_person_id(person))
    assert decided in json.loads(onshi("registry", "enrolments", "--json").out)
    assert logged(tmp_path / "data", audit.Action.REVIEW) == [("local:cli", "accept", person, f"{2:016x}")]
    assert logged(tmp_path / "data", audit.Action.CARD_LINKED) == [("local:cli", "complete", person, f"{2:016x}")]
    again = onshi(*DECIDE, "--none")
    assert (again.code, json.loads(again.err)["code"]) == (3, "unknown-enrolment")


def test_a_registration_under_review_is_nobodys_and_waits_again(onshi: Run, tmp_path: Path) -> None:
    person = enrolled(tmp_path / "data", IN_DOUBT)
    said = onshi(*DECIDE[:2], "--lang", "ja", f"{2:016x}", "--none")
    assert (said.code, said.out) == (0, "判断を記録しました：reserved\n")
    assert logged(tmp_path / "data", audit.Action.REVIEW) == [("local:cli", "reject", person, f"{2:016x}")]
    assert logged(tmp_path / "data", audit.Action.CARD_LINKED) == []


def test_a_decision_is_refused_by_name(onshi: Run, tmp_path: Path) -> None:
    person = shown_person_id(enrolled(tmp_path / "data", IN_DOUBT))
    nobody = shown_person_id(PersonId(1))
    command = DECIDE[:-1]
    for words, code in (
        ((f"{2:016x}",), "person-or-none"),
        ((f"{2:016x}", "--none", "--person", person), "person-or-none"),
        ((f"{2:016x}", "--person", "x"), "person-unreadable"),
        ((f"{2:016x}", "--person", nobody), "unknown-person"),
        (("2", "--none"), "enrolment-unreadable"),
        (("f" * 16, "--none"), "enrolment-unreadable"),
        ((f"{1:016x}", "--none"), "unknown-enrolment"),
        ((f"{3:016x}", "--none"), "unknown-enrolment"),
    ):
        said = onshi(*command, *words)
        assert (said.code, said.out, json.loads(said.err)["code"]) == (3, "", code), words
    assert logged(tmp_path / "data", audit.Action.REVIEW) == []
    assert onshi(*DECIDE, "--person", person).code == 0
