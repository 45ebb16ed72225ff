"""The 券面 files, read as third-party clients read them, and every signature in them."""

import struct
import zlib
from dataclasses import fields, replace
from datetime import date
from hashlib import sha256

import pytest

from onshi.chip import CardContent, Surface, code_b, key_id, surface_issuer, with_entries
from onshi.chip.cvc import is_certified, parse_public_key, parse_record_certificate
from onshi.chip.errors import SecretMalformed, SurfaceMalformed
from onshi.chip.pictures import digits_image
from onshi.chip.signing import digest_info, is_signed
from onshi.chip.tlv import Item, first_item, indexed, items_in, items_of, size_of, tlv

from . import make
from .make import SURFACE, TEXT_PIN, Bench
from .test_commands import CODE_B, NUMBER, shown
from .test_commands import SURFACE as SURFACE_AP
from .test_commands import TEXT as TEXT_AP

ISSUER = make.key("municipality").public_key()


@pytest.fixture
def text() -> Bench:
    """The application for input, opened with its PIN."""
    bench = Bench()
    bench.data(TEXT_AP)
    bench.data(shown(TEXT_PIN, "91"))
    return bench


@pytest.fixture
def face() -> Bench:
    """The application of the surface, opened with everything."""
    bench = Bench()
    bench.data(SURFACE_AP)
    for secret, lock in (("630409", "91"), (CODE_B, "92"), (NUMBER, "93")):
        bench.data(shown(secret, lock))
    return bench


def whole(bench: Bench, number: int) -> bytes:
    bench.data(f"00A4020C02{number:04X}")
    return bench.data("00B00000000000")


def parts(raw: bytes, tag: int) -> dict[int, Item]:
    found = items_of(raw, tag)
    assert found is not None
    return {item.tag: item for item in found}


def one_hash(*items: Item) -> bytes:
    return digest_info(sha256(b"".join(item.raw for item in items)).digest())


def test_the_number_file_is_seventeen_bytes(text: Bench) -> None:
    assert whole(text, 1) == b"\xff\x10\x0c" + NUMBER.encode() + b"\xff\xff"


def test_the_attributes_are_where_the_table_says(text: Bench) -> None:
    raw = whole(text, 2)
    found = parts(raw, 0xFF20)
    assert [found[tag].value.decode() for tag in (0xDF22, 0xDF23, 0xDF24, 0xDF25)] == [
        SURFACE.name,
        SURFACE.address,
        "19880409",
        "2",
    ]
    places = struct.unpack(">4H", found[0xDF21].value)
    assert [raw[place : place + 2].hex() for place in places] == ["df22", "df23", "df24", "df25"]


def test_the_integrity_record_vouches_for_both_files(text: Bench) -> None:
    raw = whole(text, 3)
    found = parts(raw, 0xFF30)
    attributes = items_of(whole(text, 2), 0xFF20)
    assert attributes is not None
    assert len(raw) == 336
    assert found[0xDF31].value == sha256(whole(text, 1)).digest()
    assert found[0xDF32].value == sha256(b"".join(item.raw for item in attributes[1:])).digest()
    assert is_signed(ISSUER, found[0xDF33].value, one_hash(found[0xDF31], found[0xDF32]))


def test_the_cards_own_key_is_signed(text: Bench) -> None:
    found = parts(whole(text, 7), 0xFF50)
    assert parse_public_key(found[0xDF51].value) == make.key("card").public_key()
    assert is_signed(ISSUER, found[0xDF52].value, one_hash(found[0xDF51]))


@pytest.mark.parametrize("application", [TEXT_AP, SURFACE_AP])
def test_the_issuers_certificate_is_from_the_root(application: str) -> None:
    bench = Bench()
    bench.data(application)
    raw = whole(bench, 4)
    certificate = parse_record_certificate(raw)
    assert certificate is not None
    assert (len(raw), certificate.public_key) == (568, ISSUER)
    assert (certificate.issuer, certificate.subject) == (key_id("9000023", "001"), key_id("9131016"))
    assert is_certified(certificate, make.key("surface root").public_key())
    assert not is_certified(certificate, ISSUER)


def test_basic_information_has_the_size_clients_ask_for(text: Bench, face: Bench) -> None:
    raw = whole(text, 5)
    assert (len(raw), parts(raw, 0xFF40)[0xDF42].value) == (256, key_id("9131016"))
    found = parts(whole(face, 3), 0xFF30)
    assert (found[0xDF32].value, found[0xDF34].value) == (key_id("9131016"), b"13101")


def test_the_age_record_is_signed(face: Bench) -> None:
    found = parts(whole(face, 1), 0xFF10)
    assert found[0xDF11].value == b"19880409"
    assert parse_public_key(found[0xDF12].value) == make.key("card").public_key()
    assert is_signed(ISSUER, found[0xDF13].value, one_hash(found[0xDF11], found[0xDF12]))


