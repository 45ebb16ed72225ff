"""A desk with cards: authorities, cards of the cast made as they are made in life, and a certified terminal."""

import atexit
import functools
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from onshi import access, audit, card_office, chip, pki, presence, registry
from onshi.app import App
from onshi.chip import Secrets, Surface
from onshi.db import Tx
from onshi.flows import Blank, CardOrder, make_card
from onshi.kernel import Moment, PersonId
from onshi.outside import CardFile, CertificateKeys, authority_key, responder_key
from onshi.pki import CertificateKey, Purpose
from onshi.presence import Bound, Mode, Presented, Proving
from onshi.presence import Purpose as Wanted
from onshi.registry import CardKey

from .make import CLIENT, CLINIC, KEY, Country, Front

PIN = "8351"
TERMINAL, EXPIRES = "FACE-0001", date(2027, 3, 31)
SURFACE = Surface(
    name="見本　花子",
    address="東京都千代田区見本町１丁目２番３号",
    birth_on=date(1980, 5, 5),
    sex="2",
    expires_on=date(2036, 5, 5),
    security_code="0417",
    municipality="131016",
    photo=b"photo",
    name_image=b"name",
    address_image=b"address",
)
NAMES = {
    "TEST-CA": Purpose.AUTHENTICATION,
    "TEST-SIGN-CA": Purpose.SIGNATURE,
    "TEST-TERMINAL-CA": Purpose.TERMINAL,
    "TEST-SURFACE-CA": Purpose.SURFACE,
}


@functools.cache
def blank(name: str) -> Blank:
    """Keys for a card, made once."""
    assert name
    return card_office.blank()


