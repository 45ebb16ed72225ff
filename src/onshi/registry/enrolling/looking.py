"""Whom cards mean: the guard of the feeds, asked about the holders of cards."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from onshi.db import Tx
from onshi.kernel import PersonId, fold_name
from onshi.registry import matching
from onshi.registry.enrolling.model import NOBODY, Enrolment, EnrolmentId, Verdict
from onshi.registry.store import enrolments as store
from onshi.registry.store import frames

# Between two people known, the guard knows no more of a card than of a row without link code and number.
_ROW = {
    "row": pl.Int64,
    "folded_name": pl.String,
    "folded_kana": pl.String,
    "birth_on": pl.Date,
    "sex": pl.String,
    "folded_address": pl.String,
    "municipality": pl.String,
    "link_code": pl.String,
    "key": pl.String,
    "branch": pl.String,
    "folded_name_before": pl.String,
    "acquired_on": pl.Date,
}
_UNSAID = (None,) * 5
_NO_LINKS = pl.DataFrame(schema=frames.NAMED)
_NO_NUMBERS = pl.DataFrame(schema=frames.OWNED)
_NOT_INSURED = pl.DataFrame(schema={"person_id": pl.Int64, "lost_on": pl.Date})
_NO_DOUBTS = pl.Series("person_id", [], dtype=pl.Int64)


@dataclass(frozen=True, slots=True)
class Look:
    """What the registry knows about one enrolment: whom its card means, whose it is already, and the enrolments of
    whoever is meant."""

    verdict: Verdict
    linked: PersonId | None
    enrolled: tuple[EnrolmentId, ...]

    def is_enrolled(self, enrolment: Enrolment) -> bool:
        """Whether whoever is meant has another enrolment."""
        return any(one != enrolment.id for one in self.enrolled)


def look(tx: Tx, enrolments: Sequence[Enrolment]) -> list[Look]:
    """What is known about each, in order; as many statements for one as for many, whoever is meant."""
    rows = _rows(enrolments)
    frames.stage_rows(tx, rows)
    pairs = frames.staged_pairs(tx).join(_ruled_out(enrolments), on=["row", "person_id"], how="anti")
    frames.stage_people(tx, pairs["person_id"])
    people = frames.staged_people(tx)
    enrolled: dict[PersonId, list[EnrolmentId]] = {}
    for person, enrolment in store.of_staged_people(tx):
        enrolled.setdefault(person, []).append(enrolment)
    linked = store.linked(tx, _cards(enrolments))
    verdicts = _verdicts(rows, pairs, people)
    found = []
    for row in range(len(enrolments)):
        verdict = verdicts.get(row, NOBODY)
        theirs = () if verdict.person is None else tuple(enrolled.get(verdict.person, ()))
        found.append(Look(verdict, linked.get(row), theirs))
    return found


def _rows(enrolments: Sequence[Enrolment]) -> pl.DataFrame:
    rows = [
        (
            row,
            fold_name(one.holder.name),
            fold_name(one.holder.kana),
            one.holder.birth_on,
            one.holder.sex,
            fold_name(one.holder.address),
            one.holder.municipality,
            *_UNSAID,
        )
        for row, one in enumerate(enrolments)
    ]
    return pl.DataFrame(rows, schema=_ROW, orient="row")


def _cards(enrolments: Sequence[Enrolment]) -> pl.DataFrame:
    cards = [(row, one.card.issuer, one.card.serial) for row, one in enumerate(enrolments)]
    return pl.DataFrame(cards, schema={"row": pl.Int64, "issuer": pl.String, "serial": pl.String}, orient="row")


def _ruled_out(enrolments: Sequence[Enrolment]) -> pl.DataFrame:
    pairs = [(row, person) for row, one in enumerate(enrolments) for person in one.not_meant]
    return pl.DataFrame(pairs, schema=dict(frames.PAIRS), orient="row")


def _verdicts(rows: pl.DataFrame, pairs: pl.DataFrame, people: pl.DataFrame) -> dict[int, Verdict]:
    """By row, without those to whom nobody comes near."""
    judged = matching.identify(rows, _NO_LINKS, _NO_NUMBERS, pairs, people, _NOT_INSURED, _NO_DOUBTS)
    alike = matching.alike(rows, pairs, people)
    found = {row: Verdict(reason="near-match", candidate=who) for row, who in alike.iter_rows()}
    for one in judged.rows(named=True):
        if one["verdict"] == matching.JOINED:
            found[one["row"]] = Verdict(person=one["person_id"])
        elif one["candidate"] is not None:
            found[one["row"]] = Verdict(reason=one["reason"], candidate=one["candidate"])
    return found
