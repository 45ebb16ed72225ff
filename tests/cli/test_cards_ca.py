"""`onshi cards ca`: authorities founded, lists published, readers certified."""

import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, EllipticCurve, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from onshi import chip
from onshi.outside import CertificateKeys

from .run import Run

CA = ("cards", "ca")


def found(run: Run, name: str = "DEMO-CA", purpose: str = "authentication") -> dict[str, object]:
    said = run(*CA, "found", name, "--purpose", purpose, "--json")
    assert said.code == 0
    document: dict[str, object] = json.loads(said.out)
    return document


def test_an_authority_and_its_next_generation_are_founded(onshi_on_nothing: Run, tmp_path: Path) -> None:
    first, second = found(onshi_on_nothing), found(onshi_on_nothing)
    assert (first["generation"], second["generation"]) == (1, 2)
    listed = json.loads(onshi_on_nothing(*CA, "list", "--json").out)
    assert listed == [first, second]
    made = {path.name for path in (tmp_path / "data" / "keys" / "ca").iterdir()}
    assert made == {f"DEMO-CA-{number}{end}.pem" for number in (1, 2) for end in ("", "-ocsp")}


def test_people_read_a_table(onshi_on_nothing: Run) -> None:
    document = found(onshi_on_nothing)
    said = onshi_on_nothing(*CA, "list", "--lang", "ja")
    assert "認証局" in said.out
    assert str(document["key_id"]) in said.out


def test_a_purpose_is_for_good_and_a_name_a_name(onshi_on_nothing: Run, tmp_path: Path) -> None:
    found(onshi_on_nothing)
    said = onshi_on_nothing(*CA, "found", "DEMO-CA", "--purpose", "signature", "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, "authority-purpose-fixed")
    said = onshi_on_nothing(*CA, "found", "../evil", "--purpose", "signature", "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, "authority-name-unfit")
    assert [path.name for path in tmp_path.rglob("*evil*")] == []


def test_lists_are_published_for_the_towns_asked_for(onshi_on_nothing: Run) -> None:
    found(onshi_on_nothing)
    assert json.loads(onshi_on_nothing(*CA, "crl", "DEMO-CA", "--json").out) == []
    command = (*CA, "crl", "DEMO-CA", "--partition", "131016", "--partition", "011002", "--json")
    for number in (1, 2):
        published = json.loads(onshi_on_nothing(*command).out)
        assert [(one["partition"], one["number"]) for one in published] == [("131016", number), ("011002", number)]
    said = onshi_on_nothing(*CA, "crl", "OTHER-CA", "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, "authority-unknown")


def test_a_responder_is_certified_again(onshi_on_nothing: Run) -> None:
    founded = found(onshi_on_nothing)
    assert json.loads(onshi_on_nothing(*CA, "responder", "DEMO-CA", "--json").out) == [founded]
    found(onshi_on_nothing, "DEMO-TERMINAL-CA", "terminal")
    said = onshi_on_nothing(*CA, "responder", "DEMO-TERMINAL-CA", "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, "authority-wrong")
    said = onshi_on_nothing(*CA, "responder", "OTHER-CA", "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, "authority-unknown")


def public_key(path: Path, curve: EllipticCurve) -> Path:
    key = generate_private_key(curve).public_key()
    path.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


def test_a_reader_is_certified(onshi_on_nothing: Run, tmp_path: Path) -> None:
    found(onshi_on_nothing, "DEMO-TERMINAL-CA", "terminal")
    out, key = tmp_path / "t1.cer", public_key(tmp_path / "t1.pem", SECP256R1())
    common = ("--authority", "DEMO-TERMINAL-CA", "--party", "institution:1312345678", "--out", str(out), "--json")
    command = (*CA, "terminal", "T1", *common, "--expires", "2027-03-31", "--public-key")
    said = onshi_on_nothing(*command, str(key))
    assert (said.code, json.loads(said.out)["id"]) == (0, "T1")
    made = chip.parse_terminal_certificate(out.read_bytes())
    assert made is not None
    root = CertificateKeys(tmp_path / "data" / "keys" / "ca").key("DEMO-TERMINAL-CA-1").public_key
    assert chip.verify_terminal_certificate(made, root)
    again = onshi_on_nothing(*command, str(key))
    assert (again.code, json.loads(again.err)["code"]) == (3, "terminal-exists")
    wrong = onshi_on_nothing(*command, str(public_key(tmp_path / "t2.pem", SECP384R1())))
    assert (wrong.code, json.loads(wrong.err)["code"]) == (3, "terminal-key-unreadable")


def test_what_an_authority_signs_is_its_own(onshi_on_nothing: Run, tmp_path: Path) -> None:
    found(onshi_on_nothing)
    found(onshi_on_nothing, "DEMO-SIGN-CA", "signature")
    names = [one["name"] for one in json.loads(onshi_on_nothing(*CA, "list", "--json").out)]
    assert names == ["DEMO-CA", "DEMO-SIGN-CA"]


def test_a_place_that_has_no_list_is_refused_before_any_comes_out(onshi_on_nothing: Run) -> None:
    found(onshi_on_nothing)
    command = (*CA, "crl", "DEMO-CA", "--partition", "131016", "--json")
    said = onshi_on_nothing(*command, "--partition", "1310")
    assert (said.code, json.loads(said.err)["code"]) == (3, "crl-partition-unfit")
    assert [one["number"] for one in json.loads(onshi_on_nothing(*command).out)] == [1]
