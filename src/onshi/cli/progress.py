"""The progress of a load, for whoever sits at a terminal."""

from typing import Self

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from onshi.cli.speaking import screen
from onshi.kernel import Moment
from onshi.registry import Feed

_ROWS = {
    "ja": "{task.fields[rows]}行  毎秒{task.fields[rate]}行",
    "en": "{task.fields[rows]} rows  {task.fields[rate]} rows/s",
}


class Pace:
    """Rows per second of this run.

    Of a load that goes on after a stop (`is_resumed`) the first look says how far it was: it has no pace yet.
    """

    def __init__(self) -> None:
        self._before: tuple[int, float] | None = None

    def at(self, rows: int, seconds: float, *, is_resumed: bool) -> float | None:
        """The pace when `rows` are done `seconds` after the run began; None as long as there is none."""
        if self._before is None:
            self._before = (rows, seconds) if is_resumed else (0, 0.0)
        rows_before, seconds_before = self._before
        return (rows - rows_before) / (seconds - seconds_before) if seconds > seconds_before else None


class LoadBar:
    """Share of the bytes, rows, rows per second; on the error stream, and only where that is a terminal.

    `began`: the present moment; a feed that was started before it goes on where it stopped.
    """

    def __init__(self, language: str, *, began: Moment) -> None:
        console = screen(is_error=True)
        columns = (
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn(_ROWS[language]),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self._progress.add_task("", total=None, rows="0", rate="–")
        self._began = began
        self._pace = Pace()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def move(self, feed: Feed, done: int, of: int) -> None:
        """Called after every part."""
        rows = feed.next_row - 1
        seconds = self._progress.tasks[0].elapsed or 0.0
        pace = self._pace.at(rows, seconds, is_resumed=feed.started_at < self._began)
        rate = "–" if pace is None else f"{pace:,.0f}"
        self._progress.update(self._task, completed=done, total=of, rows=f"{rows:,}", rate=rate)