def test_the_face_is_signed_in_three_groups(face: Bench) -> None:
    raw = whole(face, 2)
    found = parts(raw, 0xFF20)
    groups = ((0xDF22, 0xDF23, 0xDF24), (0xDF25, 0xDF26), (0xDF27,))
    hashes = b"".join(sha256(b"".join(found[tag].raw for tag in group)).digest() for group in groups)
    assert is_signed(ISSUER, found[0xDF28].value, digest_info(hashes))
    assert (found[0xDF27].value, found[0xDF29].value) == (make.PHOTO, b"20350409")
    assert found[0xDF2A].value == digits_image("0417")
    places = struct.unpack(">9H", found[0xDF21].value)
    assert [int.from_bytes(raw[place : place + 2]) for place in places] == list(range(0xDF22, 0xDF2B))


def test_the_picture_of_the_number_is_signed(face: Bench) -> None:
    found = parts(whole(face, 5), 0xFF40)
    assert found[0xDF41].value == digits_image(NUMBER)
    assert is_signed(ISSUER, found[0xDF43].value, one_hash(found[0xDF41], found[0xDF42]))


def pixels(png: bytes) -> list[str]:
    """The rows of a PNG of one bit a pixel, ink as #."""
    width, height, *rest = struct.unpack(">IIBBBBB", png[16:29])
    assert (png[:8], png[12:16], rest) == (b"\x89PNG\r\n\x1a\n", b"IHDR", [1, 0, 0, 0, 0])
    size = int.from_bytes(png[33:37])
    assert (png[37:41], png[-8:-4]) == (b"IDAT", b"IEND")
    assert int.from_bytes(png[41 + size : 45 + size]) == zlib.crc32(png[37 : 41 + size])
    rows = zlib.decompress(png[41 : 41 + size])
    step = 1 + -(-width // 8)
    lines = [int.from_bytes(rows[line * step + 1 : (line + 1) * step]) for line in range(height)]
    return [f"{line:0{8 * (step - 1)}b}"[:width].replace("1", ".").replace("0", "#") for line in lines]


def test_a_card_with_other_entries_is_the_card_that_would_be_made_with_them() -> None:
    before = make.usual_card()
    moved = replace(
        SURFACE, name="範例　花子", address="東京都中央区見本町", municipality="131024", name_image=b"other"
    )
    issuer = surface_issuer(
        make.key("surface root"),
        make.key("municipality"),
        root_id=key_id("9000023", "001"),
        issuer_id=key_id("9131016"),
    )
    after, anew = with_entries(before, moved, make.certified("auth"), issuer), make.card(surface=moved)
    same = [field.name for field in fields(CardContent) if field.name not in ("auth", "sign", "card_key")]
    assert [getattr(after, name) for name in same] == [getattr(anew, name) for name in same]
    assert (after.card_key, after.auth) == (before.card_key, before.auth)
    assert after.sign.certificate == make.certified("auth").certificate
    assert after.signatures != before.signatures
    with pytest.raises(SurfaceMalformed):
        with_entries(before, replace(moved, name=""), before.sign, issuer)


def test_digits_are_drawn() -> None:
    assert pixels(digits_image("14")) == [
        "............",
        "............",
        "..#......#..",
        ".##.....##..",
        "..#....#.#..",
        "..#...#..#..",
        "..#...#####.",
        "..#......#..",
        ".###.....#..",
        "............",
        "............",
        "............",
    ]
    assert len({digits_image(digit) for digit in "0123456789"}) == 10


@pytest.mark.parametrize(
    ("born", "code"),
    [
        (date(1989, 1, 7), "640107"),  # the last day of 昭和
        (date(1989, 1, 8), "010108"),
        (date(2019, 4, 30), "310430"),
        (date(2019, 5, 1), "010501"),
        (date(1926, 12, 25), "011225"),
        (date(2026, 10, 2), "081002"),
    ],
)
def test_code_b_counts_years_by_era(born: date, code: str) -> None:
    surface = Surface(SURFACE.name, SURFACE.address, born, "1", date(2035, 1, 1), "0417", "131016", b"", b"", b"")
    assert code_b(surface) == code + "20350417"


# -- BER ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 40_000])
@pytest.mark.parametrize("tag", [0x90, 0xDF21, 0x7F21])
def test_what_is_written_is_read_again(tag: int, size: int) -> None:
    raw = tlv(tag, bytes(size))
    assert (first_item(raw + b"\xff"), size_of(raw)) == (Item(tag, bytes(size), raw), len(raw))
    assert items_in(raw + raw) == (Item(tag, bytes(size), raw),) * 2


@pytest.mark.parametrize("raw", ["", "90", "DF21", "9001", "90800000", "9083000001", "DF2181", "908200"])
def test_what_is_cut_off_is_no_object(raw: str) -> None:
    assert first_item(bytes.fromhex(raw)) is None
    assert items_in(tlv(0x91, b"x") + bytes.fromhex(raw or "90")) is None


@pytest.mark.parametrize("size", [1, 100, 120, 250, 1_000])
def test_a_table_points_at_every_part(size: int) -> None:
    written = [tlv(0xDF22, bytes(size)), tlv(0xDF23, b"x")]
    raw = indexed(0xFF20, 0xDF21, written)
    found = items_of(raw, 0xFF20)
    assert found is not None
    places = struct.unpack(">2H", found[0].value)
    assert [raw[place:][: len(part)] for place, part in zip(places, written, strict=True)] == written


# -- Manufacture -------------------------------------------------------------------------------------------------------


def changed(**values: object) -> Surface:
    fields = {name: getattr(SURFACE, name) for name in Surface.__slots__}
    return Surface(**{**fields, **values})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "あ" * 334),
        ("name", "\ud842"),  # half of 𠮷
        ("address", ""),
        ("birth_on", date(1872, 12, 31)),
        ("sex", "3"),
        ("expires_on", date(1988, 4, 9)),
        ("security_code", "041"),
        ("security_code", "041x"),
        ("municipality", "13101"),
    ],
)
def test_what_cannot_be_printed_is_refused(field: str, value: object) -> None:
    with pytest.raises(SurfaceMalformed) as refused:
        make.card(surface=changed(**{field: value}))
    assert refused.value.facts == {"field": field}


