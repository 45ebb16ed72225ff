"""`onshi registry`: feeds in, findings out, and what is known of insurers and people."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import polars as pl
import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from onshi import flows, law, registry
from onshi.app import App
from onshi.cli.errors import InsurerUnreadable, MonthUnreadable, NameOrId, PersonUnreadable
from onshi.cli.opening import LOCAL, opened
from onshi.cli.people import coverages_json, disclosed, person_json, show_person
from onshi.cli.speaking import DEFAULT, AsJson, Language, clock_text, iso_text, say, say_json, say_table, screen
from onshi.db import Tx
from onshi.flows import Loaded
from onshi.kernel import InsurerNumber, PersonId, parse_day, parse_insurer_number, parse_person_id, shown_person_id
from onshi.registry import Feed, FeedFinding, Insurer, Overlap, feeds

commands = typer.Typer(help="Insurers, their feeds, and people.", no_args_is_help=True)
_COUNTS = ("rows", "taken", "new", "changed", "lost", "cancelled", "unchanged", "held", "errors", "warnings")
_COUNT_WORDS: Mapping[str, tuple[str, ...]] = {
    "ja": ("行", "反映", "新規", "変更", "喪失", "取消", "変化なし", "保留", "エラー", "警告"),
    "en": _COUNTS,
}
_TITLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "feeds": {"ja": ("受付番号", "種別", "ファイル", "状態", "受付", "行", "エラー", "保留"),
              "en": ("feed", "mode", "file", "state", "started", "rows", "errors", "held")},
    "findings": {"ja": ("行", "項目", "コード", "重さ", "内容", "対処"),
                 "en": ("row", "column", "code", "severity", "what", "what to do")},
    "insurers": {"ja": ("保険者番号", "種別", "名称", "最後の登録", "ふだんの遅れ（日）"),
                 "en": ("insurer", "kind", "name", "last load", "usual delay (days)")},
    "overlaps": {"ja": ("人", "当保険者", "開始", "終了", "相手の保険者", "開始", "終了"),
                 "en": ("person", "number", "from", "to", "other insurer", "from", "to")},
    "people": {"ja": ("人", "氏名", "カナ", "生年月日", "市区町村"),
               "en": ("person", "name", "kana", "born", "municipality")},
}  # fmt: skip
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


@commands.command()
def load(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV (also .gz, .zip) or Parquet.")],
    insurer: Annotated[str, typer.Option(metavar="NUMBER", help="Whose feed it is.")],
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
    """Load a feed. The same file again goes on where it stopped, or changes nothing.

    Exit code 0: taken. 1: rows with errors or in review. 3: refused.
    """
    with opened(may_create=True) as app, _Bar(lang, is_quiet=as_json) as bar:
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
        say_json({**_feed_json(loaded.feed), "was_done": loaded.was_done, "dry_run": dry_run})
    else:
        _show_loaded(loaded, dry_run=dry_run, language=lang)
    counts = loaded.feed.counts
    raise typer.Exit(1 if counts.get("errors", 0) or counts.get("held", 0) else 0)


class _Bar:
    """The progress of a load: share of bytes, rows, rows per second."""

    def __init__(self, language: str, *, is_quiet: bool) -> None:
        rows = {
            "ja": "{task.fields[rows]}行  毎秒{task.fields[rate]}行",
            "en": "{task.fields[rows]} rows  {task.fields[rate]}/s",
        }
        columns = (
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn(rows[language]),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=screen(is_error=True), disable=is_quiet)
        self._task: TaskID | None = None

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def move(self, feed: Feed, done: int, of: int) -> None:
        """Called after every part."""
        rows = feed.next_row - 1
        if self._task is None:
            self._task = self._progress.add_task("", total=of, rows="0", rate="–")
        task = self._progress.tasks[0]
        rate = f"{rows / task.elapsed:,.0f}" if task.elapsed else "–"
        self._progress.update(self._task, completed=done, total=of, rows=f"{rows:,}", rate=rate)


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
    say_table(_TITLES["findings"][language], [_finding_row(*row, language=language) for row in rows])


def _finding_row(row: int, column: str, code: str, severity: str, *, language: str) -> tuple[object, ...]:
    kind = feeds.FINDINGS[code]
    return row, column, code, severity, kind.what(language), kind.remedy(language)


@commands.command("feeds")
def listed_feeds(
    insurer: Annotated[str | None, typer.Option(metavar="NUMBER", help="Only of this insurer.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 20,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List feeds, the newest first."""
    with opened() as app, app.db.transaction(reading=True) as tx:
        found = registry.feeds_of(tx, None if insurer is None else insurer_of(insurer), limit=limit)
    if as_json:
        say_json([_feed_json(feed) for feed in found])
        return
    rows = [
        (
            str(feed.id),
            feed.mode,
            feed.file_name,
            feed.state,
            clock_text(feed.started_at),
            *(feed.counts.get(name, 0) for name in ("rows", "errors", "held")),
        )
        for feed in found
    ]
    say_table(_TITLES["feeds"][lang], rows)


