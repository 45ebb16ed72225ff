"""What the room promises to those who import it."""

import inspect
import string

import pytest

from onshi import access
from onshi.access import errors
from onshi.kernel import OnshiError

REFUSALS = sorted(
    (
        found
        for _, found in inspect.getmembers(errors, inspect.isclass)
        if issubclass(found, OnshiError) and found is not OnshiError
    ),
    key=lambda found: found.code,
)


def test_the_door_opens_to_every_name_it_lists() -> None:
    assert [name for name in access.__all__ if not hasattr(access, name)] == []
    assert len(access.__all__) == len(set(access.__all__))


def test_no_two_refusals_share_a_code() -> None:
    codes = [refusal.code for refusal in REFUSALS]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_both_languages_name_the_same_facts(refusal: type[OnshiError]) -> None:
    english, japanese = (
        {name for _, name, _, _ in string.Formatter().parse(text) if name}
        for text in (refusal.message, refusal.message_ja)
    )
    assert english == japanese
    assert refusal.message != OnshiError.message


@pytest.mark.parametrize(
    "refusal", [found for found in REFUSALS if issubclass(found, errors.TokenRefused)], ids=lambda found: found.code
)
def test_descriptions_keep_to_the_characters_of_rfc_6749(refusal: type[errors.TokenRefused]) -> None:
    description = refusal(parameter="grant_type").body()["error_description"]
    assert all(" " <= char <= "~" and char not in '"\\' for char in description)
