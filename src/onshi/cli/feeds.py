"""`onshi registry load`, `feeds`, `findings`, `template`: files in, findings out."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from onshi import flows, registry
from onshi.cli.codes import BAD_INPUT
from onshi.cli.completion import insurer_numbers
from onshi.cli.opening import LOCAL, opened, reading
from onshi.cli.options import FeedId, OnlyInsurer, insurer_of
from onshi.cli.progress import LoadBar
from onshi.cli.speaking import (
    DEFAULT,
    AsJson,
    Language,
    clock_text,
    iso_text,
    say,
    say_json,
    say_list,
    say_one,
    say_table,
)
from onshi.flows import Loaded
from onshi.kernel import shown_person_id
from onshi.registry import Feed, FeedFinding, feeds

_COUNTS = ("rows", "taken", "new", "changed", "lost", "cancelled", "unchanged", "held", "errors", "warnings")
_COUNT_WORDS = {
    "ja": ("行", "反映", "新規", "変更", "喪失", "取消", "変化なし", "保留", "エラー", "警告"),
    "en": _COUNTS,
}
_FEED_TITLES = {
    "ja": ("受付番号", "種別", "ファイル", "状態", "受付", "行", "エラー", "保留"),
    "en": ("feed", "mode", "file", "state", "started", "rows", "errors", "held"),
}
_FINDING_TITLES = {
    "ja": ("行", "項目", "コード", "重さ", "内容", "対処"),
    "en": ("row", "column", "code", "severity", "what", "what to do"),
}
_FEED = {"ja": "受付番号 {id}（{state}）", "en": "Feed {id} ({state})"}
_WAS_DONE = {
    "ja": "このファイルは反映済みです。変更はありません。",
    "en": "This very file was taken before; nothing changed.",
}
_DRY = {"ja": "試行のため、何も変更していません。", "en": "A dry run: nothing was changed."}
_SEE = {"ja": "指摘：onshi registry findings {id}", "en": "Findings: onshi registry findings {id}"}
_MOST_SHOWN = 100


class ModeName(StrEnum):
    """How a feed is meant."""

    FIRST = "first"
    DAILY = "daily"
    SNAPSHOT = "snapshot"


class Form(StrEnum):
    """Forms of an empty feed."""

    CSV = "csv"
    XLSX = "xlsx"


def load(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV (also .gz, .zip) or Parquet.")
    ],
    insurer: Annotated[str, typer.Option(metavar="NUMBER", autocompletion=insurer_numbers, help="Whose feed it is.")],
    mode: Annotated[ModeName, typer.Option(help="First load, daily changes, or everything in force.")],
    atomic: Annotated[bool, typer.Option("--atomic", help="Take nothing if any row has an error.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything, report it, and take it back.")] = False,
    lose_absent: Annotated[
        bool, typer.Option("--lose-absent", help="Close what a snapshot lacks; otherwise it is only reported.")
    ] = False,
    result: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the link codes given (row, code) to this CSV file.")
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Load a feed.

    The same file again goes on where it stopped, or changes nothing.

    Exit code 0: taken. 1: rows with errors or in review. 3: refused.
    """
    if result is not None:
        # The codes are told once: better refused before the load than after it.
        result.touch()
    with opened(may_create=True) as app, LoadBar(lang, began=app.now()) as bar:
        loaded = flows.load_feed(
            app.db,
            file,
            insurer=insurer_of(insurer),
            mode=mode.value,
            now=app.now,
            draw=app.draw_many,
            actor=LOCAL,
            atomic=atomic,
            dry_run=dry_run,
            lose_absent=lose_absent,
            progress=bar.move,
        )
    if result is not None:
        loaded.links.write_csv(result)
    if as_json:
        say_json(_loaded_document(loaded, dry_run=dry_run))
    else:
        _show_loaded(loaded, dry_run=dry_run, language=lang)
    raise typer.Exit(_exit_code(loaded.feed))


def _exit_code(feed: Feed) -> int:
    if feed.state == "refused":
        return BAD_INPUT
    return 1 if feed.counts.get("errors", 0) or feed.counts.get("held", 0) else 0