@functools.cache
def terminal_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def terminal_pem() -> bytes:
    return terminal_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def es256(data: bytes) -> bytes:
    r, s = decode_dss_signature(terminal_key().sign(data, ec.ECDSA(SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


@functools.cache
def authority_folder() -> Path:
    """A folder with the keys of the authorities of `NAMES`."""
    folder = Path(tempfile.mkdtemp(prefix="onshi-test-keys-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    keys = CertificateKeys(folder)
    for name in NAMES:
        keys.key(authority_key(name, 1))
    for name in ("TEST-CA", "TEST-SIGN-CA"):
        keys.key(responder_key(name, 1))
    keys.key("surface-issuer")
    return folder


def _found(app: App, tx: Tx, *, name: str, purpose: Purpose) -> None:
    card_office.found_authority(app, tx, name, purpose, actor="test")


@dataclass
class CardDesk:
    """A clinic's desk with its server, a folder of cards and a terminal; `front` where it asks without a wire."""

    land: Country
    folder: Path
    front: Front | None = None

    def open(self) -> "CardDesk":
        """Founds the authorities; with keys that were made once, because making one takes a while."""
        app = self.land.app
        shutil.copytree(authority_folder(), app.settings.data / "keys" / "ca", dirs_exist_ok=True)
        for name, purpose in NAMES.items():
            app.run(partial(_found, app, name=name, purpose=purpose))
        return self

    def found_next(self, *names: str) -> None:
        """The next generation of these authorities, with new keys."""
        for name in names:
            self.land.app.run(partial(_found, self.land.app, name=name, purpose=NAMES[name]))

    def card(
        self, name: str = "hanako", *, person: int | None = 71, pin: str | None = PIN, holder: int = 71
    ) -> CardFile:
        """A new card, its certificate linked to `person` (None: to nobody)."""
        app = self.land.app
        order = CardOrder(
            holder=holder, card=hash(name) % 2**40, surface=SURFACE, secrets=Secrets(pin, None, "4462"), seed=1
        )
        content = app.run(lambda tx: make_card(tx, card_office.authorities(app, tx), blank(name), order, at=app.now()))
        CardFile.create(self.folder / f"{name}.card", content)
        made = CardFile(self.folder / f"{name}.card")
        if person is not None:
            app.run(lambda tx: registry.put_card(tx, CardKey(*self.key_of(made)), PersonId(person), at=app.now()))
        return made

    def let_register(self) -> None:
        """Software of the clinic that may register cards at a first visit."""
        app = self.land.app
        app.run(
            lambda tx: access.register_client(
                tx,
                CLINIC,
                name="first visit",
                jwks={"keys": [KEY.as_dict(private=False)]},
                scopes=["check", "register"],
                at=app.now(),
                by="test",
                client_id="first-visit",
            )
        )

    def key_of(self, card: CardFile) -> tuple[str, str]:
        """Issuer and serial of the certificate on it."""
        with self.land.app.db.transaction(reading=True) as tx:
            known = pki.founding.authorities(tx)
        certificate = card.content.auth.certificate
        assert certificate is not None
        examined = pki.Verifier(pki.TrustStore(known)).examine(certificate)
        return examined.key.issuer, examined.key.serial  # type: ignore[union-attr]

    def change(self, card: CardFile, change: Any, *given: Any) -> None:
        """A verb of `pki.changes` on its certificate, now."""
        key = CertificateKey(*self.key_of(card))
        self.land.app.run(lambda tx: change(tx, [key], *given, at=self.land.app.now()))

    def certify_terminal(self, *, party: str = CLINIC, expires_on: date = EXPIRES) -> Proving:
        """The certified terminal of the clinic."""
        app = self.land.app
        tbs = chip.terminal_tbs(TERMINAL, expires_on, terminal_key().public_key())
        signer = card_office.authority_keys(app).key(authority_key("TEST-TERMINAL-CA", 1))
        made = app.run(lambda tx: pki.terminals.register(tx, signer, tbs, terminal=TERMINAL, party=party, at=app.now()))
        return Proving(made.certificate, es256)

    def nonce(self, bound: Bound) -> bytes:
        """A nonce over HTTP."""
        asked = {"terminal": bound.terminal, "mode": bound.mode, "purpose": bound.purpose}
        client = "first-visit" if bound.purpose is Wanted.REGISTER else CLIENT
        assert self.front is not None, "a desk that asks needs one"
        reply = self.front.post("/v1/presence/nonces", json=asked, headers=self.land.bearer(client))
        assert reply.status_code == 200, reply.text
        assert reply.json()["party"] == bound.party
        return audit.from_unpadded(reply.json()["nonce"])

    def shown(self, card: CardFile, *, bound: Bound | None = None, proving: Proving | None = None) -> Presented:
        """The card signs a fresh nonce, opened by its PIN or by the terminal."""
        bound = bound or at_desk()
        nonce = self.nonce(bound)
        if proving is None:
            shown = presence.show_with_pin(card, bound, nonce, PIN)
        else:
            shown = presence.show_at_terminal(card, bound, nonce, proving)
        card.reset()
        assert isinstance(shown, Presented), shown
        return shown

    def told(self, shown: Presented, **changes: Any) -> dict[str, Any]:
        """What the server says of it."""
        body = {
            "nonce": audit.unpadded(shown.nonce),
            "terminal": shown.bound.terminal,
            "mode": shown.bound.mode,
            "certificate": audit.unpadded(shown.certificate),
            "signature": audit.unpadded(shown.signature),
        }
        if shown.terminal_certificate is not None and shown.terminal_signature is not None:
            body["terminal_certificate"] = audit.unpadded(shown.terminal_certificate)
            body["terminal_signature"] = audit.unpadded(shown.terminal_signature)
        assert self.front is not None, "a desk that asks needs one"
        reply = self.front.post("/v1/presence/checks", json=body | changes, headers=self.land.bearer())
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    def outcome(self, shown: Presented, **changes: Any) -> tuple[str, str | None, str | None]:
        """Outcome, its reason, and the kind of answer where the holder was let in."""
        told = self.told(shown, **changes)
        check = told.get("check")
        return told["presence"]["outcome"], told["presence"].get("reason"), check and check["answer"]["kind"]

    def wait(self, micros: int) -> None:
        """Time goes by."""
        self.land.clock.moment = Moment(self.land.clock.moment + micros)


def at_desk(**changes: Any) -> Bound:
    """The desk of the clinic, a check, by PIN."""
    good: dict[str, Any] = {"party": CLINIC, "terminal": "desk", "purpose": Wanted.CHECK, "mode": Mode.PIN}
    return Bound(**(good | changes))


def at_terminal(mode: Mode = Mode.FACE) -> Bound:
    """The certified terminal of the clinic."""
    return at_desk(terminal=TERMINAL, mode=mode)
