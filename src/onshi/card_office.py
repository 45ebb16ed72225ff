"""Where cards are made: authorities founded, keys kept in files, cards and lists of those that are over signed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from onshi import audit, cards, chip, flows, law, pki
from onshi.app import App
from onshi.audit import Action, Entry
from onshi.cards import Application, ApplicationId, By, CardState, Continued, Event, Holder, HolderId, Lapsed, Taken
from onshi.chip import CardContent, CertifiedKey, ChipState, Secrets
from onshi.db import Tx
from onshi.flows import Authorities, Blank, HandedOver, Pictures, Renewing
from onshi.kernel import Moment, OnshiError
from onshi.outside import CardFile, CertificateKeys, authority_key, chip_photo, responder_key, text_image
from onshi.pki import Authority, Purpose
from onshi.pki.model import Crl

_HOLDERS = (Purpose.AUTHENTICATION, Purpose.SIGNATURE)
_ROOT_ID, _ISSUER_ID = chip.key_id("9000001"), chip.key_id("9000002")
_SURFACE_KEY = "surface-issuer"
_BITS, _EXPONENT = 2048, 65537
# Any will do that stays: a holder keeps the false number of the card before.
_SEED = 2019


class NoAuthority(OnshiError):
    """Cards cannot be made before there is somebody to certify them."""

    code = "no-authority"
    message = "There is no authority for {purpose} whose key is here. Found one with `onshi cards ca found`."
    message_ja = "{purpose}の認証局がないか、その鍵がここにありません。`onshi cards ca found`で設置してください。"


def authority_keys(app: App) -> CertificateKeys:
    """The keys of authorities that are in files here."""
    return _keys(app.settings.data / "keys" / "ca")


@cache
def _keys(folder: Path) -> CertificateKeys:
    # One for the process: reading a key from its file takes as long as a hundred signatures.
    return CertificateKeys(folder)


def found_authority(
    app: App,
    tx: Tx,
    name: str,
    purpose: Purpose,
    *,
    actor: str,
    ocsp_url: str | None = None,
    since: Moment | None = None,
    years: int = 10,
) -> Authority:
    """A new authority, or the next generation of one, with a key of its own in a file; written into the log of `tx`.

    `since`: it was there before, from that moment on (a demo country has a past). Its responder begins now.
    """
    at, keys = app.now(), authority_keys(app)
    # Before a file is made of it: a name may be no name.
    generation = pki.founding.next_generation(tx, name, purpose)
    signer = keys.key(authority_key(name, generation))
    began = at if since is None else since
    made = pki.founding.found_authority(
        tx, signer, name=name, purpose=purpose, at=began, years=years, ocsp_url=ocsp_url
    )
    if purpose in _HOLDERS:
        responder = keys.key(responder_key(name, generation))
        made = pki.founding.appoint_responder(tx, signer, responder.public_key, at=at)
    leaf = audit.tree.leaf_hash(made.certificate)
    audit.append(tx, app.draw(), [Entry(actor, Action.KEY_ROTATED, "done", leaf, None, f"{name}/{generation}")], at=at)
    return made


def authorities(app: App, tx: Tx) -> Authorities:
    """The newest authority of each purpose, to make cards with. NoAuthority where one is missing."""
    keys = authority_keys(app)
    found = {purpose: _newest(tx, keys, purpose) for purpose in Purpose}

    def key_of(purpose: Purpose) -> str:
        return authority_key(found[purpose].name, found[purpose].generation)

    root = keys.key(key_of(Purpose.SURFACE)).private_key
    issuer = keys.key(_SURFACE_KEY).private_key
    return Authorities(
        auth=keys.key(key_of(Purpose.AUTHENTICATION)),
        auth_certificate=found[Purpose.AUTHENTICATION].certificate,
        sign=keys.key(key_of(Purpose.SIGNATURE)),
        sign_certificate=found[Purpose.SIGNATURE].certificate,
        surface=chip.surface_issuer(root, issuer, root_id=_ROOT_ID, issuer_id=_ISSUER_ID),
        terminal=keys.key(key_of(Purpose.TERMINAL)).public_key,
    )


def _newest(tx: Tx, keys: CertificateKeys, purpose: Purpose) -> Authority:
    found = [
        one
        for one in pki.founding.authorities(tx)
        if one.purpose is purpose and keys.has(authority_key(one.name, one.generation))
    ]
    if not found:
        raise NoAuthority(purpose=purpose.value)
    return max(found, key=lambda one: one.since)


def is_key_here(app: App, authority: Authority) -> bool:
    """Whether the key of a generation is in a file here."""
    return authority_keys(app).has(authority_key(authority.name, authority.generation))


def publishers(app: App, tx: Tx) -> list[Authority]:
    """The generations that certify holders and whose key is here; those with a key elsewhere publish elsewhere."""
    return [one for one in pki.founding.authorities(tx) if one.purpose in _HOLDERS and is_key_here(app, one)]


def publish_list(app: App, authority: Authority, partition: str) -> Crl:
    """The next revocation list of a municipality, now. WrongAuthority or PartitionUnfit."""
    while True:
        with app.db.transaction(reading=True) as tx:
            draft = _draft(app, tx, authority, partition)
        if _is_published(app, draft):
            return draft


def publish_due_list(app: App, authority: Authority, partition: str) -> Crl | None:
    """The same if it is due; None when it is not, or another server was quicker."""
    with app.db.transaction(reading=True) as tx:
        if not pki.publishing.is_list_due(tx, authority, partition, at=app.now()):
            return None
        draft = _draft(app, tx, authority, partition)
    return draft if _is_published(app, draft) else None


def _draft(app: App, tx: Tx, authority: Authority, partition: str) -> Crl:
    signer = authority_keys(app).key(authority_key(authority.name, authority.generation))
    return pki.publishing.draft_crl(tx, signer, partition, at=app.now())


def _is_published(app: App, draft: Crl) -> bool:
    # Apart from the signing, which for a city takes a second: nobody at a desk waits for it.
    return app.run(lambda tx: pki.publishing.publish_draft(tx, draft))


def may_sign(app: App, tx: Tx, application: Application) -> bool:
    """Whether the holder of the card gets a signature certificate: no face card has one, nor children and wards."""
    holder = cards.holder_by_id(tx, application.holder)
    return not application.wish.is_face_card and not law.needs_guardian(
        holder.birth_on, app.today(), is_ward=holder.is_ward
    )


def chosen_secrets(app: App, application: Application, pin: str, password: str | None) -> Secrets:
    """What the holder of the card chose, one PIN for all that asks for one; a face card asks nobody for anything."""
    if application.wish.is_face_card:
        return Secrets(None, None, f"{app.draw() % 10_000:04d}")
    return Secrets(pin, password, pin)


def card_file(app: App, number: ApplicationId) -> Path:
    """Where the software card of an application lies in a demo, made or not."""
    return app.settings.data / "cards" / f"{number}.card"


def hand_over(app: App, number: ApplicationId, file: Path, *, secrets: Secrets, by: By) -> Taken:
    """Hands over, or notes the delivery of, the card of an application: a software card, written to `file`.

    Its certificates replace those of the card before. Raises NoAuthority, `CardExists`, and what `flows.hand_over`
    refuses; then nothing has happened.
    """
    keys, written = blank(), False

    def work(tx: Tx) -> Taken:
        nonlocal written
        if written:
            # Of a try that came to nothing.
            file.unlink()
        at = app.now()
        done = _handed(app, tx, number, keys, secrets, by, at)
        flows.record_card_acts(tx, done.events, batch=app.draw(), at=at)
        # Within the transaction: where the file cannot be made, nothing was handed over.
        CardFile.create(file, done.content)
        written = True
        return done.taken

    try:
        return app.run(work)
    except BaseException:
        if written:
            file.unlink()
        raise


def _handed(app: App, tx: Tx, number: ApplicationId, keys: Blank, secrets: Secrets, by: By, at: Moment) -> HandedOver:
    application = cards.application_by_id(tx, number)
    holder = cards.holder_by_id(tx, application.holder)
    photo = chip_photo(cards.photo_of(tx, application))
    return flows.hand_over(
        tx,
        application,
        authorities(app, tx),
        keys,
        secrets=secrets,
        pictures=Pictures(photo, text_image(holder.name), text_image(holder.address)),
        security_code=f"{app.draw() % 10_000:04d}",
        seed=_SEED,
        by=by,
        at=at,
    )


def blank() -> Blank:
    """Three new keys; takes some tenths of a second."""
    return Blank(*(_new_key() for _ in range(3)))


def _new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=_EXPONENT, key_size=_BITS)


@dataclass(frozen=True, slots=True)
class Renewed:
    """What an act changed: for the log, and for the card (`is_for_card`: its entries; a certificate, if it has one)."""

    events: tuple[Event, ...]
    is_for_card: bool = False
    certified: CertifiedKey | None = None


_Act: TypeAlias = Callable[[Tx, Renewing | None, Moment], Renewed]


def continue_use(app: App, holder: HolderId, *, by: By) -> tuple[Continued | Lapsed, Path | None]:
    """継続利用, with the chip: see `renew_on_chip`. Raises what `flows.continue_use` does."""
    done: Continued | Lapsed | None = None

    def act(tx: Tx, renewing: Renewing | None, at: Moment) -> Renewed:
        nonlocal done
        done, certified = flows.continue_use(tx, holder, renewing, by=by, at=at)
        return Renewed(done.events, isinstance(done, Continued), certified)

    file = renew_on_chip(app, holder, act)
    assert done is not None, "the act was run"
    return done, file


def change_details(app: App, holder: Holder, *, by: By) -> Path | None:
    """Facts that changed without a move, with the chip: see `renew_on_chip`. Raises as `flows.change_details`."""

    def act(tx: Tx, renewing: Renewing | None, at: Moment) -> Renewed:
        before = cards.holder_by_id(tx, holder.id)
        event, certified = flows.change_details(tx, holder, renewing, by=by, at=at)
        is_printed = (before.name, before.address) != (holder.name, holder.address)
        return Renewed((event,), is_printed, certified)

    return renew_on_chip(app, holder.id, act)


def renew_on_chip(app: App, holder: HolderId, act: _Act) -> Path | None:
    """An act that changes what the holder's card says, into the log; in a demo onto the chip as well, or neither.

    The file that was written. None: the chip says nothing else now, or is no file here, so that the town's machine
    writes it. Raises NoAuthority, `CardInUse`, and what the act refuses; then nothing has happened.
    """
    key = _new_key() if app.settings.demo else None
    reader = _Reader()

    def work(tx: Tx) -> Path | None:
        reader.put_back()  # after a try that came to nothing
        at = app.now()
        file = _file_of(app, tx, holder)
        office = None if file is None else authorities(app, tx)
        done = act(tx, Renewing(office, key) if office is not None and key is not None else None, at)
        flows.record_card_acts(tx, done.events, batch=app.draw(), at=at)
        if file is None or office is None or not done.is_for_card:
            return None
        # Within the transaction: where the chip cannot be written, nothing was changed.
        reader.write(file, cards.holder_by_id(tx, holder), done.certified, office)
        return file

    try:
        written = app.run(work)
    except BaseException:
        reader.put_back()
        raise
    reader.take_out()
    return written


def _file_of(app: App, tx: Tx, holder: HolderId) -> Path | None:
    """The file of the active card of a holder, where there is one."""
    if not app.settings.demo:
        return None
    active = (one for one in cards.cards_of(tx, holder) if one.state is CardState.ACTIVE)
    files = (card_file(app, one.application) for one in active)
    return next((file for file in files if file.exists()), None)


class _Reader:
    """The town's card reader in a demo: one card at a time, which is taken out or put back as it was."""

    def __init__(self) -> None:
        self._plugged: tuple[CardFile, CardContent, ChipState] | None = None

    def write(self, file: Path, holder: Holder, sign: CertifiedKey | None, office: Authorities) -> None:
        """Writes who the holder is now, and their signature certificate if there is a new one."""
        card = CardFile(file)
        content = card.content
        self._plugged = (card, content, card.memory)
        surface = replace(
            content.surface,
            name=holder.name,
            address=holder.address,
            municipality=holder.municipality,
            name_image=text_image(holder.name),
            address_image=text_image(holder.address),
        )
        card.rewrite(chip.with_entries(content, surface, sign or content.sign, office.surface), card.memory)

    def put_back(self) -> None:
        """As the card was before."""
        if self._plugged is not None:
            card, content, memory = self._plugged
            card.rewrite(content, memory)
        self.take_out()

    def take_out(self) -> None:
        """As the card is now."""
        if self._plugged is not None:
            self._plugged[0].close()
            self._plugged = None
