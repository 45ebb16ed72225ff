"""`onshi reader`: a card at a desk, over the network, as the software of a clinic would do it."""

import contextlib
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from onshi import audit, consents, outside, presence
from onshi.app import wall_clock
from onshi.chip import Channel, talk
from onshi.cli.access_clients import token_form
from onshi.cli.codes import CANNOT_TELL, exit_code
from onshi.cli.errors import PinUnreadable, TerminalIncomplete
from onshi.cli.shown_answer import show_answer
from onshi.cli.speaking import DEFAULT, AsJson, Lang, Language, complain, say, say_bytes, say_list, worded
from onshi.interfaces import oqs, rest
from onshi.kernel import japan_day
from onshi.outside import CardFile, Desk, ExchangeFolder, FileSigner, NoCard
from onshi.presence import Bound, Mode, OtherCard, Presented, Proving, Purpose, Shown
from onshi.registry import enrolling

commands = typer.Typer(help="A card reader at a desk.", no_args_is_help=True)

_PIN_LENGTH = 4
_TEXTS = {
    "pin": ("暗証番号（4桁、あと{left}回）", "PIN (4 digits, {left} tries left)"),
    "last": (
        "あと1回で停止します。間違いがないか、本人に確かめてください。",
        "One more wrong PIN locks the card. Let the holder be sure.",
    ),
    "wrong": ("暗証番号が違います。あと{left}回です。", "Wrong PIN. {left} tries are left."),
    "blocked": (
        "暗証番号は停止しています。市区町村の窓口で再設定してください。",
        "The PIN is locked. The municipality sets a new one.",
    ),
    "terminal": ("カードがこの端末を認めませんでした。", "The card does not accept this terminal."),
    "other": ("マイナンバーカードではありません。", "This is no My Number Card."),
    "none": (
        "カードがありません。かざしてから、もう一度実行してください。",
        "No card. Put one there and run this again.",
    ),
}


@commands.command("list")
def listed(as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """List the card readers of this machine."""
    titles = {"ja": ("リーダー",), "en": ("reader",)}
    say_list(outside.readers(), lambda name: {"name": name}, titles[lang], lambda name: (name,), as_json=as_json)


ClientOption = Annotated[str, typer.Option(metavar="CLIENT", help="The software that asks.")]
KeyOption = Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Its private key (PEM).")]
ServerOption = Annotated[str, typer.Option(metavar="URL", help="The server to ask.")]
CardOption = Annotated[Path | None, typer.Option(metavar="FILE", help="A software card instead of a reader.")]
ReaderOption = Annotated[str | None, typer.Option(metavar="NAME", help="Which reader; the first with a card.")]
ModeOption = Annotated[Mode, typer.Option(help="How the holder is recognised.")]
TerminalOption = Annotated[str, typer.Option(metavar="TERMINAL", help="Name of this desk, or id of a terminal.")]
TerminalKeyOption = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Private key of a certified terminal (PEM).")
]
TerminalCertificateOption = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Its certificate, 307 bytes.")
]
PinOption = Annotated[str | None, typer.Option(envvar="ONSHI_READER_PIN", help="For scripts; asked for if absent.")]
ConsentOption = Annotated[
    list[consents.Kind] | None, typer.Option(help="What the holder lets this institution see; several times.")
]
LimitOption = Annotated[bool, typer.Option("--limit-consent", help="The holder lets the 限度額適用認定証 be shown.")]
DiseaseOption = Annotated[
    bool, typer.Option("--disease-consent", help="The holder lets the 特定疾病療養受療証 be shown.")
]
PushOption = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Push the answer into `face` of this folder, for clinic software."),
]
_HERE = "http://localhost:8200"
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class _Way:
    """Which card, by which way, at which desk."""

    client: str
    key: Path
    server: str
    card: Path | None
    reader: str | None
    mode: Mode
    terminal: str
    proving: Proving | None
    pin: str | None = field(repr=False)
    more: dict[str, object] = field(default_factory=dict)


