"""The commands put together, and the one place where they end."""

import sys
from collections.abc import Sequence

import typer

from onshi.cli import (
    access,
    audit,
    cards,
    check,
    demo,
    facilities,
    keys,
    oqs,
    outreach,
    plans,
    programme,
    proof,
    reader,
    registry,
    requests,
    serve,
    settings,
    surveys,
    tallies,
)
from onshi.cli.codes import BAD_INPUT, INTERRUPTED
from onshi.cli.faults import named
from onshi.cli.speaking import Conversation, complain, refuse


def commands() -> typer.Typer:
    """The whole tree of commands."""
    root = typer.Typer(
        name="onshi",
        help="An eligibility network for health insurance: ask it, feed it, run it, verify it.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    root.command("check")(check.check)
    root.command("serve")(serve.serve)
    root.command("demo")(demo.demo)
    root.command("settings")(settings.show)
    root.add_typer(registry.commands, name="registry")
    root.add_typer(audit.commands, name="audit")
    root.add_typer(proof.commands, name="proof")
    root.add_typer(keys.commands, name="keys")
    root.add_typer(access.commands, name="access")
    root.add_typer(cards.commands, name="cards")
    root.add_typer(reader.commands, name="reader")
    root.add_typer(oqs.commands, name="oqs")
    root.add_typer(plans.commands, name="plans")
    root.add_typer(programme.commands, name="programme")
    root.add_typer(facilities.commands, name="facilities")
    root.add_typer(surveys.commands, name="surveys")
    root.add_typer(tallies.commands, name="tallies")
    root.add_typer(requests.commands, name="requests")
    root.add_typer(outreach.commands, name="outreach")
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; refusals, faults and usage errors are 3 and one sentence."""
    conversation = Conversation()
    command = typer.main.get_command(commands())
    try:
        code = command.main(
            args=None if arguments is None else list(arguments),
            prog_name="onshi",
            standalone_mode=False,
            obj=conversation,
        )
    except typer.TyperException as error:
        _explain(error)
        return BAD_INPUT
    except (typer.Abort, KeyboardInterrupt):
        complain("")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has had enough; nothing more can be said, not even by the interpreter on its way out.
        sys.stderr.close()
        return 0
    except Exception as error:  # noqa: BLE001 - the last place: whatever it is, it gets a name and no traceback
        refuse(named(error), conversation)
        return BAD_INPUT
    return code if isinstance(code, int) else 0


def _explain(error: typer.TyperException) -> None:
    # Every usage error of the framework can show itself with the usage line; its public base class does not say so.
    show = getattr(error, "show", None)
    if show is not None:
        show()
    else:
        complain(str(error))
