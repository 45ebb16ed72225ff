"""`onshi cards`: cards, real and virtual."""

import typer

from onshi.cli import cards_applications, cards_ca, cards_handing, cards_mailings, cards_virtual

commands = typer.Typer(help="Cards: what is in them, and software cards for tests.", no_args_is_help=True)
commands.command("apply")(cards_applications.apply)
commands.command("show")(cards_applications.show)
commands.command("step")(cards_applications.step)
commands.command("hand-over")(cards_handing.hand_over)
commands.command("stages")(cards_applications.stages)
commands.command("mailings")(cards_mailings.mailings)
commands.command("running-out")(cards_applications.running_out)
commands.command("renewals")(cards_applications.renewals)
commands.add_typer(cards_virtual.commands, name="virtual")
commands.add_typer(cards_ca.commands, name="ca")
