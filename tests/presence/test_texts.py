"""Every outcome has its words."""

import tomllib
from importlib.resources import files

from onshi.presence import LANGUAGES, READERS, Outcome, lets_in, outcome_advice, outcome_meaning


def test_every_outcome_has_all_its_texts_and_there_is_nothing_else() -> None:
    table = tomllib.loads((files("onshi.presence") / "outcomes.toml").read_text(encoding="utf-8"))
    assert set(table) == {one.value for one in Outcome}
    for one in Outcome:
        texts = [outcome_meaning(one, language) for language in LANGUAGES]
        texts += [outcome_advice(one, reader, language) for reader in READERS for language in LANGUAGES]
        assert all(texts)


def test_only_a_present_holder_is_let_in() -> None:
    assert {one for one in Outcome if lets_in(one) == "all"} == {Outcome.PRESENT}
    assert {one for one in Outcome if lets_in(one) == "eligibility"} == {Outcome.PRESENT_IN_GRACE}
    assert {one for one in Outcome if one.is_present} == {Outcome.PRESENT, Outcome.PRESENT_IN_GRACE}
