"""`onshi cards virtual`: a software card in a virtual reader."""

import contextlib
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509

from onshi import registry
from onshi.app import App
from onshi.chip import CardContent, ChipState, Lock
from onshi.cli.errors import CardUnnamed
from onshi.cli.opening import opened
from onshi.cli.speaking import DEFAULT, AsJson, Language, say, say_one
from onshi.demo.virtual_cards import virtual_card
from onshi.kernel import PersonId, japan_day, moment_of, parse_person_id
from onshi.outside import VPCD_PORT, CardFile, VirtualReader, read_card
from onshi.registry import CardKey

commands = typer.Typer(help="A software card, for tests without plastic.", no_args_is_help=True)

CardName = Annotated[
    str, typer.Argument(metavar="CARD", help="A card's file; in the demo also a person, or ISSUER:SERIAL.")
]

_PLUGGED = {
    "ja": "{file}のカードを仮想リーダー（ポート{port}）に入れました。Ctrl-Cで取り出します。",
    "en": "The card in {file} is in the virtual reader on port {port}. Ctrl-C takes it out.",
}
_TAKEN_OUT = {"ja": "カードを取り出しました。", "en": "The card is out."}
_NONE = {"ja": "なし", "en": "none"}
_TITLES = {
    "ja": ("利用者証明用証明書", "署名用証明書", "カードの有効期限", "残り回数", "暗証番号"),
    "en": ("authentication certificate", "signature certificate", "card expires on", "tries left", "PINs"),
}
_SETTABLE = (Lock.AUTH_PIN, Lock.SIGN_PASSWORD, Lock.TEXT_PIN)


@commands.command()
def run(
    card: CardName,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where vpcd listens.")] = VPCD_PORT,
    lang: Language = DEFAULT,
) -> None:
    """Plug the card into the virtual reader (vpcd) of this machine until Ctrl-C.

    Every reader program that uses pcscd then sees a My Number Card. Its counters of wrong PINs are kept in the file.
    """
    file = _file_of(card)
    plugged = CardFile(file)
    try:
        reader = VirtualReader(plugged, port=port)
        say(_PLUGGED[lang].format(file=file, port=port))
        say(_text(_document(plugged.content, plugged.memory), lang.value))
        with contextlib.suppress(KeyboardInterrupt), contextlib.closing(reader):
            reader.serve()
    finally:
        plugged.close()
    say(_TAKEN_OUT[lang])


@commands.command()
def show(card: CardName, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Show what a card holds: certificates and tries left; of demo cards the PINs and the file too."""
    file = _file_of(card)
    content, memory = read_card(file)
    document = {"file": str(file), **_document(content, memory)}
    say_one(document, f"{file}\n{_text(document, lang.value)}", as_json=as_json)


def _file_of(card: str) -> Path:
    """The file of the card that is meant; that of a demo person is made when there is none yet."""
    if Path(card).exists():
        return Path(card)
    with opened() as app:
        if not app.settings.demo:
            raise CardUnnamed
        return virtual_card(app, _person_of(app, card))


def _person_of(app: App, text: str) -> PersonId:
    try:
        return parse_person_id(text)
    except ValueError:
        issuer, _, serial = text.rpartition(":")
    with app.db.transaction(reading=True) as tx:
        (found,) = registry.find_by_card(tx, [CardKey(issuer, serial)])
    if len(found.sightings) != 1:
        raise CardUnnamed
    return found.sightings[0].person.id


def _document(content: CardContent, memory: ChipState) -> dict[str, object]:
    found: dict[str, object] = {
        "auth_certificate": _certificate(content.auth.certificate),
        "sign_certificate": _certificate(content.sign.certificate),
        "expires_on": content.surface.expires_on.isoformat(),
        "tries_left": {lock.value: memory.tries[lock] for lock in Lock},
    }
    return found | ({"pins": _pins(content, memory)} if content.is_demo else {})


def _certificate(der: bytes | None) -> dict[str, str] | None:
    if der is None:
        return None
    # Serial and issuer only: the subject of a signature certificate is a person.
    read = x509.load_der_x509_certificate(der)
    last_day = japan_day(moment_of(read.not_valid_after_utc))
    issuer = read.issuer.rfc4514_string()
    return {"issuer": issuer, "serial": str(read.serial_number), "not_after": last_day.isoformat()}


def _pins(content: CardContent, memory: ChipState) -> dict[str, str | None]:
    written = (content.auth_pin, content.sign_password, content.text_pin)
    return {lock.value: memory.changed.get(lock, first) for lock, first in zip(_SETTABLE, written, strict=True)}


def _text(document: dict[str, object], lang: str) -> str:
    names = ("auth_certificate", "sign_certificate", "expires_on", "tries_left", "pins")
    rows = [
        f"{title}: {_shown(document[name], lang)}"
        for name, title in zip(names, _TITLES[lang], strict=True)
        if name in document
    ]
    return "\n".join(rows)


def _shown(value: object, lang: str) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(part, lang)}" for name, part in value.items())
    return _NONE[lang] if value is None else str(value)
