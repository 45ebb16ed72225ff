"""`onshi reader check` beside a server: what a desk sees of a card, a PIN and an answer."""

from pathlib import Path

import msgspec
import pytest

from cards.make import holder
from onshi import access, cards
from onshi.app import wall_clock
from onshi.cli import main
from onshi.demo.accounts import new_key
from onshi.interfaces import rest

from .card_desk import PIN, CardDesk, terminal_pem
from .make import CLINIC, Country

CLIENT = "reader-software"


@pytest.fixture
def desk(served: Country, tmp_path: Path) -> CardDesk:
    served.clock.moment = wall_clock()
    return CardDesk(served, tmp_path).open()


@pytest.fixture
def words(desk: CardDesk, tmp_path: Path) -> list[str]:
    """What every call says: where the server is, and who asks."""
    key, app = tmp_path / "client.pem", desk.land.app
    jwks = {"keys": [new_key(key)]}
    app.run(
        lambda tx: access.register_client(
            tx,
            CLINIC,
            name="reader",
            jwks=jwks,
            scopes=["check", "register"],
            at=app.now(),
            by="test",
            client_id=CLIENT,
        )
    )
    return ["reader", "check", "--server", desk.land.base, "--client", CLIENT, "--key", str(key), "--lang", "en"]


def card_file(desk: CardDesk, **given: object) -> str:
    card = desk.card(**given)  # type: ignore[arg-type]
    card.close()
    return str(card.path)


def test_a_holder_with_the_right_pin_is_checked(
    desk: CardDesk, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--card", card_file(desk), "--pin", PIN]) == 0
    said = capsys.readouterr()
    assert "The card is good and its holder is there.\n" in said.out
    assert "A coverage is in force on that day." in said.out


def test_a_program_gets_what_the_server_said(
    desk: CardDesk, words: list[str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main([*words, "--card", card_file(desk), "--pin", PIN, "--json"]) == 0
    # The server of this test logs beside it.
    (line,) = (line for line in capsysbinary.readouterr().out.splitlines() if line.startswith(b"{"))
    told = msgspec.json.decode(line, type=rest.CardCheckOut)
    assert (told.presence.outcome, told.check and told.check.answer.kind) == ("present", "in_force")


def test_a_wrong_pin_is_told_with_the_tries_left_and_never_tried_again(
    desk: CardDesk, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    card = card_file(desk)
    told = []
    for _ in range(4):
        assert main([*words, "--card", card, "--pin", "0000"]) == 2
        told.append(capsys.readouterr().err)
    locked = "The PIN is locked. The municipality sets a new one.\n"
    assert told == ["Wrong PIN. 2 tries are left.\n", "Wrong PIN. 1 tries are left.\n", locked, locked]


def test_a_text_that_is_no_pin_costs_no_try(
    desk: CardDesk, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    card = card_file(desk)
    assert main([*words, "--card", card, "--pin", "12a4"]) == 3
    assert "no try is lost" in capsys.readouterr().err
    assert main([*words, "--card", card, "--pin", PIN]) == 0


def test_a_certified_terminal_shows_a_face(
    desk: CardDesk, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proving, key, certificate = desk.certify_terminal(), tmp_path / "terminal.pem", tmp_path / "terminal.certificate"
    key.write_bytes(terminal_pem())
    key.chmod(0o600)
    certificate.write_bytes(proving.certificate)
    terminal = ["--terminal", "FACE-0001", "--terminal-key", str(key), "--terminal-certificate", str(certificate)]
    assert main([*words, "--card", card_file(desk, pin=None), "--mode", "face", *terminal]) == 0
    assert "its holder is there" in capsys.readouterr().out


def test_a_holder_registers_the_card(
    desk: CardDesk, words: list[str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    app, hanako = desk.land.app, holder()
    by = cards.municipality(hanako.municipality, "test")
    app.run(lambda tx: cards.register_holders(tx, [hanako], by=by, at=app.now()))
    card = card_file(desk, person=None, holder=hanako.id)
    register = ["reader", "register", *words[2:]]
    assert main([*register, "--card", card, "--pin", PIN]) == 0
    assert b"Your card is reserved as insurance card." in capsysbinary.readouterr().out
    assert main([*register, "--card", card, "--pin", PIN, "--json"]) == 0
    (line,) = (line for line in capsysbinary.readouterr().out.splitlines() if line.startswith(b"{"))
    told = msgspec.json.decode(line, type=rest.RegistrationOut)
    assert (told.presence.outcome, told.registration and told.registration.state) == ("present", "reserved")


def test_who_is_not_there_registers_nothing(
    desk: CardDesk, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    register = ["reader", "register", *words[2:]]
    assert main([*register, "--card", card_file(desk), "--pin", "0000"]) == 2
    assert capsys.readouterr().err == "Wrong PIN. 2 tries are left.\n"


def test_a_terminal_is_needed_for_a_face(desk: CardDesk, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--card", card_file(desk), "--mode", "face"]) == 3
    assert "certified terminal" in capsys.readouterr().err


def test_a_server_that_is_not_there_is_refused_by_name(
    desk: CardDesk, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = [*words[:3], "http://127.0.0.1:9", *words[4:]]
    assert main([*elsewhere, "--card", card_file(desk), "--pin", PIN]) == 3
    assert capsys.readouterr().err.startswith("The server http://127.0.0.1:9 cannot be reached.")


def test_a_client_nobody_registered_is_refused_by_the_servers_word(
    desk: CardDesk, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    stranger = ["stranger" if word == CLIENT else word for word in words]
    assert main([*stranger, "--card", card_file(desk), "--pin", PIN]) == 3
    assert "invalid_client, status 401" in capsys.readouterr().err