@pytest.mark.parametrize(("size", "fits"), [(29_000, True), (31_000, False)])
def test_pictures_have_to_be_readable_to_the_last_byte(size: int, fits: bool) -> None:
    surface = changed(photo=bytes(size))
    if not fits:
        with pytest.raises(SurfaceMalformed) as refused:
            make.card(surface=surface)
        assert refused.value.facts == {"field": "pictures"}
        return
    bench = Bench(make.card(surface=surface))
    bench.data(SURFACE_AP)
    bench.data(shown(CODE_B, "92"))
    last = len(whole(bench, 2)) - 1
    assert len(bench.data(f"00B0{last:04X}00")) == 1


@pytest.mark.parametrize(
    ("secrets", "lock"),
    [
        ({"auth_pin": "123"}, "auth-pin"),
        ({"auth_pin": "12345"}, "auth-pin"),
        ({"auth_pin": "１２３４"}, "auth-pin"),
        ({"password": "abc123"}, "sign-password"),
        ({"password": "A" * 17}, "sign-password"),
        ({"password": "ABC12"}, "sign-password"),
    ],
)
def test_secrets_of_another_form_are_refused_without_being_told(secrets: dict[str, str], lock: str) -> None:
    with pytest.raises(SecretMalformed) as refused:
        make.card(**secrets)  # type: ignore[arg-type]
    assert refused.value.facts == {"lock": lock}
    assert [value for value in secrets.values() if value in str(refused.value)] == []


@pytest.mark.parametrize("number", ["5000023", "900002", "90000234", "9A00023"])
def test_only_ids_of_our_own_are_made(number: str) -> None:
    with pytest.raises(ValueError, match="begin with 9"):
        key_id(number)


def test_two_holders_have_two_numbers() -> None:
    cards: list[CardContent] = [make.usual_card(), make.card(holder=make.HOLDER + 1)]
    read = []
    for one in cards:
        bench = Bench(one)
        bench.data(TEXT_AP)
        bench.data(shown(TEXT_PIN, "91"))
        read.append(whole(bench, 1))
    assert len(set(read)) == 2


# -- Keys and certificates that are none -------------------------------------------------------------------------------

MODULUS, EXPONENT = tlv(0x91, b"\xc9" + b"\xab" * 255), tlv(0x90, b"\x01\x00\x01")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        EXPONENT,
        MODULUS + EXPONENT,
        EXPONENT + MODULUS + EXPONENT,
        EXPONENT + tlv(0x91, b"\xc9" * 128),  # 1024 bits
        EXPONENT + tlv(0x91, b"\x01" + bytes(255)),  # 2041 bits
        tlv(0x90, b"\x02") + MODULUS,
    ],
)
def test_what_is_no_key(raw: bytes) -> None:
    assert parse_public_key(EXPONENT + MODULUS) is not None
    assert parse_public_key(raw) is None


@pytest.mark.parametrize(
    ("old", "new"), [("7f21", "7f20"), ("5f4e", "5f4f"), ("5f37", "5f38"), ("90030100019182", "90030100019382")]
)
def test_what_is_no_certificate(old: str, new: str) -> None:
    raw = make.usual_card().surface_certificate
    assert parse_record_certificate(raw) is not None
    assert parse_record_certificate(raw.replace(bytes.fromhex(old), bytes.fromhex(new), 1)) is None
