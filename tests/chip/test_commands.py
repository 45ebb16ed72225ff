"""What the card answers to every command, status word by status word."""

from dataclasses import replace

import pytest

from onshi.chip import Lock, new_state, with_secret, without_secret

from . import make
from .make import AUTH_PIN, PASSWORD, TEXT_PIN, Bench

JPKI = "00A4040C0AD392F000260100000001"
TEXT = "00A4040C0AD3921000310001010408"
SURFACE = "00A4040C0AD3921000310001010402"
AUTH_KEY, AUTH_LOCK, SIGN_LOCK = "00A4020C020017", "00A4020C020018", "00A4020C02001B"
INFO = "3031300D060960864801650304020105000420" + 32 * "AB"


def shown(secret: str, reference: str = "80") -> str:
    """VERIFY."""
    return f"002000{reference}{len(secret):02X}{secret.encode().hex()}"


PIN, WORD = shown(AUTH_PIN), shown(PASSWORD)
WRONG = shown("0000")


@pytest.mark.parametrize(
    ("commands", "status"),
    [
        # SELECT
        ([JPKI], "9000"),
        ([TEXT], "9000"),
        ([SURFACE], "9000"),
        (["00A4040C0AD3921000310001010401"], "6A82"),  # 住基AP is not built
        (["00A4040C05D392F00026"], "6A82"),  # a part of a name
        (["00A4040C"], "6A82"),
        (["00A40000"], "6A86"),  # select MF
        (["00A4000C023F00"], "6A86"),
        (["00A404000AD392F000260100000001"], "6A86"),  # asks for a template
        (["00A4020C02000A"], "6986"),  # no application yet
        ([JPKI, "00A4020C02000A"], "9000"),
        ([JPKI, "00A4020C02000C"], "6A82"),
        ([JPKI, "00A4020C010A"], "6A82"),
        ([JPKI, "00A4020C03000A00"], "6A82"),
        ([JPKI, "00A4020C020016"], "9000"),
        ([TEXT, "00A4020C020006"], "6A82"),  # the key for secure messaging is not built
        # READ BINARY
        (["00B0000004"], "6986"),
        ([JPKI, "00B0000004"], "6986"),
        ([JPKI, "00A4020C02000A", "00B0000004"], "9000"),
        ([JPKI, "00A4020C02000A", "00B00000"], "6700"),
        ([JPKI, "00A4020C02000A", "00B0000001AA00"], "6700"),
        ([JPKI, "00A4020C02000A", "00B07FFF00"], "6B00"),
        ([JPKI, "00A4020C020008", "00B0000300"], "6B00"),
        ([JPKI, "00A4020C020008", "00B0000200"], "9000"),
        ([JPKI, "00B08A0004"], "9000"),
        ([JPKI, "00B08C0004"], "6A82"),
        ([JPKI, "00B0CA0004"], "6A86"),
        ([JPKI, "00A4020C020001", "00B0000000"], "6982"),
        ([JPKI, "00A4020C020009", "00B0000000"], "6982"),
        ([JPKI, "00A4020C020016", "00B0000000"], "6981"),
        ([JPKI, AUTH_KEY, "00B0000000"], "6981"),
        ([JPKI, AUTH_LOCK, "00B0000000"], "6981"),
        # VERIFY
        (["00200080"], "6986"),
        ([JPKI, "00200080"], "6986"),
        ([JPKI, AUTH_LOCK, "00200080"], "63C3"),
        ([JPKI, SIGN_LOCK, "00200080"], "63C5"),
        ([JPKI, "00200098"], "63C3"),
        ([JPKI, "0020009B"], "63C5"),
        ([JPKI, "0020009E"], "6A82"),
        ([JPKI, "00200018"], "6A86"),
        ([JPKI, "00200180"], "6A86"),
        ([JPKI, AUTH_KEY, "00200080"], "6981"),
        ([TEXT, "00200091"], "63C3"),
        ([TEXT, "00200092"], "63C0"),
        ([TEXT, "00200094"], "63CA"),
        ([TEXT, "00200095"], "63CA"),
        ([SURFACE, "00200091"], "63CA"),
        ([SURFACE, "00200092"], "63CA"),
        ([SURFACE, "00200093"], "63CA"),
        ([JPKI, AUTH_LOCK, PIN], "9000"),
        ([JPKI, shown(AUTH_PIN, "98")], "9000"),
        ([JPKI, AUTH_LOCK, PIN, "00200080"], "63C3"),  # told even after a right PIN
        ([JPKI, AUTH_LOCK, WRONG], "63C2"),
        ([JPKI, AUTH_LOCK, WRONG, WRONG], "63C1"),
        ([JPKI, AUTH_LOCK, WRONG, WRONG, WRONG], "63C0"),
        ([JPKI, AUTH_LOCK, WRONG, WRONG, WRONG, PIN], "6984"),
        ([JPKI, AUTH_LOCK, WRONG, WRONG, WRONG, PIN, "00200080"], "63C0"),
        ([JPKI, AUTH_LOCK, WRONG, WRONG, PIN, "00200080"], "63C3"),
        ([JPKI, AUTH_LOCK, shown(AUTH_PIN + "0")], "63C2"),
        ([JPKI, AUTH_LOCK, WORD], "63C2"),  # the other secret is no better
        ([JPKI, SIGN_LOCK, *[WRONG] * 4], "63C1"),
        ([JPKI, SIGN_LOCK, *[WRONG] * 5], "63C0"),
        ([JPKI, SIGN_LOCK, *[WRONG] * 5, WORD], "6984"),
        ([JPKI, SIGN_LOCK, shown(PASSWORD.lower())], "63C4"),
        ([TEXT, shown("1234", "92")], "6984"),
        # CHANGE REFERENCE DATA
        ([JPKI, AUTH_LOCK, "002401800439393939"], "6982"),
        ([JPKI, AUTH_LOCK, PIN, "002401800439393939"], "9000"),
        ([JPKI, AUTH_LOCK, PIN, "002401980439393939"], "9000"),
        ([JPKI, AUTH_LOCK, PIN, "0024019B0441424344"], "6982"),  # another lock
        ([JPKI, AUTH_LOCK, PIN, "0024018003393939"], "6A80"),
        ([JPKI, AUTH_LOCK, PIN, "00240180053939393939"], "6A80"),
        ([JPKI, AUTH_LOCK, PIN, "002401800441414141"], "6A80"),
        ([JPKI, AUTH_LOCK, PIN, "00240180"], "6A80"),
        ([JPKI, AUTH_LOCK, PIN, "0024008004" + "39393939"], "6A86"),
        ([JPKI, AUTH_LOCK, PIN, WRONG, "002401800439393939"], "6982"),  # a wrong one closes
        ([JPKI, AUTH_LOCK, WRONG, WRONG, WRONG, "002401800439393939"], "6984"),
        ([JPKI, SIGN_LOCK, WORD, "00240180064E45574E4557"], "9000"),
        ([JPKI, SIGN_LOCK, WORD, "00240180054E45574E45"], "6A80"),
        ([JPKI, SIGN_LOCK, WORD, "00240180066E65776E6577"], "6A80"),
        ([TEXT, "00A4020C020015", "002401800439393939"], "6985"),  # what is printed cannot be changed
        ([JPKI, AUTH_KEY, "002401800439393939"], "6981"),
        # SIGN
        (["802A008033" + INFO + "00"], "6986"),
        ([JPKI, "802A008033" + INFO + "00"], "6986"),
        ([JPKI, AUTH_KEY, "802A008033" + INFO + "00"], "6982"),
        ([JPKI, AUTH_LOCK, PIN, "802A008033" + INFO + "00"], "6981"),
        ([JPKI, AUTH_LOCK, PIN, AUTH_KEY, "802A008033" + INFO + "00"], "9000"),
        ([JPKI, AUTH_LOCK, PIN, "802A009733" + INFO + "00"], "9000"),
        ([JPKI, AUTH_LOCK, PIN, "802A009A33" + INFO + "00"], "6982"),  # the other key
        ([JPKI, SIGN_LOCK, WORD, "802A009A33" + INFO + "00"], "9000"),
        ([JPKI, SIGN_LOCK, WORD, "802A009733" + INFO + "00"], "6982"),
        ([JPKI, AUTH_LOCK, PIN, "802A069733" + INFO + "00"], "6A86"),
        ([JPKI, AUTH_LOCK, PIN, "802A001733" + INFO + "00"], "6A86"),
        ([JPKI, AUTH_LOCK, PIN, "802A009733" + INFO], "6700"),  # asks for no answer
        ([JPKI, AUTH_LOCK, PIN, "802A009733" + INFO + "FF"], "6700"),
        ([JPKI, AUTH_LOCK, PIN, "802A009700"], "6700"),
        ([JPKI, AUTH_LOCK, PIN, "802A0097F6" + "00" * 246 + "00"], "6700"),
        ([JPKI, AUTH_LOCK, PIN, "802A0097F5" + "00" * 245 + "00"], "9000"),
        ([JPKI, AUTH_LOCK, PIN, "802A029733" + INFO + "00"], "6700"),
        ([JPKI, AUTH_LOCK, PIN, "802A049733" + INFO + "00"], "6700"),
        ([JPKI, AUTH_LOCK, PIN, "802A0297" + "20" + "00" * 32 + "00"], "9000"),
        ([JPKI, AUTH_LOCK, PIN, WRONG, "802A009733" + INFO + "00"], "6982"),
        ([JPKI, AUTH_LOCK, PIN, JPKI, "802A009733" + INFO + "00"], "9000"),  # selecting closes nothing
        ([JPKI, AUTH_LOCK, PIN, TEXT, JPKI, "802A009733" + INFO + "00"], "9000"),
        ([TEXT, "802A000033" + INFO + "00"], "9000"),  # 内部認証
        ([SURFACE, "802A000033" + INFO + "00"], "9000"),
        ([SURFACE, "802A008033" + INFO + "00"], "6A86"),
        # GET CHALLENGE
        (["0084000010"], "9000"),
        (["0084000000"], "9000"),
        (["00840000000101"], "6700"),
        (["00840000"], "6700"),
        (["0084010010"], "6A86"),
        # anything else
        (["00C0000000"], "6D00"),
        (["0088009904AAAAAAAA"], "6D00"),
        (["00CA9F7F00"], "6D00"),
        (["80AE000000"], "6D00"),
        (["0C20008004AAAAAAAA"], "6E00"),
        (["FFCA000000"], "6E00"),
        (["00A4"], "6700"),
        ([""], "6700"),
    ],
)
def test_the_last_command_is_answered(commands: list[str], status: str) -> None:
    bench = Bench()
    assert [bench.say(command) for command in commands][-1] == status


