"""The authority of terminals: what it gives, and whom it knows again."""

import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from onshi.kernel import Moment, moment_of, parse_moment
from onshi.outside import ClientIdUnfit, KeyExposed, TerminalCa, TerminalCaExists, TerminalCaMissing

NOW = parse_moment("2026-11-02T09:00:00")
DAY = 24 * 3_600 * 1_000_000
PASSWORD = b"secret"


@pytest.fixture
def authority(tmp_path: Path) -> TerminalCa:
    made = TerminalCa(tmp_path / "keys")
    made.found(at=NOW)
    return made


def given(authority: TerminalCa, client: str = "clinic-software") -> x509.Certificate:
    made = authority.certify(client, at=NOW, password=PASSWORD)
    key, certificate, more = pkcs12.load_key_and_certificates(made.file, PASSWORD)
    assert isinstance(key, ec.EllipticCurvePrivateKey) and certificate is not None
    assert certificate.public_key() == key.public_key()
    assert (certificate.serial_number, more) == (made.serial, [authority.certificate()])
    assert moment_of(certificate.not_valid_after_utc) == made.until
    return certificate


def known(authority: TerminalCa, certificate: x509.Certificate, at: int = NOW) -> str | None:
    return authority.client_of(certificate.public_bytes(Encoding.DER), at=Moment(at))


def test_it_knows_whom_it_certified_while_that_is_in_force(authority: TerminalCa) -> None:
    certificate = given(authority)
    days = [known(authority, certificate, NOW + day * DAY) for day in (-1, 0, 729, 731)]
    assert days == [None, "clinic-software", "clinic-software", None]


def test_it_knows_nothing_else(authority: TerminalCa, tmp_path: Path) -> None:
    other = TerminalCa(tmp_path / "other")
    assert other.client_of(given(authority).public_bytes(Encoding.DER), at=NOW) is None
    other.found(at=NOW)
    assert known(authority, given(other)) is None
    assert known(authority, authority.certificate()) is None
    altered = bytearray(given(authority).public_bytes(Encoding.DER))
    altered[-1] ^= 1
    for nothing in (b"", b"x", bytes(altered)):
        assert authority.client_of(nothing, at=NOW) is None


def test_a_certificate_under_its_name_with_another_key_is_not_its_own(authority: TerminalCa) -> None:
    real, key = given(authority), ec.generate_private_key(ec.SECP256R1())
    forged = x509.CertificateBuilder(
        issuer_name=real.issuer,
        subject_name=real.subject,
        public_key=key.public_key(),
        serial_number=real.serial_number,
        not_valid_before=real.not_valid_before_utc,
        not_valid_after=real.not_valid_after_utc,
        extensions=list(real.extensions),
    ).sign(key, SHA256())
    assert known(authority, forged) is None


def test_its_certificates_may_only_prove_a_client(authority: TerminalCa) -> None:
    own, given_one = authority.certificate(), given(authority)
    constraints = [one.extensions.get_extension_for_class(x509.BasicConstraints).value for one in (own, given_one)]
    assert [(one.ca, one.path_length) for one in constraints] == [(True, 0), (False, None)]
    usage = given_one.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.key_cert_sign) == (True, False)


def test_it_is_founded_once_and_keeps_its_key_to_itself(authority: TerminalCa, tmp_path: Path) -> None:
    with pytest.raises(TerminalCaExists):
        authority.found(at=NOW)
    key = tmp_path / "keys" / "terminal-ca.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    with pytest.raises(KeyExposed):
        authority.certify("clinic-software", at=NOW, password=PASSWORD)


def test_a_founding_that_was_cut_off_is_done_again(authority: TerminalCa) -> None:
    authority.certificate_path.unlink()
    assert not authority.is_founded
    authority.found(at=NOW)
    assert known(authority, given(authority)) == "clinic-software"


def test_without_it_nobody_is_certified(tmp_path: Path) -> None:
    with pytest.raises(TerminalCaMissing):
        TerminalCa(tmp_path).certify("clinic-software", at=NOW, password=PASSWORD)


@pytest.mark.parametrize("client", ["", "a b", "診療所", "x" * 65, "a\nb"])
def test_an_id_that_no_certificate_can_name_is_refused(authority: TerminalCa, client: str) -> None:
    with pytest.raises(ClientIdUnfit):
        authority.certify(client, at=NOW, password=PASSWORD)