@commands.command()
def check(
    client: ClientOption,
    key: KeyOption,
    server: ServerOption = _HERE,
    card: CardOption = None,
    reader: ReaderOption = None,
    mode: ModeOption = Mode.PIN,
    terminal: TerminalOption = "desk",
    terminal_key: TerminalKeyOption = None,
    terminal_certificate: TerminalCertificateOption = None,
    pin: PinOption = None,
    consent: ConsentOption = None,
    care: Annotated[consents.Care, typer.Option(help="Where the patient is seen.")] = consents.Care.OUTPATIENT,
    limit_consent: LimitOption = False,
    disease_consent: DiseaseOption = False,
    push: PushOption = None,
    encoding: Annotated[oqs.Encoding, typer.Option(help="How a pushed file is written.")] = oqs.Encoding.UTF_8,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Let the holder of a card prove to be here, and check their eligibility.

    A PIN is shown to the card once and never again by itself. Exit codes as `onshi check`; 2 when the holder could not
    prove to be here.
    """
    proving = _proving(mode, terminal_key, terminal_certificate)
    more: dict[str, object] = {
        "consents": [one.value for one in consent or ()],
        "care": care.value,
        "limit_consent": limit_consent,
        "disease_consent": disease_consent,
        "want_reference_number": True,
    }
    way = _Way(client, key, server, card, reader, mode, terminal, proving, pin, more)
    told = _told(way, Purpose.CHECK, Desk.check, lang)
    if push is not None:
        _push(told, push, encoding, more)
    answered = msgspec.json.decode(told, type=rest.CardCheckOut)
    if as_json:
        say_bytes(told)
    else:
        _say_presence(answered.presence, lang, is_in=answered.check is not None)
        if answered.check is not None:
            say()
            show_answer(answered.check.answer, answered.check.check_id, lang)
    raise typer.Exit(CANNOT_TELL if answered.check is None else exit_code([answered.check.answer.kind]))


@commands.command()
def register(
    client: ClientOption,
    key: KeyOption,
    server: ServerOption = _HERE,
    card: CardOption = None,
    reader: ReaderOption = None,
    mode: ModeOption = Mode.PIN,
    terminal: TerminalOption = "desk",
    terminal_key: TerminalKeyOption = None,
    terminal_certificate: TerminalCertificateOption = None,
    pin: PinOption = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Let the holder of a card prove to be here, and register the card as insurance card (利用登録).

    Where the insurer has told nothing of the holder yet, the registration is reserved and completes by itself. Exit
    code 2: the holder could not prove to be here.
    """
    proving = _proving(mode, terminal_key, terminal_certificate)
    way = _Way(client, key, server, card, reader, mode, terminal, proving, pin)
    told = _told(way, Purpose.REGISTER, Desk.register, lang)
    answered = msgspec.json.decode(told, type=rest.RegistrationOut)
    if as_json:
        say_bytes(told)
    else:
        _say_presence(answered.presence, lang, is_in=answered.registration is not None)
        if (registration := answered.registration) is not None:
            say(enrolling.state_text(registration.state, _day(registration.effective_on), lang))
    raise typer.Exit(CANNOT_TELL if answered.registration is None else 0)


def _told(way: _Way, purpose: Purpose, ask: Callable[[Desk, Mapping[str, object]], bytes], lang: Lang) -> bytes:
    """What the server says of the card that is shown; ends the command where no card is, or it gives no proof."""
    signer = FileSigner(way.key)
    with (
        _channel(way.card, way.reader) as channel,
        Desk(way.server, lambda address: _form(way.client, signer, address)) as desk,
    ):
        if channel is None:
            complain(worded(_TEXTS, "none", lang))
            raise typer.Exit(CANNOT_TELL)
        shown = _shown(channel, desk, way, purpose, lang)
        if not isinstance(shown, Presented):
            complain(_why(shown, lang))
            raise typer.Exit(CANNOT_TELL)
        return ask(desk, _body(shown) | way.more)


def _push(told: bytes, root: Path, encoding: oqs.Encoding, more: Mapping[str, object]) -> None:
    """Puts the answer where clinic software looks; delivers it, unless an agent works there and does that."""
    file = oqs.agent.face_file(
        told,
        encoding,
        on=japan_day(wall_clock()),
        limit_consent=bool(more["limit_consent"]),
        disease_consent=bool(more["disease_consent"]),
        random=secrets.token_bytes(oqs.agent.RANDOM_BYTES),
    )
    if file is None:
        return
    folder = ExchangeFolder(root)
    folder.stage([file])
    if not folder.claim():
        return
    try:
        due = folder.deliver(now=time.monotonic())
        while time.monotonic() < max((one.due for one in due), default=0.0):
            time.sleep(_LOOK_S)
        folder.sign_again(due, f"{japan_day(wall_clock()):%Y%m%d}")
    finally:
        folder.release()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _form(client: str, signer: FileSigner, address: str) -> dict[str, str]:
    return token_form(client, signer, audience=address, at=wall_clock(), scope=None)


def _proving(mode: Mode, key: Path | None, certificate: Path | None) -> Proving | None:
    if not mode.needs_terminal:
        return None
    if key is None or certificate is None:
        raise TerminalIncomplete(mode=mode.value)
    return Proving(certificate.read_bytes(), FileSigner(key).sign)


@contextlib.contextmanager
def _channel(file: Path | None, reader: str | None) -> Iterator[Channel | None]:
    opened = outside.open_card(reader) if file is None else CardFile(file)
    if isinstance(opened, NoCard):
        yield None
        return
    try:
        yield opened
    finally:
        opened.close()


def _shown(channel: Channel, desk: Desk, way: _Way, purpose: Purpose, lang: Lang) -> Shown:
    typed = ""
    if way.proving is None:
        left = presence.pin_tries(channel)
        if isinstance(left, OtherCard):
            return left
        if left == 0:
            return talk.PinBlocked()
        # Before the nonce is asked for: it is good for a minute, and people look for their PIN.
        typed = _typed_pin(way.pin, left, lang)
    given = desk.nonce(terminal=way.terminal, mode=way.mode.value, purpose=purpose.value)
    bound = Bound(given["party"], way.terminal, purpose, way.mode)
    nonce = audit.from_unpadded(given["nonce"])
    if way.proving is None:
        return presence.show_with_pin(channel, bound, nonce, typed)
    return presence.show_at_terminal(channel, bound, nonce, way.proving)


def _typed_pin(given: str | None, left: int, lang: Lang) -> str:
    if given is None:
        if left == 1:
            complain(worded(_TEXTS, "last", lang))
        given = str(typer.prompt(worded(_TEXTS, "pin", lang, left=left), hide_input=True, err=True))
    if not (given.isascii() and given.isdigit() and len(given) == _PIN_LENGTH):
        raise PinUnreadable
    return given


def _body(shown: Presented) -> dict[str, object]:
    body: dict[str, object] = {
        "nonce": audit.unpadded(shown.nonce),
        "terminal": shown.bound.terminal,
        "mode": shown.bound.mode.value,
        "certificate": audit.unpadded(shown.certificate),
        "signature": audit.unpadded(shown.signature),
    }
    if shown.terminal_certificate is not None and shown.terminal_signature is not None:
        body["terminal_certificate"] = audit.unpadded(shown.terminal_certificate)
        body["terminal_signature"] = audit.unpadded(shown.terminal_signature)
    return body


def _why(shown: Shown, lang: Lang) -> str:
    match shown:
        case talk.PinWrong(left=left):
            return worded(_TEXTS, "wrong", lang, left=left)
        case talk.PinBlocked():
            return worded(_TEXTS, "blocked", lang)
        case OtherCard():
            return worded(_TEXTS, "other", lang)
        case _:
            return worded(_TEXTS, "terminal", lang)


def _say_presence(told: rest.PresenceOut, lang: Lang, *, is_in: bool) -> None:
    ours = lang is Lang.JA
    say(told.meaning.ja if ours else told.meaning.en)
    if not is_in:
        say(told.advice.ja if ours else told.advice.en)
