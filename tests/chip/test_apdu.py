"""Commands and responses as bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.chip.apdu import Command, Response, parse_command, parse_response, tries_of, tries_status

LONG = bytes(300)


@pytest.mark.parametrize(
    ("raw", "data", "expected"),
    [
        ("00A40000", b"", None),  # case 1
        ("00B0000004", b"", 4),  # case 2, short
        ("00B0000000", b"", 256),
        ("00B00000000100", b"", 256),  # case 2, extended
        ("00B00000000000", b"", 65_536),
        ("00A4020C02000A", b"\0\x0a", None),  # case 3, short
        ("00A4020C000002000A", b"\0\x0a", None),  # case 3, extended
        ("802A000002AABB00", b"\xaa\xbb", 256),  # case 4, short
        ("802A0000000002AABB0100", b"\xaa\xbb", 256),  # case 4, extended
        ("802A0000000002AABB0000", b"\xaa\xbb", 65_536),
    ],
)
def test_every_case_is_read(raw: str, data: bytes, expected: int | None) -> None:
    read = parse_command(bytes.fromhex(raw))
    assert read is not None
    assert (bytes((read.cla, read.ins, read.p1, read.p2)).hex().upper(), read.data, read.expected) == (
        raw[:8],
        data,
        expected,
    )


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "00",
        "00A404",
        "00A4020C02",  # says two bytes, has none: read as case 2
        "00A4020C0300",  # one byte too few
        "00A4020C0200010000",  # two too many
        "00A4020C0000",  # extended, cut
        "00A4020C00000200",
        "00A4020C0000000A",  # extended length of nothing, and something
        "00A4020C000002000AFF",  # half an Le
    ],
)
def test_lengths_that_do_not_add_up_are_no_command(raw: str) -> None:
    read = parse_command(bytes.fromhex(raw))
    assert read == (Command(0x00, 0xA4, 0x02, 0x0C, b"", 2) if raw == "00A4020C02" else None)


@pytest.mark.parametrize(
    ("command", "raw"),
    [
        (Command(0, 0x20, 0, 0x98), "00200098"),
        (Command(0, 0xB0, 1, 2, expected=256), "00B0010200"),
        (Command(0, 0xB0, 1, 2, expected=257), "00B00102000101"),
        (Command(0, 0xB0, 1, 2, expected=65_536), "00B00102000000"),
        (Command(0, 0x20, 0, 0x98, b"1234"), "002000980431323334"),
        (Command(0x80, 0x2A, 0, 0x97, b"\x01", 256), "802A0097010100"),
        (Command(0x80, 0xA2, 0, 0xC1, LONG), "80A200C100012C" + LONG.hex()),
        (Command(0x80, 0xA2, 0, 0xC1, LONG, 256), "80A200C100012C" + LONG.hex() + "0100"),
        (Command(0x80, 0xA2, 0, 0xC1, b"\x01", 65_536), "80A200C1000001010000"),
    ],
)
def test_a_command_is_written_as_short_as_it_can_be(command: Command, raw: str) -> None:
    assert bytes(command).hex().upper() == raw.upper()


byte = st.integers(0, 255)
commands = st.builds(
    Command, byte, byte, byte, byte, st.binary(max_size=400), st.one_of(st.none(), st.integers(1, 65_536))
)


@given(commands)
def test_what_is_written_is_read_again(command: Command) -> None:
    assert parse_command(bytes(command)) == command


@given(st.binary(max_size=600), st.integers(0, 0xFFFF))
def test_a_response_is_read_again(data: bytes, status: int) -> None:
    assert parse_response(bytes(Response(data, status))) == Response(data, status)


@pytest.mark.parametrize("raw", [b"", b"\x90"])
def test_less_than_a_status_word_is_no_response(raw: bytes) -> None:
    assert parse_response(raw) is None


def test_tries_are_in_the_last_four_bits() -> None:
    assert [tries_of(tries_status(left)) for left in range(16)] == list(range(16))
    assert [tries_of(status) for status in (0x6300, 0x63BF, 0x63D0, 0x9000, 0x6984)] == [None] * 5


def test_a_command_does_not_show_what_may_be_a_pin() -> None:
    assert repr(Command(0, 0x20, 0, 0x80, b"8351")) == "Command(cla=0, ins=32, p1=0, p2=128, expected=None)"
