"""Options of `onshi outreach`, and how a day is read."""

from datetime import date
from typing import Annotated

import typer

from onshi.cli.errors import DayUnreadable
from onshi.kernel import parse_day
from onshi.outreach import KINDS

OnOption = Annotated[str | None, typer.Option("--on", metavar="DATE", help="As known on this day; today if absent.")]
KindOption = Annotated[str | None, typer.Option("--kind", metavar="KIND", help=f"One of: {', '.join(KINDS)}.")]


def day_or(text: str | None, today: date) -> date:
    """The day as typed, or today. DayUnreadable."""
    try:
        return today if text is None else parse_day(text)
    except ValueError:
        raise DayUnreadable from None
