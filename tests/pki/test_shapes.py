"""What we sign, read by others: OpenSSL's own program, and the library that did not sign it."""

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from onshi.kernel import parse_moment
from onshi.pki import Authority, der, names, shapes

from . import cast
from .cast import DETAILS, NOW, SERIAL, TOWN, key

SECONDS = 1_000_000


def openssl(*arguments: str | Path) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def pem(path: Path, *ders: bytes) -> Path:
    certificates = [x509.load_der_x509_certificate(one).public_bytes(Encoding.PEM) for one in ders]
    path.write_bytes(b"".join(certificates))
    return path


@pytest.mark.parametrize(
    ("certificate", "authority"),
    [
        (cast.good, cast.authority),
        (cast.old_generation_good, lambda: cast.authority(generation=2)),
        (cast.good_for_signing, cast.signature_authority),
    ],
)
def test_openssl_finds_the_chain_in_order(tmp_path: Path, certificate: object, authority: object) -> None:
    assert callable(certificate) and callable(authority)
    trusted, leaf = pem(tmp_path / "ca.pem", authority().certificate), pem(tmp_path / "leaf.pem", certificate())
    at = str(NOW // SECONDS)
    assert openssl("verify", "-x509_strict", "-attime", at, "-CAfile", trusted, leaf) == f"{leaf}: OK"
    other = pem(tmp_path / "other.pem", cast.authority("OTHER-CA").certificate)
    assert "unable to get local issuer certificate" in openssl("verify", "-attime", at, "-CAfile", other, leaf)


def test_openssl_finds_the_lists_in_order(tmp_path: Path) -> None:
    trusted = pem(tmp_path / "ca.pem", cast.authority().certificate)
    leaf = pem(tmp_path / "leaf.pem", cast.good())
    at = str(NOW // SECONDS)
    for entries, expected in (((), f"{leaf}: OK"), (((SERIAL, _gone()),), "certificate revoked")):
        listed = tmp_path / "list.pem"
        crl = x509.load_der_x509_crl(cast.crl_der(*entries))
        listed.write_bytes(crl.public_bytes(Encoding.PEM))
        command = ("verify", "-crl_check", "-extended_crl", "-attime", at, "-CAfile", trusted, "-CRLfile", listed, leaf)
        assert expected in openssl(*command)


def _gone() -> cast.Revocation:
    return cast.Revocation(cast.pki.Reason.KEY_COMPROMISE, cast.ISSUED)


def test_openssl_reads_the_policy_of_a_card(tmp_path: Path) -> None:
    trusted, leaf = pem(tmp_path / "ca.pem", cast.authority().certificate), pem(tmp_path / "leaf.pem", cast.good())
    common = ("verify", "-attime", str(NOW // SECONDS), "-explicit_policy", "-CAfile", trusted)
    assert openssl(*common, "-policy", f"{names.ARC}.1.1", leaf) == f"{leaf}: OK"
    assert "no explicit policy" in openssl(*common, "-policy", f"{names.ARC}.1.2", leaf)


def test_a_long_length_is_written_as_others_read_it() -> None:
    for size in (0, 127, 128, 255, 256, 65_535, 65_536):
        text = "a" * size
        encoded = der.utf8(text)
        name = x509.OtherName(names.HOLDER_NAME, encoded)
        assert encoded.endswith(text.encode())
        assert x509.SubjectAlternativeName([name]).public_bytes().endswith(encoded)


def test_an_authentication_certificate_names_nobody() -> None:
    found = x509.load_der_x509_certificate(cast.good())
    (common,) = found.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert [(one.oid, one.value) for one in found.subject][:1] == [(x509.NameOID.COUNTRY_NAME, "JP")]
    assert len(found.subject.rdns) == 2
    assert (len(str(common.value)), str(common.value)[-1]) == (23, "A")
    with pytest.raises(x509.ExtensionNotFound):
        found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    for secret in (DETAILS.name, DETAILS.address, "19890331"):
        assert secret.encode() not in cast.good()
        assert secret.encode() in cast.good_for_signing()


def test_a_signature_certificate_says_who_signs() -> None:
    found = x509.load_der_x509_certificate(cast.good_for_signing())
    others = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    said = {one.type_id: one.value for one in others if isinstance(one, x509.OtherName)}
    assert said == {
        names.HOLDER_NAME: der.utf8(DETAILS.name),
        names.NAME_SUBSTITUTED: der.utf8("0"),
        names.HOLDER_SEX: der.utf8("2"),
        names.HOLDER_BIRTH: der.utf8("419890331"),  # 4: 平成
        names.HOLDER_ADDRESS: der.utf8(DETAILS.address),
        names.ADDRESS_SUBSTITUTED: der.utf8("0"),
    }
    assert found.subject.get_attributes_for_oid(x509.NameOID.LOCALITY_NAME)[0].value == TOWN


def test_nothing_of_a_certificate_is_the_real_ones() -> None:
    """No name and no object identifier of the national authorities: theirs lie under 1.2.392."""
    for made in (cast.good(), cast.good_for_signing(), cast.authority().certificate):
        found = x509.load_der_x509_certificate(made)
        said = [one.value for name in (found.issuer, found.subject) for one in name]
        assert not [text for text in said if "JPKI" in str(text) or "Local Authority" in str(text)]
        assert bytes.fromhex("2a8308") not in made  # 1.2.392 in DER
    assert str(names.ARC).startswith("2.25.")


def test_two_certificates_of_one_key_have_different_names() -> None:
    made = [
        shapes.holder_certificate(cast.issuer(), cast.order(), key("card").public_key, serial=serial, since=NOW)
        for serial in (1, 2)
    ]
    subjects = {x509.load_der_x509_certificate(one).subject for one in made}
    assert len(subjects) == 2


def test_an_authority_outlives_no_second_more_than_it_says() -> None:
    def ends(of: Authority) -> object:
        return x509.load_der_x509_certificate(of.certificate).not_valid_after_utc

    assert ends(cast.authority()) == shapes.in_seconds(cast.authority().until)
    assert shapes.last_moment(cast.NOT_AFTER) == parse_moment("2030-05-04T23:59:59.999999")
