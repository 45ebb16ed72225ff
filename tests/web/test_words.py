"""Every text stands in both languages, is used, and is there when a page asks for it."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from onshi import (
    access,
    audit,
    cards,
    eligibility,
    facilities,
    law,
    outreach,
    outside,
    pki,
    presence,
    programme,
    requests,
)
from onshi.kernel import Severity, all_errors
from onshi.registry import feeds
from onshi.registry.enrolling import State
from onshi.web import HTTP_STATUS, formats, fund
from onshi.web.facilities import search, stuck
from onshi.web.facility import subsidy
from onshi.web.municipality import mailings, person
from onshi.web.reception.pages import TONES
from onshi.web.requests import bars
from onshi.web.texts import LANGUAGES, catalogue, chosen_language, code_text, text

WEB = Path(str(files("onshi.web")))
_GROUPS = "|".join(path.stem for path in (WEB / "texts").glob("*.toml"))
_LITERAL = re.compile(rf"""["']((?:{_GROUPS})\.[a-z0-9_.]+)["']""")


def sources() -> str:
    found = [path for path in WEB.rglob("*") if path.suffix in (".html", ".py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


def test_every_text_has_both_languages_and_the_same_places_to_fill() -> None:
    for name, words in catalogue().items():
        assert set(words) == set(LANGUAGES), name
        places = [sorted(re.findall(r"{(\w+)}", words[language])) for language in LANGUAGES]
        assert places[0] == places[1], name
        assert all(words[language].strip() for language in LANGUAGES), name


# Tables asked for by a name that a page puts together.
_TABLES = (
    "codes.",
    "insurer.overlaps.column.",
    "operator.audit.",
    "reception.help.claim",
    "reception.help.step",
    "reception.problem.",
)


def test_every_text_a_page_names_is_there_and_none_is_left_over() -> None:
    named = {name for name in _LITERAL.findall(sources()) if not name.endswith(".html")}
    named -= set(access.PERMISSION_MEANINGS)
    tables = (*_TABLES, *(name for name in named if name.endswith((".", "_"))))
    assert {name for name in named if not name.startswith(tables)} - set(catalogue()) == set()
    assert {name for name in catalogue() if not name.startswith(tables)} - named == set()


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("reception.kind", list(eligibility.AnswerKind)),
        ("programme.course", list(programme.Course)),
        ("programme.meaning", list(programme.Course)),
        ("programme.standing", list(programme.Standing)),
        ("programme.part", list(programme.FACILITY_KINDS)),
        ("facility.kind", list(facilities.FacilityKind)),
        ("facility.claims", list(facilities.Claims)),
        ("facility.function", list(facilities.Function)),
        ("facility.milestone", ["none", *facilities.Milestone]),
        ("facility.state", list(facilities.DecisionState)),
        ("facility.why", list(facilities.subsidies.WhyNot)),
        ("facility.duty", list(facilities.deferrals.Obligation)),
        ("facility.subsidy", [*subsidy.FIELDS, *subsidy.PAPERS]),
        ("facilities.column", [*search.COLUMNS, *stuck.COLUMNS]),
        ("fund.column", list(fund.BATCH_COLUMNS)),
        ("reception.outcome", list(presence.Outcome)),
        ("reception.reader.card", list(outside.InDrawer)),
        ("reception.reader.note", list(outside.InDrawer)),
        ("reception.reader.mode", list(presence.Mode)),
        ("reader.state", list(State)),
        ("reader.at", ["reader", "town", "portal"]),
        ("reader.lead", ["reader", "town", "portal"]),
        ("codes.reason", list(pki.Reason)),
        ("front.role", list(access.Role)),
        ("operator.act", list(audit.Action)),
        ("operator.party_kind", list(access.PartyKind)),
        ("insurer.severity", list(Severity)),
        ("insurer.mode", list(feeds.MODES)),
        ("mailings.wrong", list(mailings.FIELDS)),
        ("measures.kind", list(outreach.KINDS[len(law.GROUPS) :])),
        ("measures.state", list(outreach.PlanState)),
        ("measures.outcome", list(outreach.Outcome)),
        ("measures.why", list(outreach.Why)),
        ("measures.figure", list(outreach.FIGURES)),
        ("measures.sort", list(outreach.EventSort)),
        ("measures.evidence", list(outreach.Evidence)),
        ("measures.arrival", list(outreach.periods.Arrival)),
        ("measures.doubt", list(outreach.rules.Doubt)),
        ("practices.size", list(outreach.practices.Size)),
        ("practices.evidence", list(outreach.Evidence)),
        ("practices.because", list(outreach.practices.Because)),
        ("publicity.medium", list(outreach.publicity.Medium)),
        ("publicity.status", list(outreach.publicity.Status)),
        ("publicity.unit", list(outreach.publicity.Unit)),
        ("publicity.assumption", list(outreach.publicity.Assumption)),
        ("publicity.lack", list(outreach.publicity.Lack)),
        ("citizen.kind", list(cards.Kind)),
        ("citizen.card_state", list(cards.CardState)),
        ("municipality.purpose", list(cards.Purpose)),
        ("municipality.helper", list(cards.Helper)),
        ("municipality.venue", list(cards.Venue)),
        ("requests.kind", list(requests.RequestKind)),
        ("requests.relation", list(requests.Relation)),
        ("requests.step_kind", list(requests.StepKind)),
        ("requests.standing", list(requests.model.StepStanding)),
        ("requests.visit_state", list(requests.VisitState)),
        ("requests.reason", list(requests.model.DeclineReason)),
        ("requests.condition", list(requests.model.Condition)),
        ("requests.device", list(requests.model.DeviceKind)),
        ("requests.part", list(bars.STEPS)),
        ("municipality.residence", list(law.Residence)),
        ("municipality.person.card_kind", list(cards.CardKind)),
        ("municipality.person.done", sorted(person.DONE)),
        ("municipality.person.chip", sorted(person.CHIP)),
        ("municipality.source", [one for one in cards.PhotoSource if one is not cards.PhotoSource.NONE]),
    ],
)
def test_closed_lists_have_a_word_each(prefix: str, names: list[str]) -> None:
    for name in names:
        assert text(f"{prefix}.{name}", "ja") != text(f"{prefix}.{name}", "en")


def test_every_answer_has_a_tone() -> None:
    assert set(TONES) == set(eligibility.AnswerKind)


def test_every_refusal_of_the_pages_has_a_status() -> None:
    own = {error for error in all_errors() if error.__module__.startswith(("onshi.web", "onshi.cards"))}
    assert own - set(HTTP_STATUS) == set()


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "language"),
    [
        (None, None, "", "ja"),
        (None, None, "fr-FR,fr;q=0.9", "ja"),
        (None, None, "en-US,en;q=0.9,ja;q=0.8", "en"),
        (None, None, "en;q=0.5, ja;q=0.9", "ja"),
        (None, None, "fr, en;q=x, ja;q=0.1", "ja"),
        (None, "en", "ja", "en"),
        ("ja", "en", "en", "ja"),
        ("xx", "xx", "en", "en"),
    ],
)
def test_the_language_is_chosen_in_order(asked: str | None, kept: str | None, accepted: str, language: str) -> None:
    assert chosen_language(asked, kept, accepted) == language


def test_a_code_nobody_listed_stands_for_itself() -> None:
    assert code_text("card_class", "01", "ja") == "一般"
    assert code_text("card_class", "ZZ", "ja") == "ZZ"
    assert code_text("card_class", None, "ja") == "—"


@pytest.mark.parametrize(
    ("percent", "language", "shown"), [(30, "ja", "3割"), (30, "en", "30%"), (15, "ja", "15%"), (0, "ja", "0割")]
)
def test_shares_as_they_are_said(percent: int, language: str, shown: str) -> None:
    assert formats.share(percent, language) == shown


def test_the_style_and_script_stay_small() -> None:
    styles = sum(path.stat().st_size for path in (WEB / "static").glob("*.css"))
    scripts = sum(path.stat().st_size for path in (WEB / "static").glob("*.js"))
    assert styles < 30_000
    assert scripts < 10_000


def test_no_page_has_inline_style_or_script() -> None:
    for path in (WEB / "templates").rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert re.findall(r"\sstyle=|\son[a-z]+=|<style|<script(?! src)", page) == [], path.name
        assert "|safe" not in page.replace(" ", ""), path.name