@commands.command()
def findings(
    feed: Annotated[int, typer.Argument(metavar="FEED", help="As `onshi registry load` printed it.")],
    csv: Annotated[Path | None, typer.Option(dir_okay=False, help="Write all of them to a CSV file.")] = None,
    xlsx: Annotated[Path | None, typer.Option(dir_okay=False, help="Write them to an Excel file.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many to print.")] = _MOST_SHOWN,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Say what was wrong with a feed: row, column, what it means, what to do."""
    with opened() as app, app.db.transaction(reading=True) as tx:
        registry.feed_of(tx, feed)
        found = registry.findings_of(tx, feed, limit=limit)
        frame = registry.findings_frame(tx, feed) if csv or xlsx else None
    if frame is not None and csv is not None:
        csv.write_bytes(feeds.findings_csv(frame, lang))
    if frame is not None and xlsx is not None:
        xlsx.write_bytes(feeds.findings_xlsx(frame, lang))
    if as_json:
        say_json([_finding_json(one) for one in found])
    elif frame is None:
        rows = [_finding_row(one.row, one.column, one.code, one.severity, language=lang) for one in found]
        say_table(_TITLES["findings"][lang], rows)


@commands.command()
def template(
    form: Annotated[Form, typer.Option(help="As a CSV file, or as a workbook that explains its columns.")] = Form.CSV,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where to write it; feed-template.csv or .xlsx if absent.")
    ] = None,
    lang: Language = DEFAULT,
) -> None:
    """Write an empty feed to fill in."""
    path = out or Path(f"feed-template.{form.value}")
    path.write_bytes(feeds.template(lang, form.value))
    say(str(path))


@commands.command()
def insurers(as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """List insurers with how fresh their data are, the slowest first."""
    with opened() as app, app.db.transaction(reading=True) as tx:
        book = registry.insurer_book(tx)
    found = sorted(book.values(), key=lambda one: (-(one.delay_days or 0), one.number))
    if as_json:
        say_json([_insurer_json(one) for one in found])
        return
    rows = [
        (one.number, _kind_name(one.kind, lang), one.name, clock_text(one.last_loaded_at), one.delay_days)
        for one in found
    ]
    say_table(_TITLES["insurers"][lang], rows)


@commands.command("add-insurer")
def add_insurer(
    number: Annotated[str, typer.Argument(help="Insurer number (保険者番号), 6 or 8 digits.")],
    name: Annotated[str, typer.Option(help="Its name.")],
    prefecture: Annotated[str | None, typer.Option(help="Code of its prefecture, 2 digits; none if national.")] = None,
    opened_on: Annotated[str | None, typer.Option(metavar="DATE", help="Its first day.")] = None,
    lang: Language = DEFAULT,
) -> None:
    """Register an insurer, so that its feeds can be loaded; or change its name. Its number says its kind."""
    parsed = insurer_of(number)
    kind = law.kind_of_number(parsed)
    if kind is None:
        raise InsurerUnreadable
    day = None if opened_on is None else parse_day(opened_on)
    insurer = Insurer(parsed, parsed[:2], kind.slug, name, prefecture, opened_on=day)
    with opened(may_create=True) as app:
        app.run(lambda tx: registry.put_insurers(tx, [_kept(insurer, registry.insurer_book(tx))], at=app.now()))
    say(f"{insurer.number} {insurer.name} ({_kind_name(kind.slug, lang)})")


def _kept(insurer: Insurer, book: Mapping[InsurerNumber, Insurer]) -> Insurer:
    """With the freshness of its data, when it is known already."""
    known = book.get(insurer.number)
    if known is None:
        return insurer
    return msgspec.structs.replace(
        insurer,
        opened_on=insurer.opened_on or known.opened_on,
        first_loaded_at=known.first_loaded_at,
        last_loaded_at=known.last_loaded_at,
        delay_days=known.delay_days,
    )


@commands.command()
def people(
    name: Annotated[str | None, typer.Argument(help="Name in kanji or kana.")] = None,
    person: Annotated[str | None, typer.Option("--id", metavar="PERSON", help="The id of one person.")] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Find people by name, or show one by id with their coverages. Both are logged as disclosures.

    Exit code 1: nobody.
    """
    if (name is None) == (person is None):
        raise NameOrId
    with opened() as app:
        if person is not None:
            _show_one(app, _person(person), as_json=as_json, language=lang)
            return
        found = disclosed(app, lambda tx: registry.people_named(tx, name or ""))
    if as_json:
        say_json([person_json(one) for one in found])
    elif found:
        rows = [(shown_person_id(one.id), one.name, one.kana, one.birth_on, one.municipality) for one in found]
        say_table(_TITLES["people"][lang], rows)
    raise typer.Exit(0 if found else 1)


def _show_one(app: App, person: PersonId, *, as_json: bool, language: str) -> None:
    (found,) = disclosed(app, lambda tx: [registry.person_of(tx, person)])
    with app.db.transaction(reading=True) as tx:
        coverages = registry.coverages_of(tx, person)
        book = registry.insurer_book(tx)
    if as_json:
        say_json({**person_json(found), "coverages": coverages_json(coverages)})
    else:
        show_person(found, coverages, book, language)


@commands.command()
def overlaps(
    insurer: Annotated[str, typer.Argument(help="Whose list.")],
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="The month.")],
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List days that another insurer claims too (資格重複), but for those the law lets the two share."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise MonthUnreadable from None
    with opened() as app, app.db.transaction(reading=True) as tx:
        found = registry.overlaps_of(tx, _known_insurer(tx, insurer), month=first)
    if as_json:
        say_json([_overlap_json(one) for one in found])
        return
    rows = [
        (
            shown_person_id(one.person),
            one.mine.number,
            one.mine.starts_on,
            one.mine.lost_on,
            one.other_insurer,
            one.other_period.start,
            one.other_period.end,
        )
        for one in found
    ]
    say_table(_TITLES["overlaps"][lang], rows)


