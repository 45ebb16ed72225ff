"""`onshi cards ca`: the authorities that certify cards and readers."""

from pathlib import Path
from typing import Annotated

import typer
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from onshi import audit, card_office, chip, pki
from onshi.app import App
from onshi.audit import Action, Entry
from onshi.card_office import authority_keys
from onshi.cli.opening import LOCAL, opened, reading
from onshi.cli.options import day_of
from onshi.cli.speaking import DEFAULT, AsJson, Language, clock_text, iso_text, say_list, say_one
from onshi.db import Tx
from onshi.kernel import Moment, OnshiError
from onshi.outside import authority_key, responder_key
from onshi.pki import Authority, Purpose
from onshi.pki.model import Crl, Terminal

commands = typer.Typer(help="The authorities that certify cards and readers.", no_args_is_help=True)
AuthorityName = Annotated[str, typer.Argument(metavar="NAME", help="Short name of an authority, e.g. DEMO-CA.")]
_TITLES = {
    "ja": ("認証局", "世代", "用途", "開始", "終了", "鍵ID"),
    "en": ("authority", "generation", "purpose", "since", "until", "key id"),
}
_CRL_TITLES = {
    "ja": ("認証局", "世代", "市区町村", "番号", "発行", "次回"),
    "en": ("authority", "generation", "municipality", "number", "published", "next"),
}
_FOUNDED = {"ja": "設置しました：{name} 第{generation}世代", "en": "Founded: {name}, generation {generation}"}
_TERMINAL = {"ja": "登録しました：{id}", "en": "Registered: {id}"}


class TerminalKeyUnreadable(OnshiError):
    """A file that holds no public key of a reader."""

    code = "terminal-key-unreadable"
    message = "{file} holds no public key on P-256 (PEM)."
    message_ja = "{file}はP-256の公開鍵（PEM）ではありません。"


