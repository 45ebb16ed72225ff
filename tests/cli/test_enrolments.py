"""`onshi registry enrolments` and `withdraw`: listed in the order of the queue, withdrawn once and logged."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

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


def enrolled(data: Path) -> PersonId:
    """Registers Hanako's card, and before it one of somebody nobody knows."""
    with opened(data) as app, app.db.transaction() as tx:
        for number, who in enumerate((NOBODY, HANAKO), start=1):
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