NUMBER = make.USUAL_NUMBER
CODE_B = "63040920350417"
ALL_JPKI = {0x02, 0x06, 0x08, 0x0A, 0x0B}


@pytest.mark.parametrize(
    ("application", "secret", "lock", "readable"),
    [
        (JPKI, None, None, ALL_JPKI),
        (JPKI, AUTH_PIN, "98", ALL_JPKI),
        (JPKI, PASSWORD, "9B", ALL_JPKI | {0x01}),
        (TEXT, None, None, {0x04, 0x05}),
        (TEXT, TEXT_PIN, "91", {0x01, 0x02, 0x03, 0x04, 0x05, 0x07}),
        (TEXT, NUMBER, "94", {0x01, 0x03, 0x04, 0x05, 0x07}),
        (TEXT, CODE_B, "95", {0x02, 0x03, 0x04, 0x05, 0x07}),
        (SURFACE, None, None, {0x03, 0x04}),
        (SURFACE, "630409", "91", {0x01, 0x03, 0x04}),
        (SURFACE, CODE_B, "92", {0x02, 0x03, 0x04}),
        (SURFACE, NUMBER, "93", {0x02, 0x03, 0x04, 0x05}),
    ],
)
def test_each_secret_opens_just_its_files(
    application: str, secret: str | None, lock: str | None, readable: set[int]
) -> None:
    bench = Bench()
    bench.data(application)
    if secret is not None and lock is not None:
        bench.data(shown(secret, lock))
    assert {number for number in range(1, 0x1F) if bench.say(f"00B0{0x80 | number:02X}0000") == "9000"} == readable