@commands.command()
def found(
    name: AuthorityName,
    purpose: Annotated[Purpose, typer.Option(help="What it will sign; for good.")],
    ocsp_url: Annotated[
        str | None, typer.Option(help="Where its OCSP answers are; written into every certificate.")
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Found an authority, or its next generation with a new key.

    The key is made in a file beside the signing keys. Certificates of earlier generations go on being believed.
    """
    with opened(may_create=True) as app:
        made = app.run(lambda tx: card_office.found_authority(app, tx, name, purpose, actor=LOCAL, ocsp_url=ocsp_url))
    say_one(_document(made), _FOUNDED[lang].format(name=name, generation=made.generation), as_json=as_json)


@commands.command()
def responder(name: AuthorityName, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Certify the keys that answer OCSP for an authority, for one year more."""
    with opened() as app:
        renewed = app.run(lambda tx: [_appoint(app, tx, one) for one in _generations(tx, name)])
    say_list(renewed, _document, _TITLES[lang], _cells, as_json=as_json)


def _appoint(app: App, tx: Tx, one: Authority) -> Authority:
    at, keys = app.now(), authority_keys(app)
    held = keys.key(responder_key(one.name, one.generation))
    signer = keys.key(authority_key(one.name, one.generation))
    made = pki.founding.appoint_responder(tx, signer, held.public_key, at=at)
    _log(app, tx, Action.KEY_ROTATED, f"{one.name}/{one.generation}/ocsp", made.responder or b"", at)
    return made


def _generations(tx: Tx, name: str) -> list[Authority]:
    """Every generation of an authority; AuthorityUnknown."""
    found = [one for one in pki.founding.authorities(tx) if one.name == name]
    if not found:
        raise pki.errors.AuthorityUnknown
    return found


@commands.command("list")
def listed(as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """List every generation of every authority."""
    with reading() as tx:
        found = pki.founding.authorities(tx)
    say_list(found, _document, _TITLES[lang], _cells, as_json=as_json)


@commands.command()
def crl(
    name: AuthorityName,
    partition: Annotated[
        list[str] | None, typer.Option(help="Only for this municipality, 6 digits; several times for several.")
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Publish the next revocation lists: one for every municipality in which the authority has issued anything.

    The server does it by itself once a day.
    """
    with opened() as app:
        published = [
            card_office.publish_list(app, authority, place) for authority, place in _places(app, name, partition)
        ]
    say_list(published, _crl_document, _CRL_TITLES[lang], _crl_cells, as_json=as_json)


def _places(app: App, name: str, partitions: list[str] | None) -> list[tuple[Authority, str]]:
    """Which lists are published: a generation whose key is elsewhere publishes elsewhere.

    AuthorityUnknown, WrongAuthority or PartitionUnfit before the first of them is.
    """
    with app.db.transaction(reading=True) as tx:
        places = [
            (one, place)
            for one in _generations(tx, name)
            if card_office.is_key_here(app, one)
            for place in (pki.publishing.partitions_of(tx, one) if partitions is None else partitions)
        ]
    for authority, place in places:
        pki.publishing.check_place(authority, place)
    return places


@commands.command()
def terminal(
    terminal_id: Annotated[str, typer.Argument(metavar="TERMINAL", help="Id of the reader: 1 to 13 ASCII signs.")],
    authority: Annotated[str, typer.Option(help="Short name of the terminal authority.")],
    party: Annotated[str, typer.Option(help="Whose reader it is, e.g. institution:1312345678.")],
    public_key: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Its public key on P-256 (PEM).")],
    expires: Annotated[str, typer.Option(help="The last day on which it counts.")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="Where its certificate goes: 307 bytes.")],
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Certify a reader, so that cards open their authentication key to it without a PIN.

    The private key stays in the reader.
    """
    key = _terminal_key(public_key)
    pki.terminals.check_id(terminal_id)
    tbs = chip.terminal_tbs(terminal_id, day_of(expires), key)
    with opened() as app:
        made = app.run(lambda tx: _certify(app, tx, authority, tbs, terminal_id, party))
    out.write_bytes(made.certificate)
    say_one(_terminal_document(made), _TERMINAL[lang].format(id=made.id), as_json=as_json)


def _certify(app: App, tx: Tx, authority: str, tbs: bytes, terminal_id: str, party: str) -> Terminal:
    at = app.now()
    newest = _generations(tx, authority)[-1]
    signer = authority_keys(app).key(authority_key(newest.name, newest.generation))
    made = pki.terminals.register(tx, signer, tbs, terminal=terminal_id, party=party, at=at)
    _log(app, tx, Action.SETTING_CHANGED, f"terminal:{terminal_id}", made.certificate, at)
    return made


def _terminal_key(file: Path) -> EllipticCurvePublicKey:
    try:
        key = load_pem_public_key(file.read_bytes())
    except (ValueError, UnsupportedAlgorithm):
        raise TerminalKeyUnreadable(file=file.name) from None
    if not isinstance(key, EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise TerminalKeyUnreadable(file=file.name)
    return key


def _log(app: App, tx: Tx, action: Action, what: str, made: bytes, at: Moment) -> None:
    entry = Entry(LOCAL, action, "done", audit.tree.leaf_hash(made), None, what)
    audit.append(tx, app.draw(), [entry], at=at)


def _cells(one: Authority) -> tuple[object, ...]:
    since, until = clock_text(one.since), clock_text(one.until)
    return one.name, one.generation, one.purpose.value, since, until, one.key_id.hex()


def _document(one: Authority) -> dict[str, object]:
    return {
        "name": one.name,
        "generation": one.generation,
        "purpose": one.purpose.value,
        "since": iso_text(one.since),
        "until": iso_text(one.until),
        "key_id": one.key_id.hex(),
        "ocsp_url": one.ocsp_url,
    }


def _crl_cells(one: Crl) -> tuple[object, ...]:
    published, following = clock_text(one.this_update), clock_text(one.next_update)
    return one.issuer, one.generation, one.partition, one.number, published, following


def _crl_document(one: Crl) -> dict[str, object]:
    return {
        "issuer": one.issuer,
        "generation": one.generation,
        "partition": one.partition,
        "number": one.number,
        "this_update": iso_text(one.this_update),
        "next_update": iso_text(one.next_update),
    }


def _terminal_document(one: Terminal) -> dict[str, object]:
    return {"id": one.id, "party": one.party, "since": iso_text(one.since)}
