"""`onshi registry review`: rows that wait for a person to decide."""

from typing import Annotated

import typer

from onshi import flows, registry
from onshi.cli.opening import LOCAL, opened, reading
from onshi.cli.options import HeldId, OnlyInsurer, insurer_of
from onshi.cli.speaking import DEFAULT, AsJson, Language, iso_text, say, say_json, say_list, say_one, say_table
from onshi.db import Tx
from onshi.kernel import PersonId, shown_person_id
from onshi.registry import HeldRow, feeds

commands = typer.Typer(help="Rows that wait for a reviewer.", no_args_is_help=True)
_TITLES = {
    "ja": ("番号", "保険者", "受付番号", "行", "理由", "候補", "照会を止める"),
    "en": ("id", "insurer", "feed", "row", "reason", "candidate", "blocks"),
}
_WHO = ("name", "kana", "birth_on", "sex")
_WHERE = ("post_number", "address")
_WHAT = ("symbol", "number", "branch", "starts_on")
_FIELDS = (*_WHO, *_WHERE, *_WHAT)
_SENT = {"ja": ("項目", "行の内容", "登録内容", "違い"), "en": ("field", "sent", "registered", "differs")}
_DECIDED = {"ja": "判断を記録しました。", "en": "The decision was recorded."}


@commands.command("list")
def listed(
    insurer: OnlyInsurer = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the most doubtful first.")] = 50,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List the rows that wait, the most doubtful first."""
    with reading() as tx:
        rows = registry.held_rows(tx, None if insurer is None else insurer_of(insurer), limit=limit)
    say_list(rows, _brief, _TITLES[lang], lambda row: _cells(row, lang), as_json=as_json)


def _cells(row: HeldRow, language: str) -> tuple[object, ...]:
    blocks = "✓" if row.blocks else ""
    return str(row.id), row.insurer, str(row.feed), row.row, _reason(row, language), _candidate(row), blocks


@commands.command()
def show(held: HeldId, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Show a row beside the person it may mean.

    This is logged as a disclosure.
    """
    with opened() as app:
        row = app.run(lambda tx: flows.disclose_held(tx, held, actor=LOCAL, at=app.now(), draw=app.draw_many))
        with app.db.transaction(reading=True) as tx:
            known = _registered(tx, row)
    sent = {name: row.content.get(name) for name in _FIELDS}
    if as_json:
        say_json({**_brief(row), "sent": sent, "registered": known})
        return
    say(_reason(row, lang))
    rows = [(name, sent[name], known.get(name), "≠" if name in row.differences else "") for name in _FIELDS]
    say_table(_SENT[lang], rows)


@commands.command()
def accept(held: HeldId, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Decide that a row is about the person it may mean."""
    _decide(held, accept=True, as_json=as_json, language=lang)


@commands.command()
def reject(held: HeldId, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Decide that a row is about somebody else."""
    _decide(held, accept=False, as_json=as_json, language=lang)


def _decide(held: int, *, accept: bool, as_json: bool, language: str) -> None:
    with opened() as app:
        row = app.run(
            lambda tx: flows.review_held(tx, held, accept=accept, actor=LOCAL, at=app.now(), draw=app.draw_many)
        )
    decision = flows.ACCEPT if accept else flows.REJECT
    say_one({**_brief(row), "decision": decision}, _DECIDED[language], as_json=as_json)


def _registered(tx: Tx, row: HeldRow) -> dict[str, str | None]:
    """What is known of the candidate. Where they live is left out when any insurer protects it (不開示該当)."""
    if row.candidate is None:
        return {}
    person = registry.person_of(tx, row.candidate)
    coverages = registry.coverages_of(tx, row.candidate)
    own = next((one for one in coverages if one.insurer == row.insurer), None)
    known = {"name": person.name, "kana": person.kana, "birth_on": person.birth_on.isoformat(), "sex": str(person.sex)}
    if not any(one.undisclosed for one in coverages):
        known |= {"post_number": person.post_number or "", "address": person.address or ""}
    if own is not None:
        known |= {
            "symbol": own.symbol or "",
            "number": own.number,
            "branch": own.branch or "",
            "starts_on": own.starts_on.isoformat(),
        }
    return dict(known)


def _brief(row: HeldRow) -> dict[str, object]:
    return {
        "held": str(row.id),
        "insurer": row.insurer,
        "feed": str(row.feed),
        "row": row.row,
        "reason": row.reason,
        "candidate": _candidate(row) or None,
        "blocks": row.blocks,
        "since": iso_text(row.since),
        "differences": row.differences,
    }


def _candidate(row: HeldRow) -> str:
    return "" if row.candidate is None else shown_person_id(PersonId(row.candidate))


def _reason(row: HeldRow, language: str) -> str:
    return feeds.FINDINGS[row.reason].what(language) if row.reason in feeds.FINDINGS else row.reason
