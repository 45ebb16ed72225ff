"""People of the demo country to try first: one for each kind of thing that happens at a desk."""

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from onshi import registry
from onshi.app import App
from onshi.demo.country import Country, Piece
from onshi.eligibility import AnswerKind, Asker, ByCard, ByNumber, Query
from onshi.kernel import InsurerNumber

_TRIES = 200
_ASKER = Asker("local:demo", "local:demo")

Example = Mapping[str, str]
"""`kind` (the answer) and what to ask with: `insurer_number`, `symbol`, `number`, `branch`, `birth_on`; or
`issuer` and `serial`."""


def find_examples(app: App, country: Country, piece: Piece) -> list[Example]:
    """One person in force, one lost with another in force, one under review, and a card in force.

    Each was really asked and gave that answer today; a kind that nobody gives is left out.
    """
    today = country.today
    wanted = {
        AnswerKind.IN_FORCE: _covered(piece, today),
        AnswerKind.LOST_OTHER_IN_FORCE: _changed(piece, today),
        AnswerKind.UNDER_REVIEW: held_examples(app),
    }
    found = [example for kind, rows in wanted.items() if (example := _first_by_number(app, kind, rows)) is not None]
    card = _first_card(app, piece)
    return [*found, card] if card is not None else found


def _first_by_number(app: App, kind: AnswerKind, rows: list[Example]) -> Example | None:
    queries = [
        Query(
            ByNumber(
                InsurerNumber(row["insurer_number"]),
                row["number"],
                date.fromisoformat(row["birth_on"]),
                row["symbol"] or None,
                row["branch"] or None,
            ),
            app.today(),
        )
        for row in rows
    ]
    answers = (checked.answer for checked in app.check(queries, _ASKER))
    good = (row for row, answer in zip(rows, answers, strict=True) if answer.kind is kind and not answer.notices)
    return next(({"kind": kind.value, **row} for row in good), None)


def _first_card(app: App, piece: Piece) -> Example | None:
    cards = piece.people.filter(pl.col("card_linked_on").is_not_null()).head(_TRIES)
    pairs = cards.select("card_issuer", "card_serial").rows()
    queries = [Query(ByCard(issuer, serial), app.today(), presence="card") for issuer, serial in pairs]
    for (issuer, serial), checked in zip(pairs, app.check(queries, _ASKER), strict=True):
        if checked.answer.kind is AnswerKind.IN_FORCE and not checked.answer.notices:
            return {"kind": AnswerKind.IN_FORCE.value, "issuer": issuer, "serial": serial}
    return None


def _asked(frame: pl.DataFrame) -> list[Example]:
    shown = frame.head(_TRIES).select(
        "insurer_number",
        pl.col("symbol").fill_null(""),
        "number",
        pl.col("branch").fill_null(""),
        pl.col("birth_on").cast(pl.String),
    )
    return [dict(row) for row in shown.iter_rows(named=True)]


def _covered(piece: Piece, today: date) -> list[Example]:
    """Grown-ups at work: what most people at a desk are."""
    born = piece.people.filter(pl.col("birth_on").dt.year().is_between(today.year - 60, today.year - 25))
    open_now = piece.truth(today).filter((pl.col("insurer_kind") == "society") & (pl.col("relation") == 1))
    return _asked(open_now.join(born.select("person_serial", "birth_on"), on="person_serial").sort("person_serial"))


def _changed(piece: Piece, today: date) -> list[Example]:
    """Those whose old coverage ended within the year and who have another."""
    ended = piece.coverages.filter(
        pl.col("lost_on").is_between(today.replace(year=today.year - 1), today) & (pl.col("insurer_kind") == "society")
    )
    others = piece.truth(today).select("person_serial").unique()
    born = piece.people.select("person_serial", "birth_on")
    return _asked(ended.join(others, on="person_serial").join(born, on="person_serial").sort("person_serial"))


def held_examples(app: App) -> list[Example]:
    """Those whose rows wait for a review."""
    with app.db.transaction(reading=True) as tx:
        rows = [row for row in registry.held_rows(tx, limit=10 * _TRIES) if row.blocks]
    return list(_as_asked(rows))[:_TRIES]


def _as_asked(rows: Iterable[registry.HeldRow]) -> Iterable[Example]:
    for row in rows:
        content = {name: row.content.get(name) or "" for name in ("symbol", "number", "branch", "birth_on")}
        if content["number"] and content["birth_on"]:
            yield {"insurer_number": row.insurer, **content}
