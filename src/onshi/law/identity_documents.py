"""Which documents show who somebody is, and whether those on the desk are enough for a card."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from onshi.law.issuance import issuance_method
from onshi.law.reasons import Reason, read_table, reasons_of

Who = Literal["holder", "guardian", "agent"]


@dataclass(frozen=True, slots=True)
class IdentityDocument:
    """A document by its slug; `ends` is the first day on which it no longer counts."""

    slug: str
    document_class: str
    ja: str
    en: str
    note: str
    since: date
    ends: date | None
    source: str

    def counts_on(self, day: date) -> bool:
        """Whether the document counts on that day."""
        return self.since <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True)
class Combination:
    """Documents that are enough together: how many of each class, shown by whom, where identity is checked."""

    slug: str
    at: str
    who: tuple[str, ...]
    needs: tuple[tuple[str, int], ...]
    with_pin: bool
    express_ground: str | None
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class AgentGround:
    """Why somebody else may collect; `is_statutory` when the agent is one by law, as a parent is."""

    slug: str
    ja: str
    en: str
    needs_proof: bool
    is_statutory: bool
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class DocumentDecision:
    """Whether the documents are enough, and why.

    `combinations` are the rows that fitted. Of `missing` every part is wanted, and one reason of each part is enough.
    """

    accepted: bool
    because: tuple[Reason, ...]
    missing: tuple[tuple[Reason, ...], ...]
    combinations: tuple[str, ...]


@cache
def _table() -> dict[str, Any]:
    return read_table("identity_documents.toml")


@cache
def known_documents() -> dict[str, IdentityDocument]:
    """Every document by its slug, in the order of the table."""
    return {
        row["slug"]: IdentityDocument(
            slug=row["slug"],
            document_class=row["class"],
            ja=row["ja"],
            en=row["en"],
            note=row.get("note", ""),
            since=row["since"],
            ends=row.get("ends"),
            source=row["source"],
        )
        for row in _table()["document"]
    }


@cache
def document_combinations() -> tuple[Combination, ...]:
    """Every combination that is enough, in the order of the table."""
    return tuple(
        Combination(
            slug=row["slug"],
            at=row["at"],
            who=tuple(row["who"]),
            needs=tuple(row["needs"].items()),
            with_pin=row.get("pin", False),
            express_ground=row.get("express"),
            since=row["since"],
            source=row["source"],
        )
        for row in _table()["combination"]
    )


@cache
def agent_grounds() -> dict[str, AgentGround]:
    """Every ground on which an agent may collect by its slug, in the order of the table."""
    return {
        row["slug"]: AgentGround(
            slug=row["slug"],
            ja=row["ja"],
            en=row["en"],
            needs_proof=row["proof"],
            is_statutory=row["statutory"],
            since=row["since"],
            source=row["source"],
        )
        for row in _table()["agent_ground"]
    }


@cache
def document_reasons() -> dict[str, Reason]:
    """Every reason a decision can give, by its code."""
    return reasons_of(_table()["reasons"])


@dataclass(frozen=True, slots=True)
class _Desk:
    """What lies on the desk, who showed it, and the case it is about."""

    at: str
    on: date
    shown: Mapping[str, Sequence[str]]
    pin_entered: bool
    express_ground: str | None


@dataclass(frozen=True, slots=True)
class _Finding:
    """One thing looked at: whether it was in order, the reason, the row that fitted, or else what would be enough."""

    in_order: bool
    reason: Reason
    combination: str | None = None
    wanted: tuple[Reason, ...] = ()


def decide_documents(
    *,
    method: str,
    shown: Sequence[str],
    on: date,
    is_minor: bool,
    guardian_shown: Sequence[str] = (),
    guardian_known: bool = False,
    agent_ground: str | None = None,
    agent_shown: Sequence[str] = (),
    pin_entered: bool = False,
    to_return: Sequence[str] = (),
    express_ground: str | None = None,
) -> DocumentDecision:
    """Whether what was shown on that day is enough in that method of issuance, and what would be.

    `is_minor` means that a legal guardian has to come along (under 15, or a ward); `guardian_known` that the office's
    own register shows who that is. A paper of the procedure (交付通知書, 紛失届 …) is shown like a document.
    `to_return` names what the holder has to give back: each is shown, or `lost_report` is. An agent is anybody for whom
    a ground is named or documents are shown. KeyError when there is no such method, or nothing of that name to return.
    """
    identity = issuance_method(method).identity_at
    by_agent = agent_ground is not None or bool(agent_shown)
    if by_agent and identity == "application":
        return _decision([_failed("agent-not-allowed", "holder-comes")])
    everything = {"holder": shown, "guardian": guardian_shown, "agent": agent_shown}
    desk = _Desk("agent" if by_agent else identity, on, everything, pin_entered, express_ground)
    findings = [*_not_counted(desk), _identified(desk, "holder")]
    if by_agent:
        findings += [_identified(desk, "agent"), *_ground(desk, agent_ground, is_minor=is_minor)]
    elif is_minor:
        findings.append(_identified(desk, "guardian"))
        findings += [] if guardian_known else _forms(desk, ["guardianship_proof"])
    if identity == "hand_over":
        findings += _forms(desk, ["issue_notice"])
    findings += _returned(desk, to_return)
    return _decision(findings)


def _decision(findings: Sequence[_Finding]) -> DocumentDecision:
    return DocumentDecision(
        # Not "nothing is wanted": on a day before the table nothing could be enough, so nothing is wanted either.
        accepted=all(finding.in_order for finding in findings),
        because=tuple(finding.reason for finding in findings),
        missing=tuple(finding.wanted for finding in findings if finding.wanted),
        combinations=tuple(finding.combination for finding in findings if finding.combination),
    )


def _failed(code: str, *wanted: str) -> _Finding:
    return _Finding(False, document_reasons()[code], wanted=tuple(document_reasons()[one] for one in wanted))


def _counting(slugs: Iterable[str], on: date) -> list[IdentityDocument]:
    """The documents among them that count on that day; one shown twice counts once."""
    found = (known_documents().get(slug) for slug in dict.fromkeys(slugs))
    return [document for document in found if document is not None and document.counts_on(on)]


def _not_counted(desk: _Desk) -> Iterator[_Finding]:
    slugs = {slug for papers in desk.shown.values() for slug in papers}
    if len(_counting(slugs, desk.on)) < len(slugs):
        yield _Finding(True, document_reasons()["document-not-counted"])


def _identified(desk: _Desk, who: Who) -> _Finding:
    """Whether the documents of one person are enough; the first combination that fits is named."""
    have = Counter(document.document_class for document in _counting(desk.shown[who], desk.on))
    possible = [row for row in document_combinations() if _applies(row, desk, who)]
    lacking = {row.slug: _lacking(row, have, desk) for row in possible}
    for slug, parts in lacking.items():
        if not parts:
            return _Finding(True, document_reasons()[f"{who}-identified"], combination=slug)
    wanted = tuple(_wanted(who, slug, parts) for slug, parts in lacking.items())
    return _Finding(False, document_reasons()[f"{who}-not-identified"], wanted=wanted)


def _applies(row: Combination, desk: _Desk, who: Who) -> bool:
    same_case = row.at == desk.at and who in row.who and row.since <= desk.on
    return same_case and row.express_ground in (None, desk.express_ground)


def _lacking(row: Combination, have: Counter[str], desk: _Desk) -> list[tuple[str, int]]:
    """What has to be added to make the combination whole: classes, how many of each, and the password."""
    parts = [(name, count - have[name]) for name, count in row.needs if have[name] < count]
    return [*parts, ("pin", 1)] if row.with_pin and not desk.pin_entered else parts


def _wanted(who: Who, slug: str, parts: Sequence[tuple[str, int]]) -> Reason:
    classes, person = _table()["classes"], _table()["who"][who]
    ja = "、".join(classes[name]["ja"] + ("" if name == "pin" else f"あと{count}点") for name, count in parts)
    en = ", ".join(classes[name]["en"] + ("" if name == "pin" else f": {count} more") for name, count in parts)
    return Reason(slug, f"{person['ja']}：{ja}", f"{person['en']}: {en}")


def _ground(desk: _Desk, slug: str | None, *, is_minor: bool) -> list[_Finding]:
    """Whether the agent may collect at all, and the papers that show it."""
    ground = agent_grounds().get(slug or "")
    if ground is None or desk.on < ground.since:
        return [_failed("agent-without-ground", "ground-for-agent")]
    # Nobody but the legal guardian collects for a child under 15 or a ward (福智町), whatever the ground.
    forms = ["guardianship_proof" if ground.is_statutory or is_minor else "power_of_attorney"]
    return _forms(desk, [*forms, "excuse_proof"] if ground.needs_proof else forms)


def _forms(desk: _Desk, slugs: Sequence[str]) -> list[_Finding]:
    """What is missing of the papers of the procedure, whoever was to show them."""
    return [_missing_paper(slug, slug) for slug in slugs if slug not in _papers(desk)]


def _returned(desk: _Desk, slugs: Sequence[str]) -> list[_Finding]:
    """What has neither been given back nor reported lost."""
    present = _papers(desk)
    if "lost_report" in present:
        return []
    return [_missing_paper(slug, slug, "lost_report") for slug in slugs if slug not in present]


def _papers(desk: _Desk) -> set[str]:
    slugs = [slug for shown in desk.shown.values() for slug in shown]
    return {document.slug for document in _counting(slugs, desk.on)}


def _missing_paper(slug: str, *enough: str) -> _Finding:
    papers = tuple(known_documents()[one] for one in enough)
    wanted = tuple(Reason(paper.slug, paper.ja, paper.en) for paper in papers)
    return _Finding(False, document_reasons()[f"{slug}-missing"], wanted=wanted)
