"""A card in a file: everything comes back, nothing answers before it is on disk, one process has it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chip import make
from chip.make import AUTH_PIN, USUAL_NUMBER
from onshi.chip import Application, CertifiedKey, Lock, new_state, talk, with_secret
from onshi.outside import CardExists, CardExposed, CardFile, CardInUse, CardMissing, CardUnreadable, read_card


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "card.json"
    CardFile.create(made, make.usual_card())
    return made


@pytest.fixture
def card(path: Path) -> CardFile:
    return CardFile(path)


def test_only_the_owner_reads_it_and_nothing_else_is_left(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["card.json"]


def public_bytes(held: CertifiedKey) -> bytes:
    assert held.key is not None
    return held.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def test_everything_comes_back(path: Path) -> None:
    before, after = make.usual_card(), read_card(path)[0]
    plain = (
        "auth_pin", "sign_password", "text_pin", "surface", "signatures", "surface_certificate", "seed", "holder",
        "is_demo", "terminal_root",
    )  # fmt: skip
    assert [name for name in plain if getattr(before, name) != getattr(after, name)] == []
    for one, two in ((before.auth, after.auth), (before.sign, after.sign)):
        assert (one.certificate, one.authority, public_bytes(one)) == (
            two.certificate,
            two.authority,
            public_bytes(two),
        )
    assert before.card_key.private_numbers() == after.card_key.private_numbers()
    assert read_card(path)[1] == new_state(before)


def test_a_childs_card_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "child.json"
    content = make.card(is_child=True, auth_pin=None)
    CardFile.create(path, content)
    after, memory = read_card(path)
    assert (after.sign, after.auth_pin, after.sign_password) == (content.sign, None, None)
    assert (memory.tries[Lock.AUTH_PIN], memory.tries[Lock.SIGN_PASSWORD]) == (0, 0)


def test_the_twelve_digits_are_not_on_disk(card: CardFile, path: Path) -> None:
    talk.select(card, Application.TEXT)
    assert talk.show_secret(card, Lock.TEXT_CODE_A, USUAL_NUMBER) == talk.PinRight()
    assert talk.show_secret(card, Lock.TEXT_CODE_A, "0" * 12) == talk.PinWrong(9)
    written = path.read_bytes()
    assert USUAL_NUMBER.encode() not in written
    assert str(make.SEED).encode() in written, "what they come from is"


def test_tries_are_on_disk_when_they_are_told(card: CardFile, path: Path) -> None:
    talk.select(card, Application.JPKI)
    for left in (2, 1):
        assert talk.verify_pin(card, "0000") == talk.PinWrong(left)
        assert read_card(path)[1].tries[Lock.AUTH_PIN] == left
    assert talk.verify_pin(card, AUTH_PIN) == talk.PinRight()
    assert read_card(path)[1].tries[Lock.AUTH_PIN] == 3
    assert path.stat().st_mode & 0o777 == 0o600


class Crash(BaseException):
    """The machine stops."""


@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_no_answer_leaves_when_it_cannot_be_kept(
    card: CardFile, path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    talk.select(card, Application.JPKI)

    def crash(*_: object) -> None:
        raise Crash

    monkeypatch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[where], crash)
    with pytest.raises(Crash):
        talk.verify_pin(card, "0000")
    monkeypatch.undo()
    assert read_card(path)[1].tries[Lock.AUTH_PIN] == 3, "the card is as it was"
    assert talk.verify_pin(card, "0000") == talk.PinWrong(2)


def test_a_right_pin_on_full_tries_writes_nothing(card: CardFile, path: Path) -> None:
    before = path.stat().st_ino
    talk.select(card, Application.JPKI)
    assert talk.verify_pin(card, AUTH_PIN) == talk.PinRight()
    assert path.stat().st_ino == before
    talk.verify_pin(card, "0000")
    assert path.stat().st_ino != before


def test_counters_and_a_new_pin_survive_the_process(card: CardFile, path: Path) -> None:
    talk.select(card, Application.JPKI)
    talk.verify_pin(card, AUTH_PIN)
    assert talk.change_secret(card, Lock.AUTH_PIN, "2468")
    talk.show_secret(card, Lock.SIGN_PASSWORD, "WRONG1")
    card.close()
    again = CardFile(path)
    talk.select(again, Application.JPKI)
    assert talk.tries_left(again, Lock.SIGN_PASSWORD) == 4
    assert talk.sign_digest(again, bytes(32)) is None, "what was opened is closed"
    assert [talk.verify_pin(again, pin) for pin in (AUTH_PIN, "2468")] == [talk.PinWrong(2), talk.PinRight()]


def test_reset_closes(card: CardFile) -> None:
    talk.select(card, Application.JPKI)
    talk.verify_pin(card, AUTH_PIN)
    assert talk.sign_digest(card, bytes(32)) is not None
    card.reset()
    talk.select(card, Application.JPKI)
    assert talk.sign_digest(card, bytes(32)) is None


def test_the_municipality_rewrites_it(card: CardFile, path: Path) -> None:
    talk.select(card, Application.JPKI)
    for _ in range(3):
        talk.verify_pin(card, "0000")
    card.rewrite(card.content, with_secret(card.memory, Lock.AUTH_PIN, "1357"))
    talk.select(card, Application.JPKI)
    assert talk.verify_pin(card, "1357") == talk.PinRight()
    assert read_card(path)[1] == card.memory


def test_one_process_has_the_card(card: CardFile, path: Path) -> None:
    with pytest.raises(CardInUse):
        CardFile(path)
    talk.select(card, Application.JPKI)
    talk.verify_pin(card, "0000")  # another file has the name now
    script = f"from pathlib import Path; from onshi.outside import CardFile; CardFile(Path({str(path)!r}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].startswith("onshi.outside.errors.CardInUse: ")
    card.close()
    CardFile(path).close()


def test_a_card_is_never_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(CardExists):
        CardFile.create(path, make.card(holder=99))
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["card.json"]


def test_a_card_that_is_not_there(tmp_path: Path) -> None:
    for opening in (CardFile, read_card):
        with pytest.raises(CardMissing):
            opening(tmp_path / "none.json")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_card_others_may_read_is_not_used(path: Path, mode: int) -> None:
    path.chmod(mode)
    for opening in (CardFile, read_card):
        with pytest.raises(CardExposed):
            opening(path)
    path.chmod(0o600)
    CardFile(path).close()


def damaged(path: Path, name: str, value: object) -> None:
    document = json.loads(path.read_bytes())
    document[name] = value
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "onshi-card-2"),
        ("auth_pin", 8351),
        ("card_key", "AAAA"),
        ("card_key", "?"),
        ("terminal_root", ""),
        ("tries", {}),
        ("tries", {"auth-pin": 3}),
        ("seed", "x"),
        ("surprise", 1),
    ],
)
def test_a_damaged_card_is_told_without_what_is_in_it(path: Path, name: str, value: object) -> None:
    damaged(path, name, value)
    for opening in (CardFile, read_card):
        with pytest.raises(CardUnreadable) as refused:
            opening(path)
        assert str(refused.value) == "The file card.json is no card, or is damaged."


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [("surface", "birth_on", "1800-01-01"), ("surface", "security_code", "x"), (None, "text_pin", "12345")],
)
def test_what_no_manufacture_writes_is_no_card(path: Path, part: str | None, name: str, value: str) -> None:
    document = json.loads(path.read_bytes())
    (document[part] if part else document)[name] = value
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(CardUnreadable):
        CardFile(path)


def test_tries_out_of_range_are_no_card(path: Path) -> None:
    document = json.loads(path.read_bytes())
    document["tries"]["auth-pin"] = 16
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(CardUnreadable):
        read_card(path)


@pytest.mark.parametrize("data", [b"", b"{}", b"\x00\xff", b"[1]"])
def test_what_is_no_card_at_all(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(CardUnreadable):
        read_card(path)


def test_a_folder_is_no_card(tmp_path: Path) -> None:
    with pytest.raises(CardUnreadable):
        read_card(tmp_path)
