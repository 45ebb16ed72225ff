"""`onshi cards virtual`: what is shown of a card, and what never is."""

import json
from pathlib import Path

import pytest

from chip import make
from chip.make import AUTH_PIN, PASSWORD, TEXT_PIN, USUAL_NUMBER
from onshi.chip import Application, CardContent, Lock, talk
from onshi.outside import CardFile

from .run import Run, runner

HIDDEN = (USUAL_NUMBER, "花子", "見本町", "0417", "1988")


@pytest.fixture
def onshi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Cards need no country."""
    return runner(tmp_path / "data", monkeypatch, capfdbinary)


def card(folder: Path, content: CardContent) -> str:
    path = folder / "card.json"
    CardFile.create(path, content)
    return str(path)


def test_a_demo_card_is_shown_with_its_pins(onshi: Run, tmp_path: Path) -> None:
    file = card(tmp_path, make.usual_card())
    said = onshi("cards", "virtual", "show", file, "--json")
    told = json.loads(said.out)
    assert (said.code, said.err, told["expires_on"]) == (0, "", "2035-04-09")
    assert told["pins"] == {"auth-pin": AUTH_PIN, "sign-password": PASSWORD, "text-pin": TEXT_PIN}
    assert (told["tries_left"]["auth-pin"], told["tries_left"]["sign-password"]) == (3, 5)
    assert told["auth_certificate"] == {
        "issuer": "OU=Test CA for auth,O=ONSHI TEST,C=JP",
        "serial": "1001",
        "not_after": "2036-01-01",
    }
    for text in (said.out, onshi("cards", "virtual", "show", file).out):
        assert [word for word in HIDDEN if word in text.replace(file, "")] == []


def test_what_changed_is_shown(onshi: Run, tmp_path: Path) -> None:
    file = card(tmp_path, make.usual_card())
    plugged = CardFile(Path(file))
    talk.select(plugged, Application.JPKI)
    talk.verify_pin(plugged, AUTH_PIN)
    talk.change_secret(plugged, Lock.AUTH_PIN, "2468")
    talk.verify_pin(plugged, "0000")
    # Also while it is plugged in.
    told = json.loads(onshi("cards", "virtual", "show", file, "--json").out)
    plugged.close()
    assert (told["pins"]["auth-pin"], told["tries_left"]["auth-pin"]) == ("2468", 2)


def test_of_any_other_card_no_pin_is_shown(onshi: Run, tmp_path: Path) -> None:
    content = make.card(is_demo=False)
    file = card(tmp_path, content)
    for words in ((), ("--json",)):
        said = onshi("cards", "virtual", "show", file, *words)
        assert (said.code, [one for one in (AUTH_PIN, PASSWORD, TEXT_PIN) if one in said.out]) == (0, [])
        assert "auth-pin" in said.out, "the tries are shown"


def test_a_child_has_no_signature_certificate(onshi: Run, tmp_path: Path) -> None:
    said = onshi("cards", "virtual", "show", card(tmp_path, make.card(is_child=True)), "--lang", "ja")
    assert "署名用証明書: なし" in said.out


@pytest.mark.parametrize("command", ["show", "run"])
def test_what_is_no_card_is_refused(onshi: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "text").write_text("{}", encoding="utf-8")
    (tmp_path / "text").chmod(0o600)
    said = onshi("cards", "virtual", command, str(tmp_path / "text"))
    assert (said.code, said.out, said.err) == (3, "", "The file text is no card, or is damaged.\n")


def test_no_virtual_reader_is_told(onshi: Run, tmp_path: Path) -> None:
    file = card(tmp_path, make.usual_card())
    said = onshi("cards", "virtual", "run", file, "--port", "1")
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("No virtual reader listens on port 1.")
    CardFile(Path(file)).close()
