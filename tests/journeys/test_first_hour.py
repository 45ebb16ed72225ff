"""The first tutorial works as it is written: every block is run in its order, and what it shows is what is seen."""

import re
from pathlib import Path

import pytest

from onshi.web.texts import catalogue

from . import tutorials

pytestmark = pytest.mark.slow

PAGE = "first-hour"


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tutorials.build(PAGE, tutorials.checkout(tmp_path_factory.mktemp(PAGE)))


def test_every_block_says_what_is_seen() -> None:
    tutorials.check_kinds(PAGE)


def test_both_pages_have_the_same_commands() -> None:
    tutorials.check_commands(PAGE)


@pytest.mark.parametrize("language", tutorials.LANGUAGES)
def test_the_words_on_the_pages_are_there(language: str) -> None:
    section = tutorials.page(PAGE, language).split("\n## ")[3]
    quoted = re.findall(r"\*([^*\n]+)\*" if language == "en" else r"「([^」]+)」", section)
    words = {text[language] for text in catalogue().values()}
    entered = catalogue()["front.demo.enter_as"][language].format(role=catalogue()["front.role.reception"][language])
    assert len(quoted) > 8
    assert [one for one in quoted if one not in words | {entered}] == []


@pytest.mark.parametrize("language", ["en", pytest.param("ja", marks=pytest.mark.soak)])
def test_the_first_hour_goes_as_it_is_written(country: Path, tmp_path: Path, language: str) -> None:
    tutorials.check_run(PAGE, country, tmp_path, language)
