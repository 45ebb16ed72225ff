"""The numbers of the field, their check digits and how they are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.kernel import (
    PersonId,
    check_digit,
    has_check_digit,
    parse_insurer_number,
    parse_municipality_code,
    parse_person_id,
    parse_provider_code,
    printed_insurer_number,
    shown_person_id,
)


@pytest.mark.parametrize("number", ["33120015", "06132013", "01130012", "133066", "0110113719"])
def test_numbers_from_the_field_have_their_check_digit(number: str) -> None:
    assert check_digit(number[:-1]) == number[-1]
    assert has_check_digit(number)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not has_check_digit(wrong)


@pytest.mark.parametrize("number", ["83136019", "1349999946", "", "7", "１３３０６６", "13306x", "²²"])
def test_what_has_no_check_digit(number: str) -> None:
    assert not has_check_digit(number)


@given(st.text("0123456789", min_size=1, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(digits: str, place: int, more: int) -> None:
    number = digits + check_digit(digits)
    at = place % len(number)
    wrong = number[:at] + str((int(number[at]) + more) % 10) + number[at + 1 :]
    assert not has_check_digit(wrong)


@given(st.text("0123456789", min_size=1, max_size=10))
def test_zeros_in_front_do_not_change_the_check_digit(digits: str) -> None:
    assert check_digit("00" + digits) == check_digit(digits)


@pytest.mark.parametrize(
    ("sent", "number", "printed"),
    [
        ("06132013", "06132013", "06132013"),
        ("０６１３２０１３", "06132013", "06132013"),
        ("133066", "00133066", "133066"),  # 国保: six digits
        ("  133066", "00133066", "133066"),  # padded with blanks, as the national interface does
        ("00133066", "00133066", "133066"),  # padded with zeros
        ("　１３３０６６", "00133066", "133066"),
        ("133066 ", "00133066", "133066"),
        ("67130012", "67130012", "67130012"),  # 退職国保 has eight
        ("06132014", "06132014", "06132014"),  # a wrong check digit is read; callers warn
    ],
)
def test_insurer_numbers(sent: str, number: str, printed: str) -> None:
    assert parse_insurer_number(sent) == number
    assert printed_insurer_number(parse_insurer_number(sent)) == printed


@pytest.mark.parametrize("text", ["", "13306", "1330660", "061320133", "0613-2013", "06 132013", "abcdef", "٠٦١٣٢٠١٣"])
def test_what_is_no_insurer_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="an insurer number has 6 or 8 digits"):
        parse_insurer_number(text)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("1312345678", "1312345678"),
        ("１３１２３４５６７８", "1312345678"),
        ("13-1-2345678", "1312345678"),
        ("1349999946", "1349999946"),  # official samples break the check digit
    ],
)
def test_institution_codes(sent: str, code: str) -> None:
    assert parse_provider_code(sent) == code


@pytest.mark.parametrize("text", ["", "131234567", "13123456789", "13123X5678"])
def test_what_is_no_institution_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a medical institution code has 10 digits"):
        parse_provider_code(text)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("13101", "131016"),  # 千代田区
        ("131016", "131016"),
        ("１３１０１６", "131016"),
        ("01100", "011002"),  # 札幌市
        ("27100", "271004"),  # 大阪市
        ("47201", "472018"),  # 那覇市
        ("13201", "132012"),  # 八王子市
    ],
)
def test_municipality_codes(sent: str, code: str) -> None:
    assert parse_municipality_code(sent) == code


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("131017", "the check digit of the municipality code is wrong"),
        ("1310", "a municipality code has 5 or 6 digits"),
        ("1310166", "a municipality code has 5 or 6 digits"),
        ("13l01", "a municipality code has 5 or 6 digits"),
    ],
)
def test_what_is_no_municipality_code_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_municipality_code(text)


SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
IDS = st.integers(1, 2**63 - 1).map(PersonId)


def test_a_person_id_as_people_see_it() -> None:
    assert shown_person_id(PersonId(1)) == "0000-0000-0000-1-1"
    assert shown_person_id(PersonId(2**63 - 1)) == "7ZZZ-ZZZZ-ZZZZ-Z-5"


@given(IDS)
def test_a_person_id_reads_back(person: PersonId) -> None:
    shown = shown_person_id(person)
    for written in (shown, shown.lower(), shown.replace("-", ""), f" {shown} "):
        assert parse_person_id(written) == person


@given(IDS)
def test_every_single_wrong_sign_of_a_person_id_is_found(person: PersonId) -> None:
    right = shown_person_id(person).replace("-", "")
    for at in range(len(right)):
        for sign in SIGNS + ("*~$=U" if at == 13 else ""):
            if sign != right[at]:
                with pytest.raises(ValueError, match=r"check sign of the person id is wrong|not a person id"):
                    parse_person_id(right[:at] + sign + right[at + 1 :])


@given(IDS)
def test_every_swap_of_neighbours_in_a_person_id_is_found(person: PersonId) -> None:
    right = shown_person_id(person).replace("-", "")
    for at in range(len(right) - 1):
        if right[at] != right[at + 1]:
            with pytest.raises(ValueError, match=r"check sign of the person id is wrong|not a person id"):
                parse_person_id(right[:at] + right[at + 1] + right[at] + right[at + 2 :])


@pytest.mark.parametrize(
    "text", ["", "0000-0000-0000-1", "0000-0000-0000-1-1-1", "OOOO-0000-0000-1-1", "Z000-0000-0000-0-0"]
)
def test_what_is_no_person_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_person_id(text)