def test_a_secret_of_one_application_opens_nothing_in_another() -> None:
    bench = Bench()
    bench.data(TEXT)
    bench.data(shown(NUMBER, "94"))
    bench.data(SURFACE)
    assert bench.say("00B0820000") == "6982"


def test_reset_closes_everything_and_forgets_where_it_was() -> None:
    bench = Bench()
    for command in (JPKI, AUTH_LOCK, PIN):
        bench.data(command)
    bench.reset()
    assert bench.say("802A009733" + INFO + "00") == "6986"
    bench.data(JPKI)
    assert bench.say("802A009733" + INFO + "00") == "6982"


def test_counters_survive_reset() -> None:
    bench = Bench()
    bench.data(JPKI)
    assert bench.say(shown("0000", "98")) == "63C2"
    bench.reset()
    bench.data(JPKI)
    assert bench.say("00200098") == "63C2"


def test_a_file_is_read_up_to_its_end_and_not_further() -> None:
    bench = Bench()
    bench.data(JPKI)
    bench.data("00A4020C02000A")
    certificate = bench.content.auth.certificate
    assert certificate is not None
    assert bench.data("00B00000000000") == certificate  # extended: all of it
    assert bench.data("00B0000005") == certificate[:5]
    last = len(certificate) - 1
    assert bench.data(f"00B0{last:04X}00") == certificate[last:]
    assert bench.say(f"00B0{last + 1:04X}00") == "6B00"


