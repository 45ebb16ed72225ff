"""The door of the room: what it shows is there, and every refusal speaks both languages."""

from onshi import pki
from onshi.kernel import OnshiError

NAMES = 30


def test_the_door_shows_what_it_says_and_no_more() -> None:
    assert all(hasattr(pki, name) for name in pki.__all__)
    assert len(pki.__all__) < NAMES
    assert pki.__all__ == sorted(pki.__all__, key=lambda name: (not name[0].isupper(), name))


def test_refusals_have_a_code_and_speak_both_languages() -> None:
    found = {value for value in vars(pki.errors).values() if isinstance(value, type) and issubclass(value, OnshiError)}
    refusals = found - {OnshiError}
    assert len({one.code for one in refusals}) == len(refusals) == 22
    for one in refusals:
        assert one.message != OnshiError.message
        assert one.message_ja != OnshiError.message_ja
