"""The one place of assembly, and the only clock."""

import os
import secrets
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from onshi import eligibility, flows, presence
from onshi.access import Limits, TokenDesk
from onshi.audit import Signer
from onshi.db import Database, Tx, migrate
from onshi.eligibility import Asker, Checked, Query
from onshi.flows import CardAnswered, CardShown, Registered
from onshi.kernel import Moment, japan_day
from onshi.outside import KeyRing, secret_of
from onshi.presence import Bound, Nonce, Presented
from onshi.registry.enrolling import EnrolmentId, Place
from onshi.settings import Settings

Result = TypeVar("Result")


@dataclass
class App:
    """Everything a door needs: the database, the keys, the desk that knows tokens, the clock."""

    settings: Settings
    db: Database
    ring: KeyRing
    signer: Signer
    desk: TokenDesk
    limits: Limits
    # Replaced by tests and by nothing else: a test says what time it is.
    clock: Callable[[], int] = field(default=time.time_ns)

    def now(self) -> Moment:
        """The moment, in µs UTC."""
        return Moment(self.clock() // 1_000)

    def today(self) -> date:
        """Today in Japan."""
        return japan_day(self.now())

    @property
    def staff_key(self) -> bytes:
        """The key that seals the second factors of staff, in a file beside the signing keys."""
        return secret_of(self.ring.directory / "staff.key")

    @cached_property
    def nonce_key(self) -> bytes:
        """The key that marks a nonce for a card as one of ours, in a file beside the signing keys."""
        return secret_of(self.ring.directory / "nonce.key")

    def refresh_keys(self) -> None:
        """Signs with, and believes, the keys that are in the ring now: they may have been rotated beside us."""
        signer = self.ring.signer()
        if signer.kid != self.signer.kid:
            self.desk.trust(self.ring.public_jwks())
            self.signer = signer

    def draw(self) -> int:
        """A random 63-bit number: the id of a batch, a person, a coverage."""
        return secrets.randbits(63)

    def draw_many(self, count: int) -> list[int]:
        """So many random 63-bit numbers."""
        numbers = array("Q", secrets.token_bytes(8 * count))
        return [number >> 1 for number in numbers]

    def run(self, work: Callable[[Tx], Result]) -> Result:
        """`work` in a transaction of its own, repeated when another writer got in between."""
        return self.db.run(work)

    def check(self, queries: Sequence[Query], asker: Asker | Sequence[Asker]) -> list[Checked]:
        """The answers, after they are durably in the log."""
        return self.db.run(
            lambda tx: eligibility.check(
                tx, queries, at=self.now(), batch=self.draw(), asker=asker, signer=self.signer
            ),
            appending=True,
        )

    def nonce(self, bound: Bound) -> Nonce:
        """A question for a card at this reader; it is good for a minute, and giving it out writes nothing."""
        random = secrets.token_bytes(presence.RANDOM_LENGTH)
        return presence.make_nonce(self.nonce_key, bound, at=self.now(), random=random)

    def present(self, shown: Sequence[CardShown], askers: Sequence[Asker]) -> list[CardAnswered]:
        """What each card that was shown proves, and the checks of the holders who are there, after all of it is
        durably in the log."""
        return self.db.run(
            lambda tx: flows.present_cards(
                tx,
                shown,
                at=self.now(),
                batches=(self.draw(), self.draw()),
                askers=askers,
                secret=self.nonce_key,
                signer=self.signer,
            ),
            appending=True,
        )

    def register(self, presented: Presented, place: Place, party: str) -> Registered:
        """Registers a card as insurance card for its holder, who is there; after it is durably in the log."""
        return self.db.run(
            lambda tx: flows.register_card(
                tx,
                presented,
                place=place,
                enrolment_id=EnrolmentId(self.draw()),
                party=party,
                at=self.now(),
                batch=self.draw(),
                secret=self.nonce_key,
            )
        )


def wall_clock() -> Moment:
    """The moment, for a program that has no App: a reader at a desk, far from the database."""
    return Moment(time.time_ns() // 1_000)


def open_app(settings: Settings) -> App:
    """Opens the database (bringing its schema up to date) and the keys; makes both when there are none."""
    # Nobody else on the machine may read the people in the database.
    os.umask(0o077)
    settings.data.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database)
    migrate(db)
    folder = settings.data / "keys"
    ring = KeyRing(folder) if (folder / "current").exists() else KeyRing.create(folder, at=wall_clock())
    return App(
        settings=settings,
        db=db,
        ring=ring,
        signer=ring.signer(),
        desk=TokenDesk(ring.public_jwks(), settings.base_url),
        limits=Limits(rate=settings.rate, burst=settings.burst),
    )
