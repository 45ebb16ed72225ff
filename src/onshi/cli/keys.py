"""`onshi keys`: the signing keys of this network."""

import typer

from onshi import audit
from onshi.audit import Action, Entry
from onshi.cli.opening import LOCAL, opened
from onshi.cli.speaking import DEFAULT, AsJson, Language, clock_text, iso_text, say_json, say_list, say_one
from onshi.outside import PublicKeyRecord

commands = typer.Typer(help="The keys that sign answers, tokens and the audit log.", no_args_is_help=True)
_TITLES = {"ja": ("鍵", "使用開始", "使用終了"), "en": ("key", "since", "until")}
_NEW = {"ja": "新しい鍵：{kid}", "en": "New key: {kid}"}


@commands.command("list")
def listed(as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """List every key that ever signed here, the oldest first."""
    with opened() as app:
        records = app.ring.history()
    say_list(records, _document, _TITLES[lang], _cells, as_json=as_json)


@commands.command()
def rotate(as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Sign with a new key from now on.

    Running servers take it up within seconds. What the old key signed stays verifiable: its public half is kept.
    """
    with opened() as app:
        at = app.now()
        kid = app.ring.rotate(at=at).kid
        leaf = audit.tree.leaf_hash(kid.encode())
        entry = Entry(LOCAL, Action.KEY_ROTATED, "done", leaf, None, kid)
        app.run(lambda tx: audit.append(tx, app.draw(), [entry], at=at))
    say_one({"kid": kid}, _NEW[lang].format(kid=kid), as_json=as_json)


@commands.command()
def export(_as_json: AsJson = False, _lang: Language = DEFAULT) -> None:
    """Print all public keys as a JWK set.

    It is JSON with or without --json, and what `onshi proof verify --keys` takes.
    """
    with opened() as app:
        say_json(app.ring.public_jwks())


def _cells(record: PublicKeyRecord) -> tuple[object, ...]:
    return record.jwk["kid"], clock_text(record.since), clock_text(record.until)


def _document(record: PublicKeyRecord) -> dict[str, str | None]:
    return {"kid": record.jwk["kid"], "since": iso_text(record.since), "until": iso_text(record.until)}
