"""The tutorial of a card's life works as it is written, from the application to the card that is refused."""

from pathlib import Path

import pytest

from . import tutorials

pytestmark = pytest.mark.slow

PAGE = "a-card"


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tutorials.build(PAGE, tutorials.checkout(tmp_path_factory.mktemp(PAGE)))


def test_every_block_says_what_is_seen() -> None:
    tutorials.check_kinds(PAGE)


def test_both_pages_have_the_same_commands() -> None:
    tutorials.check_commands(PAGE)


@pytest.mark.parametrize("language", ["en", pytest.param("ja", marks=pytest.mark.soak)])
def test_the_life_of_a_card_goes_as_it_is_written(country: Path, tmp_path: Path, language: str) -> None:
    tutorials.check_run(PAGE, country, tmp_path, language)