def _known_insurer(tx: Tx, text: str) -> InsurerNumber:
    number = insurer_of(text)
    if number not in registry.insurer_book(tx):
        raise registry.UnknownInsurer(number=number)
    return number


def insurer_of(text: str) -> InsurerNumber:
    """An insurer number as typed. InsurerUnreadable."""
    try:
        return parse_insurer_number(text)
    except ValueError:
        raise InsurerUnreadable from None


def _person(text: str) -> PersonId:
    try:
        return parse_person_id(text)
    except ValueError:
        raise PersonUnreadable from None


def _kind_name(slug: str, language: str) -> str:
    kind = law.insurer_kind(slug)
    return kind.ja if language == "ja" else kind.en


def _feed_json(feed: Feed) -> dict[str, object]:
    return {
        "feed": feed.id,
        "insurer": feed.insurer,
        "mode": feed.mode,
        "file": feed.file_name,
        "state": feed.state,
        "started_at": iso_text(feed.started_at),
        "finished_at": iso_text(feed.finished_at),
        "counts": {name: feed.counts.get(name, 0) for name in _COUNTS},
    }


def _finding_json(finding: FeedFinding) -> dict[str, object]:
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


def _insurer_json(insurer: Insurer) -> dict[str, object]:
    return {
        "insurer": insurer.number,
        "kind": insurer.kind,
        "name": insurer.name,
        "prefecture": insurer.prefecture,
        "opened_on": insurer.opened_on,
        "closed_on": insurer.closed_on,
        "first_loaded_at": iso_text(insurer.first_loaded_at),
        "last_loaded_at": iso_text(insurer.last_loaded_at),
        "delay_days": insurer.delay_days,
    }


def _overlap_json(overlap: Overlap) -> dict[str, object]:
    return {
        "person": shown_person_id(overlap.person),
        "symbol": overlap.mine.symbol,
        "number": overlap.mine.number,
        "branch": overlap.mine.branch,
        "starts_on": overlap.mine.starts_on,
        "lost_on": overlap.mine.lost_on,
        "other_insurer": overlap.other_insurer,
        "other_starts_on": overlap.other_period.start,
        "other_lost_on": overlap.other_period.end,
        "is_newer_mine": overlap.is_newer_mine,
    }