def test_a_short_id_selects() -> None:
    bench = Bench()
    bench.data(JPKI)
    assert bench.data("00B08B0004") == bench.data("00B0000004")
    assert bench.content.auth.authority[:4] == bench.data("00B0000004")


def test_a_changed_pin_is_the_only_one_afterwards() -> None:
    bench = Bench()
    for command in (JPKI, AUTH_LOCK, PIN, "002401800439393939"):
        bench.data(command)
    bench.reset()
    bench.data(JPKI)
    assert [bench.say(shown(AUTH_PIN, "98")), bench.say(shown("9999", "98"))] == ["63C2", "9000"]


def test_the_municipality_sets_a_pin_anew() -> None:
    bench = Bench()
    bench.data(JPKI)
    assert [bench.say(shown("0000", "98")) for _ in range(4)] == ["63C2", "63C1", "63C0", "6984"]
    bench.memory = with_secret(bench.memory, Lock.AUTH_PIN, "7777")
    assert [bench.say("00200098"), bench.say(shown("7777", "98"))] == ["63C3", "9000"]


@pytest.mark.parametrize(
    ("lock", "secret"),
    [(Lock.AUTH_PIN, "777"), (Lock.SIGN_PASSWORD, "kaeru77"), (Lock.SURFACE_CODE_B, CODE_B), (Lock.TEXT_UNUSED, "1")],
)
def test_the_municipality_sets_nothing_of_another_form(lock: Lock, secret: str) -> None:
    with pytest.raises(ValueError, match="form that its lock asks for"):
        with_secret(new_state(make.usual_card()), lock, secret)


def test_a_pin_can_be_taken_away_and_set_again() -> None:
    """顔認証マイナンバーカード and back; the same plastic."""
    bench = Bench()
    bench.memory = without_secret(bench.memory, Lock.AUTH_PIN)
    bench.data(JPKI)
    assert [bench.say("00200098"), bench.say(shown(AUTH_PIN, "98"))] == ["63C0", "6984"]
    bench.memory = with_secret(bench.memory, Lock.AUTH_PIN, "2580")
    assert [bench.say("00200098"), bench.say(shown("2580", "98"))] == ["63C3", "9000"]
    with pytest.raises(ValueError, match="cannot be set"):
        without_secret(bench.memory, Lock.SURFACE_BIRTH)


def test_a_card_without_a_pin_is_blocked_from_the_start() -> None:
    bench = Bench(make.card(auth_pin=None))
    bench.data(JPKI)
    assert [bench.say("00200098"), bench.say(shown(AUTH_PIN, "98")), bench.say("802A009733" + INFO + "00")] == [
        "63C0",
        "6984",
        "6982",
    ]


def test_a_child_has_no_signature_certificate_and_no_key() -> None:
    bench, grown = Bench(make.card(is_child=True)), Bench()
    for one, expected in ((bench, ["6A82", "6A82", "63C0"]), (grown, ["9000", "9000", "63C5"])):
        one.data(JPKI)
        assert [one.say("00A4020C020001"), one.say("00A4020C02001A"), one.say("0020009B")] == expected
    assert [one.data("00B0880000") for one in (bench, grown)] == [b"\0\x8f\0", b"\x8f\x8f\0"]


def test_token_info_names_a_card_in_160_bytes() -> None:
    bench = Bench()
    bench.data(JPKI)
    info = bench.data("00B0860000")
    assert (len(info), info[:32], b"\0" in info[:96]) == (160, b"JPKIAPICCTOKEN2".ljust(32), False)


def test_a_right_pin_does_not_make_the_state_another_one() -> None:
    """Whoever stores the state writes only when it has changed."""
    bench = Bench()
    before = bench.memory
    bench.data(JPKI)
    bench.data(shown(AUTH_PIN, "98"))
    assert bench.memory is before
    bench.say(shown("0000", "98"))
    assert bench.memory == replace(before, tries={**before.tries, Lock.AUTH_PIN: 2})


def test_nothing_secret_is_shown_by_repr() -> None:
    bench = Bench()
    bench.data(JPKI)
    bench.data(shown(AUTH_PIN, "98"))
    bench.data("0024019804" + b"9371".hex())
    shown_text = repr((bench.content, bench.memory, bench.session, bench.content.surface))
    hidden = (AUTH_PIN, PASSWORD, TEXT_PIN, "9371", NUMBER, "花子", "0417", "見本町", "1988")
    assert [text for text in hidden if text in shown_text] == []
    assert "131016" in shown_text, "what is no secret is shown"
