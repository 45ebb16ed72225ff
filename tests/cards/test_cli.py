"""`onshi cards`: what a municipality does on the command line, and that the log knows."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from cli.run import Run, runner
from onshi import cards
from onshi.app import App, open_app
from onshi.cards import mailing
from onshi.db import Tx
from onshi.kernel import Moment
from onshi.outside import portrait_of
from onshi.settings import read_settings

from .make import CLERK, HANAKO, HERE, OTHER_CLERK, THERE, applied, holder, issued, registered, taken_to

DAY = 86_400 * 1_000_000


def now() -> Moment:
    """Commands go by the clock of the machine."""
    return Moment(time.time_ns() // 1_000)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A database with Hanako in it."""
    opened = open_app(read_settings({"ONSHI_DATA": str(tmp_path / "data")}))
    opened.run(lambda tx: registered(tx, at=Moment(now() - 400 * DAY)))
    yield opened
    opened.db.close()


@pytest.fixture
def onshi(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs `onshi …` on it."""
    return runner(app.settings.data, monkeypatch, capfdbinary)


@pytest.fixture
def photo(tmp_path: Path) -> str:
    """A photo in a file."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(portrait_of(4))
    return str(path)


def form_of(app: App) -> str:
    return app.run(lambda tx: cards.print_form(tx, HANAKO, by=CLERK, at=now())[0]).id


def logged(onshi: Run, app: App) -> list[tuple[str, str | None]]:
    """Action and outcome of everything in the log, the oldest first."""
    with app.db.transaction(reading=True) as tx:
        rows = tx.cursor.execute("SELECT packed FROM audit_entries ORDER BY batch").fetchall()
    assert rows, "something was logged"
    assert onshi("audit", "verify").code == 0
    return [(entry[3], entry[6]) for (packed,) in rows for entry in unpacked(packed)]


def unpacked(packed: bytes) -> list[list[str]]:
    found: list[list[str]] = msgspec.msgpack.decode(packed)
    return found


def test_an_application_goes_its_way(onshi: Run, app: App, photo: str) -> None:
    said = onshi("cards", "apply", form_of(app), "--method", "at_handover", "--photo", photo, "--json")
    told = json.loads(said.out)
    assert (said.code, told["state"], told["municipality"], type(told["application"])) == (0, "received", HERE, str)
    number = told["application"]
    for step, more in (
        ("order", ()),
        ("ship", ("--as", "maker")),
        ("arrive", ("--place", "2F-A")),
        ("preset", ()),
        ("notify", ()),
    ):
        assert onshi("cards", "step", number, step, *more).code == 0
    refused = onshi("cards", "step", number, "identify", "--shown", "pension_book", "--json")
    assert (refused.code, json.loads(refused.out)["decision"]["accepted"]) == (1, False)
    assert onshi("cards", "step", number, "identify", "--shown", "driving_licence", "--shown", "issue_notice").code == 0
    done = json.loads(onshi("cards", "step", number, "hand_over", "--json").out)
    assert (done["state"], done["card"] is not None) == ("issued", True)
    shown = json.loads(onshi("cards", "show", number, "--json").out)
    assert [one["step"] for one in shown["history"]][-2:] == ["identify", "hand_over"]
    assert "見本" not in onshi("cards", "show", number).out + str(shown)
    closed = onshi("cards", "step", number, "cancel", "--json")
    assert (closed.code, json.loads(closed.err)["code"]) == (3, "application-closed")


def test_the_stages_come_out_as_a_series(onshi: Run, app: App) -> None:
    month = app.today().strftime("%Y-%m")
    app.run(lambda tx: taken_to(tx, applied(tx, at=now()).application, "preset", at=now()))
    told = json.loads(onshi("cards", "stages", "--from", month, "--to", month, "--json").out)
    assert told == [{"municipality": HERE, "month": month, "received": 1, "preset": 1, "notified": 0, "issued": 0}]
    alone = json.loads(
        onshi("cards", "stages", "--from", "2020-01", "--to", "2020-02", "--municipality", HERE[:5], "--json").out
    )
    assert [one["month"] for one in alone] == ["2020-01", "2020-02"]
    for wrong in (("--from", "2020", "--to", month), ("--from", month, "--to", month, "--municipality", "999999")):
        assert onshi("cards", "stages", *wrong).code == 3


def test_mailings_are_counts_and_small_ones_are_not_told(onshi: Run, app: App) -> None:
    def work(tx: Tx) -> None:
        more = [holder(id=cards.HolderId(number), address=f"見本町{number}番") for number in range(9_000, 9_010)]
        registered(tx, *more, at=now())
        registered(tx, holder(id=cards.HolderId(9_100), municipality=THERE), at=now())
        for number, by in ((1, CLERK), (2, OTHER_CLERK)):
            mailing.make(tx, mailing.Choice("100"), run_id=mailing.MailingId(number), by=by, at=now())

    app.run(work)
    day = app.today().isoformat()
    told = json.loads(onshi("cards", "mailings", "--prefecture", "13", "--json").out)
    assert told == [
        {"municipality": HERE, "made_on": day, "households": 11, "people": 11},
        {"municipality": THERE, "made_on": day, "households": None, "people": None},
    ]
    assert json.loads(onshi("cards", "mailings", "--prefecture", "27", "--json").out) == []
    shown = onshi("cards", "mailings", "--lang", "en").out
    assert shown.count("fewer than 10") == 2
    assert "見本" not in shown
    wrong = onshi("cards", "mailings", "--prefecture", "99", "--json")
    assert (wrong.code, json.loads(wrong.err)["code"]) == (3, "prefecture-unreadable")


def test_lists_name_nobody_and_are_disclosures(onshi: Run, app: App) -> None:
    moved = now()
    card = app.run(lambda tx: issued(tx, at=Moment(moved - 30 * DAY)))
    due = onshi("cards", "renewals", HERE, "--on", card.valid_to.isoformat(), "--json")
    assert [one["days_left"] for one in json.loads(due.out)] == [0]
    app.run(
        lambda tx: cards.move_in(
            tx,
            HANAKO,
            move_id=cards.MoveId(1),
            moved_on=app.today(),
            post_number="1040001",
            address="東京都中央区見本一丁目２－３",
            by=OTHER_CLERK,
            at=moved,
        )
    )
    running = onshi("cards", "running-out", OTHER_CLERK.municipality or "", "--days", "90", "--json")
    (row,) = json.loads(running.out)
    assert (row["holder"], row["days_left"]) == (cards.shown_holder_id(HANAKO), 90)
    for said in (due, running, onshi("cards", "running-out", OTHER_CLERK.municipality or "", "--days", "90")):
        assert said.code == 0
        assert [part for part in (holder().name, holder().kana, "見本一丁目") if part in said.out] == []
    assert logged(onshi, app).count(("disclose", "found")) == 3


def test_what_was_done_is_in_the_log(onshi: Run, app: App, photo: str) -> None:
    onshi("cards", "apply", form_of(app), "--method", "at_handover", "--photo", photo)
    assert logged(onshi, app) == [("card_application", "received")]


@pytest.mark.parametrize("typed", ["123456789018", "12345678901234567890123"])
def test_a_number_that_is_no_form_is_not_repeated(onshi: Run, photo: str, typed: str) -> None:
    said = onshi("cards", "apply", typed, "--method", "at_handover", "--photo", photo)
    assert (said.code, said.out, typed in said.err) == (3, "", False)


def test_words_are_japanese_where_asked_for(onshi: Run, app: App, photo: str) -> None:
    said = onshi("cards", "apply", form_of(app), "--method", "at_handover", "--photo", photo, "--lang", "ja")
    assert (said.code, said.out.strip().endswith("：受付")) == (0, True)
