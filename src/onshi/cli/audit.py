"""`onshi audit`: the log of every check, disclosure and change."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from onshi import audit
from onshi.app import App
from onshi.audit import Action, Break, Head, Recorded, Report
from onshi.background import note_head, seal_block
from onshi.cli.errors import CheckIdUnreadable, HeadsUnreadable
from onshi.cli.opening import opened, reading
from onshi.cli.speaking import DEFAULT, AsJson, Language, clock_text, iso_text, say, say_bytes, say_json, say_one
from onshi.kernel import PersonId, shown_person_id

commands = typer.Typer(help="The audit log.", no_args_is_help=True)
_SOUND = {"ja": "記録は完全です。", "en": "The log is sound."}
_BROKEN = {"ja": "記録に{count}件の異常があります。", "en": "{count} problems were found in the log."}
_READ = {
    "ja": "ブロック{blocks}、束{batches}、記録{entries}。未封印の束{tail_batches}、記録{tail_entries}{since}。",
    "en": "{blocks} blocks, {batches} batches, {entries} entries. Not sealed yet: {tail_batches} batches, "
    "{tail_entries} entries{since}.",
}
_SINCE = {"ja": "（{since}から）", "en": " (since {since})"}
_PLACE = {"ja": "ブロック{block} 束{batch} 番{seq}", "en": "block {block} batch {batch} entry {seq}"}
_SEALED = {"ja": "{count}ブロックを封印しました。", "en": "Blocks sealed: {count}."}
_EMPTY = {"ja": "封印されたブロックはまだありません。", "en": "No block has been sealed yet."}
_UNKNOWN = {"ja": "その照会番号の記録はありません。", "en": "The log holds no entry of that number."}


@commands.command()
def verify(
    heads: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Heads noted elsewhere; those of the data folder if absent."),
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Prove that nothing in the log was altered, cut, added or moved, or say where it was.

    Exit code 0: sound. 1: not sound.
    """
    with opened() as app:
        keys = audit.public_keys(app.ring.public_jwks()["keys"])
        noted = _noted_heads(heads or app.settings.data / audit.HEADS_FILE)
        with app.db.transaction(reading=True) as tx:
            report = audit.verify(tx, keys=keys, heads=noted)
    if as_json:
        say_json(_report_json(report))
    else:
        for line in _report_lines(report, lang):
            say(line)
    raise typer.Exit(0 if report.sound else 1)


@commands.command()
def seal(as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Seal what no block has sealed yet.

    A running server does it by itself.
    """
    with opened() as app:
        count = _seal(app)
    say_one({"blocks": count}, _SEALED[lang].format(count=count), as_json=as_json)


@commands.command()
def head(as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Print the end of the chain as one line of JSON.

    Keep it where nobody who can alter the database can reach it.
    """
    with reading() as tx:
        found = audit.head(tx)
    if found is not None:
        say_bytes(audit.heads_line(found).rstrip("\n").encode())
    else:
        say_one(None, _EMPTY[lang], as_json=as_json)


@commands.command()
def show(
    check_id: Annotated[str, typer.Argument(metavar="CHECK_ID", help="As it stands in the answer.")],
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Show the entry of one check: who asked when, and what kind of answer they got.

    Exit code 1: there is none.
    """
    try:
        batch, seq = audit.parse_check_id(check_id)
    except ValueError:
        raise CheckIdUnreadable from None
    with reading() as tx:
        found = audit.entry(tx, batch, seq)
    if found is None:
        say_one(None, _UNKNOWN[lang], as_json=as_json)
        raise typer.Exit(1)
    shown = _entry_json(found)
    if as_json:
        # REST's note of a check, with what only the log's keeper may see.
        say_json({**shown, "kind": shown["outcome"]} if found.entry.action is Action.CHECK else shown)
        return
    for name, value in shown.items():
        say(f"{name}: {clock_text(found.at) if name == 'at' else value or ''}")


def _seal(app: App) -> int:
    count = 0
    while block := seal_block(app):
        note_head(app.settings.data / audit.HEADS_FILE, block)
        count += 1
    return count


def _noted_heads(path: Path) -> list[Head]:
    try:
        return audit.parse_heads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        raise HeadsUnreadable(file=path.name) from None


def _report_lines(report: Report, language: str) -> Iterator[str]:
    yield _SOUND[language] if report.sound else _BROKEN[language].format(count=report.breaks_found)
    for one in report.breaks:
        yield f"  {_place(one, language)}: {one.text(language)}" + (f" ×{one.count}" if one.count > 1 else "")
    since = _SINCE[language].format(since=clock_text(report.tail_since)) if report.tail_since else ""
    yield _READ[language].format(
        blocks=report.blocks,
        batches=report.batches,
        entries=report.entries,
        tail_batches=report.tail_batches,
        tail_entries=report.tail_entries,
        since=since,
    )


def _place(one: Break, language: str) -> str:
    place = one.place
    text = _PLACE[language].format(block=_or_dash(place.block), batch=_or_dash(place.batch), seq=_or_dash(place.seq))
    return f"{text} ({place.check_id})" if place.check_id else text


def _or_dash(number: int | None) -> str:
    return "–" if number is None else str(number)


def _report_json(report: Report) -> dict[str, object]:
    return {
        "sound": report.sound,
        "blocks": report.blocks,
        "batches": report.batches,
        "entries": report.entries,
        "breaks_found": report.breaks_found,
        "breaks": [
            {
                "problem": one.problem.value,
                "block": one.place.block,
                "batch": one.place.batch,
                "seq": one.place.seq,
                "check_id": one.place.check_id,
                "count": one.count,
            }
            for one in report.breaks
        ],
        "tail": {
            "batches": report.tail_batches,
            "entries": report.tail_entries,
            "since": iso_text(report.tail_since),
        },
    }


def _entry_json(found: Recorded) -> dict[str, str | None]:
    entry = found.entry
    return {
        "check_id": audit.shown_check_id(found.batch, found.seq),
        "at": iso_text(found.at),
        "actor": entry.actor,
        "action": entry.action.value,
        "outcome": entry.outcome,
        "subject": None if entry.subject is None else shown_person_id(PersonId(entry.subject)),
        "object": entry.object,
        "leaf": audit.unpadded(entry.leaf),
    }
