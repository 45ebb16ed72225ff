"""Options of `onshi outreach`."""

from typing import Annotated

import typer

from onshi.outreach import KINDS

OnOption = Annotated[str | None, typer.Option("--on", metavar="DATE", help="As known on this day; today if absent.")]
KindOption = Annotated[str | None, typer.Option("--kind", metavar="KIND", help=f"One of: {', '.join(KINDS)}.")]