def _show_loaded(loaded: Loaded, *, dry_run: bool, language: str) -> None:
    feed = loaded.feed
    say(_FEED[language].format(id=feed.id, state=feed.state))
    if loaded.was_done:
        say(_WAS_DONE[language])
    words = _COUNT_WORDS[language]
    say_table(words, [[feed.counts.get(name, 0) for name in _COUNTS]])
    if dry_run:
        say(_DRY[language])
        _show_frame(loaded.findings, language)
    elif feed.counts.get("findings", 0):
        say(_SEE[language].format(id=feed.id))


def _show_frame(findings: pl.DataFrame, language: str) -> None:
    rows = findings.select("row", "column", "code", "severity").head(_MOST_SHOWN).rows()
    say_table(_FINDING_TITLES[language], [_finding_row(*row, language=language) for row in rows])


def _finding_row(row: int, column: str, code: str, severity: str, *, language: str) -> tuple[object, ...]:
    kind = feeds.FINDINGS[code]
    return row, column, code, severity, kind.what(language), kind.remedy(language)


def listed(
    insurer: OnlyInsurer = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 20,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List feeds, the newest first."""
    with reading() as tx:
        found = registry.feeds_of(tx, None if insurer is None else insurer_of(insurer), limit=limit)
    say_list(found, _feed_document, _FEED_TITLES[lang], _feed_cells, as_json=as_json)


def _feed_cells(feed: Feed) -> tuple[object, ...]:
    counts = (feed.counts.get(name, 0) for name in ("rows", "errors", "held"))
    return str(feed.id), feed.mode, feed.file_name, feed.state, clock_text(feed.started_at), *counts


def findings(
    feed: FeedId,
    csv: Annotated[Path | None, typer.Option(dir_okay=False, help="Write all of them to a CSV file.")] = None,
    xlsx: Annotated[Path | None, typer.Option(dir_okay=False, help="Write them to an Excel file.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many to print.")] = _MOST_SHOWN,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Say what was wrong with a feed: row, column, what it means, what to do."""
    with reading() as tx:
        registry.feed_of(tx, feed)
        found = registry.findings_of(tx, feed, limit=limit)
        frame = registry.findings_frame(tx, feed) if csv or xlsx else None
    if frame is not None and csv is not None:
        csv.write_bytes(feeds.findings_csv(frame, lang))
    if frame is not None and xlsx is not None:
        xlsx.write_bytes(feeds.findings_xlsx(frame, lang))
    if as_json or frame is None:
        say_list(
            found, _finding_document, _FINDING_TITLES[lang], lambda one: _finding_cells(one, lang), as_json=as_json
        )


def _finding_cells(one: FeedFinding, language: str) -> tuple[object, ...]:
    return _finding_row(one.row, one.column, one.code, one.severity, language=language)


def template(
    form: Annotated[Form, typer.Option(help="As a CSV file, or as a workbook that explains its columns.")] = Form.CSV,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where to write it; feed-template.csv or .xlsx if absent.")
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Write an empty feed to fill in."""
    path = out or Path(f"feed-template.{form.value}")
    path.write_bytes(feeds.template(lang, form.value))
    say_one({"file": str(path), "form": form}, str(path), as_json=as_json)


def _feed_document(feed: Feed) -> dict[str, object]:
    return {
        "feed": str(feed.id),
        "insurer": feed.insurer,
        "mode": feed.mode,
        "file": feed.file_name,
        "state": feed.state,
        "started_at": iso_text(feed.started_at),
        "finished_at": iso_text(feed.finished_at),
        "counts": {name: feed.counts.get(name, 0) for name in _COUNTS},
    }


def _loaded_document(loaded: Loaded, *, dry_run: bool) -> dict[str, object]:
    """The feed; of a dry run with its findings, which are kept nowhere."""
    document = {**_feed_document(loaded.feed), "was_done": loaded.was_done, "dry_run": dry_run}
    if dry_run:
        rows = loaded.findings.select("row", "column", "code", "severity").rows()
        document["findings"] = [_finding_document(FeedFinding(place, *row)) for place, row in enumerate(rows)]
    return document


def _finding_document(finding: FeedFinding) -> dict[str, object]:
    kind = feeds.FINDINGS[finding.code]
    return {
        "row": finding.row,
        "column": finding.column,
        "code": finding.code,
        "severity": finding.severity,
        "person": None if finding.person is None else shown_person_id(finding.person),
        "other_insurer": finding.other_insurer,
        "what": {language: kind.what(language) for language in ("ja", "en")},
        "remedy": {language: kind.remedy(language) for language in ("ja", "en")},
    }
