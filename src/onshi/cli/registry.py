"""`onshi registry`: feeds in, findings out, and what is known of insurers and people."""

import typer

from onshi.cli import enrolments, feeds, insurers, papers, people, review

commands = typer.Typer(help="Insurers, their feeds, and people.", no_args_is_help=True)
commands.command("load")(feeds.load)
commands.command("feeds")(feeds.listed)
commands.command("findings")(feeds.findings)
commands.command("template")(feeds.template)
commands.command("insurers")(insurers.insurers)
commands.command("add-insurer")(insurers.add_insurer)
commands.command("overlaps")(insurers.overlaps)
commands.command("people")(people.people)
commands.command("enrolments")(enrolments.enrolments)
commands.command("decide-enrolment")(enrolments.decide_enrolment)
commands.command("withdraw")(enrolments.withdraw)
commands.add_typer(papers.commands, name="papers")
commands.add_typer(review.commands, name="review")
