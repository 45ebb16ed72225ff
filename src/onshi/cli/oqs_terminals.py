"""The terminals of institutions: the authority that certifies them, and their certificates."""

import errno
import os
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.hashes import SHA256

from onshi import terminal_office
from onshi.cli.errors import PasswordFileEmpty
from onshi.cli.opening import LOCAL, opened
from onshi.cli.speaking import DEFAULT, AsJson, Language, iso_text, say_one, worded
from onshi.kernel import moment_of
from onshi.outside import write_new

authority = typer.Typer(
    help="The authority whose certificates let terminals sign in to the JSON web API.", no_args_is_help=True
)

_TEXTS = {
    "founded": ("端末の認証局を設置しました（{until}まで）：{file}", "Founded, until {until}: {file}"),
    "certified": (
        "端末の証明書を作成しました（{until}まで）：{file}",
        "Certified the terminal of {client_id} until {until}: {file}",
    ),
}


@authority.command()
def found(as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Found it, once, for ten years.

    Its key is made in a file beside the signing keys. A server that is running asks terminals for certificates after
    its next start.
    """
    with opened(may_create=True) as app:
        made = terminal_office.found_terminal_ca(app, actor=LOCAL)
        file = str(terminal_office.terminal_ca(app).certificate_path)
    until = iso_text(moment_of(made.not_valid_after_utc))
    document = {"file": file, "until": until, "fingerprint": made.fingerprint(SHA256()).hex()}
    say_one(document, worded(_TEXTS, "founded", lang, **document), as_json=as_json)


def certify(
    client: Annotated[str, typer.Argument(metavar="CLIENT", help="Software of an institution, by its id.")],
    out: Annotated[Path, typer.Option(metavar="FILE.p12", help="Where to write key and certificate (PKCS #12).")],
    password_file: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, metavar="FILE", help="A file with the password of that file.")
    ],
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Make a key and a certificate for a terminal of an institution, good for two years.

    Nothing of it is kept here. To take it back, disable the client (`onshi access disable-client`).
    """
    password = password_file.read_bytes().strip()
    if not password:
        raise PasswordFileEmpty
    if out.exists():
        # Said before anything is made, and before the log tells of it.
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(out))
    with opened() as app:
        made = terminal_office.certify_terminal(app, client, password, actor=LOCAL)
    write_new(out, made.file)
    document = {
        "client_id": client,
        "file": str(out),
        "serial": f"{made.serial:x}",
        "until": iso_text(made.until),
    }
    say_one(document, worded(_TEXTS, "certified", lang, **document), as_json=as_json)
