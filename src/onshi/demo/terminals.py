"""The terminal of the demo clinic: with its certificate anybody can try the JSON web API."""

import secrets

from onshi import access
from onshi.access import Role
from onshi.app import App
from onshi.db import Tx
from onshi.demo.accounts import CLINIC_CLIENT, KEYS
from onshi.flows import record
from onshi.outside import write_new
from onshi.terminal_office import certify_terminal, found_terminal_ca

TERMINAL = "demo-terminal"
_BY = "local:demo"
_PASSWORD_BYTES = 18


def prepare_terminal(app: App) -> None:
    """Founds the authority of terminals, certifies one of the clinic and opens an account with a password for it.

    In `<data>/demo-keys`: `demo-terminal.p12`, `demo-terminal.password` (of that file, and of the account of the same
    name) and `demo-terminal.institution` (the code to ask with).
    """
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    found_terminal_ca(app, actor=_BY)
    made = certify_terminal(app, CLINIC_CLIENT, password.encode(), actor=_BY)

    def work(tx: Tx) -> str:
        party = access.client_by_id(tx, CLINIC_CLIENT).party_id
        opened = access.register_staff(
            tx,
            party,
            login=TERMINAL,
            roles=[Role.RECEPTION],
            password=password,
            key=app.staff_key,
            at=app.now(),
            by=_BY,
            staff_id=f"s-{TERMINAL}",
        )
        record(tx, opened.event, batch=app.draw(), at=app.now())
        return party

    code = app.run(work).partition(":")[2]
    folder = app.settings.data / KEYS
    for ending, content in (("p12", made.file), ("password", password.encode()), ("institution", code.encode())):
        write_new(folder / f"{TERMINAL}.{ending}", content)
