"""The one place of assembly, and the only clock."""

import os
import secrets
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from onshi import eligibility
from onshi.access import Limits, TokenDesk
from onshi.audit import Signer
from onshi.db import Database, Tx, migrate
from onshi.eligibility import Asker, Checked, Query
from onshi.kernel import Moment, japan_day
from onshi.outside import KeyRing, secret_of
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


def open_app(settings: Settings) -> App:
    """Opens the database (bringing its schema up to date) and the keys; makes both when there are none."""
    # Nobody else on the machine may read the people in the database.
    os.umask(0o077)
    settings.data.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database)
    migrate(db)
    now = Moment(time.time_ns() // 1_000)
    folder = settings.data / "keys"
    ring = KeyRing(folder) if (folder / "current").exists() else KeyRing.create(folder, at=now)
    return App(
        settings=settings,
        db=db,
        ring=ring,
        signer=ring.signer(),
        desk=TokenDesk(ring.public_jwks(), settings.base_url),
        limits=Limits(rate=settings.rate, burst=settings.burst),
    )
