"""`onshi cards hand-over`: a card with its chip, and what is refused before anything is written."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from cards.make import form_in
from onshi import card_office, cards
from onshi.app import App, open_app
from onshi.cards import ApplicationId
from onshi.chip import Lock
from onshi.cli import main
from onshi.outside import portrait_of, read_card
from onshi.pki import Purpose
from onshi.settings import read_settings

AUTHORITIES = {
    "T-AUTH": Purpose.AUTHENTICATION,
    "T-SIGN": Purpose.SIGNATURE,
    "T-TERMINAL": Purpose.TERMINAL,
    "T-SURFACE": Purpose.SURFACE,
}
CHOSEN = ("--pin", "4649", "--password", "KAERU77")


@dataclass
class Town:
    """A folder with the application of Hanako, and commands that run on it."""

    folder: Path
    capture: pytest.CaptureFixture[bytes]

    def onshi(self, *words: str) -> tuple[int, str, str]:
        self.capture.readouterr()
        code = main(list(words))
        out, err = self.capture.readouterr()
        return code, out.decode(), err.decode()

    def applied(self, *more: str) -> str:
        photo = self.folder / "photo.jpg"
        photo.write_bytes(portrait_of(4))
        form = form_in(self.folder / "data")
        words = ("cards", "apply", form, "--method", "at_handover", "--photo", str(photo), *more, "--json")
        code, out, err = self.onshi(*words)
        assert code == 0, err
        return str(json.loads(out)["application"])

    def at_window(self, application: str) -> str:
        for step in (["order"], ["ship", "--as", "maker"], ["arrive", "--place", "1"], ["preset"], ["notify"]):
            assert self.onshi("cards", "step", application, *step)[0] == 0
        shown = ["--shown", "driving_licence", "--shown", "issue_notice"]
        assert self.onshi("cards", "step", application, "identify", *shown)[0] == 0
        return application

    def hand_over(self, application: str, *chosen: str, card: str = "mine.card") -> tuple[int, str, str]:
        file = str(self.folder / card)
        return self.onshi("cards", "hand-over", application, "--card", file, *chosen, "--json", "--lang", "en")

    def found_authorities(self) -> None:
        app = opened(self.folder)
        for name, purpose in AUTHORITIES.items():
            app.run(lambda tx, n=name, p=purpose: card_office.found_authority(app, tx, n, p, actor="test"))
        app.db.close()

    def state(self, application: str) -> str:
        app = opened(self.folder)
        with app.db.transaction(reading=True) as tx:
            found = cards.application_by_id(tx, ApplicationId(int(application)))
        app.db.close()
        return found.state.value


def opened(folder: Path) -> App:
    return open_app(read_settings({"ONSHI_DATA": str(folder / "data")}))


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Town:
    monkeypatch.setenv("ONSHI_DATA", str(tmp_path / "data"))
    return Town(tmp_path, capfdbinary)


def test_the_card_has_what_its_holder_chose(town: Town) -> None:
    application = town.at_window(town.applied())
    town.found_authorities()
    code, out, err = town.hand_over(application, *CHOSEN)
    assert (code, err) == (0, "")
    assert json.loads(out)["state"] == "issued"
    content, memory = read_card(town.folder / "mine.card")
    assert (content.auth_pin, content.sign_password, content.text_pin) == ("4649", "KAERU77", "4649")
    assert content.auth.certificate and content.sign.certificate and content.surface.photo
    assert memory.tries[Lock.AUTH_PIN] == 3


def test_a_face_card_has_no_pin_and_no_signature(town: Town) -> None:
    application = town.at_window(town.applied("--face"))
    town.found_authorities()
    assert town.hand_over(application)[0] == 0
    content, _ = read_card(town.folder / "mine.card")
    assert (content.auth_pin, content.sign_password, content.sign.certificate) == (None, None, None)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (("--pin", "464", "--password", "KAERU77"), "auth-pin"),
        (("--pin", "4649", "--password", "kaeru77"), "sign-password"),
    ],
)
def test_what_no_card_takes_leaves_everything_as_it_was(town: Town, chosen: tuple[str, ...], said: str) -> None:
    application = town.at_window(town.applied())
    town.found_authorities()
    code, _, err = town.hand_over(application, *chosen)
    assert (code, json.loads(err)["code"]) == (3, "card-secret-malformed")
    assert said in err
    assert (town.state(application), (town.folder / "mine.card").exists()) == ("at_window", False)


def test_a_card_that_is_there_is_never_overwritten(town: Town) -> None:
    application = town.at_window(town.applied())
    town.found_authorities()
    (town.folder / "mine.card").write_text("somebody's")
    code, _, err = town.hand_over(application, *CHOSEN)
    assert (code, json.loads(err)["code"]) == (3, "card-file-exists")
    assert (town.folder / "mine.card").read_text() == "somebody's"
    assert town.state(application) == "at_window"


def test_without_authorities_nothing_is_handed_over(town: Town) -> None:
    application = town.at_window(town.applied())
    code, _, err = town.hand_over(application, *CHOSEN)
    assert (code, json.loads(err)["code"]) == (3, "no-authority")
    assert town.state(application) == "at_window"


def test_before_the_holder_is_identified_it_is_refused(town: Town) -> None:
    application = town.applied()
    town.found_authorities()
    code, _, err = town.hand_over(application, *CHOSEN)
    assert (code, json.loads(err)["code"]) == (3, "step-out-of-order")


def test_what_is_no_photo_is_not_taken(town: Town) -> None:
    photo = town.folder / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff no picture")
    form = form_in(town.folder / "data")
    words = ("cards", "apply", form, "--method", "at_handover", "--photo", str(photo), "--json")
    code, _, err = town.onshi(*words)
    assert (code, json.loads(err)["code"]) == (3, "photo-unfit")
    assert "file-too-small" in err
