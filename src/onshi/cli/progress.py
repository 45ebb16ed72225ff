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


class LoadBar:
    """Share of the bytes, rows, rows per second; on the error stream, and only where that is a terminal.

    `began`: the present moment. A feed that was started before it goes on where it stopped: what was taken then is
    no part of the rate.
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
        self._before: tuple[int, float] | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def move(self, feed: Feed, done: int, of: int) -> None:
        """Called after every part."""
        rows = feed.next_row - 1
        elapsed = self._progress.tasks[0].elapsed or 0.0
        if self._before is None:
            self._before = (0, 0.0) if feed.started_at >= self._began else (rows, elapsed)
        rows_before, elapsed_before = self._before
        seconds = elapsed - elapsed_before
        rate = f"{(rows - rows_before) / seconds:,.0f}" if seconds > 0 else "–"
        self._progress.update(self._task, completed=done, total=of, rows=f"{rows:,}", rate=rate)
