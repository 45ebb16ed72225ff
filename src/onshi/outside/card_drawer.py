"""A drawer of software cards with names, each beside a copy as it was made, so that all of it can be put back."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from onshi.chip import CardContent, ChipState, Lock
from onshi.outside.card_file import CardFile, read_card


class InDrawer(StrEnum):
    """What each card is there to show: a closed list, in the order in which they lie."""

    GOOD = "good"
    UNREGISTERED = "unregistered"
    IN_GRACE = "in_grace"
    EXPIRED = "expired"
    REVOKED = "revoked"
    LOST = "lost"
    SUPERSEDED = "superseded"
    RENEWED = "renewed"
    ONE_TRY = "one_try"
    LOCKED = "locked"
    CHILD = "child"
    FACE = "face"


@dataclass(frozen=True, slots=True)
class LyingCard:
    """A card as it lies in the drawer now."""

    name: InDrawer
    content: CardContent
    memory: ChipState

    @property
    def pin(self) -> str | None:
        """The PIN that opens it, as it was set last; None where there is none."""
        return self.memory.changed.get(Lock.AUTH_PIN, self.content.auth_pin)

    @property
    def tries_left(self) -> int:
        """How many wrong PINs it still takes."""
        return self.memory.tries[Lock.AUTH_PIN]


class Drawer:
    """The drawer of a demo country, under its data folder, and the keys of the demo's card terminals beside it."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "cards" / "drawer"
        self._copies = self._folder / "as-made"
        self._keys = data / "demo-keys"

    def lay_in(self, name: InDrawer, content: CardContent, memory: ChipState) -> None:
        """A new card, and its copy. Raises CardExists."""
        for folder in (self._folder, self._copies):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        CardFile.create(self._copy(name), content, memory)
        CardFile.create(self.path(name), content, memory)

    def cards(self) -> list[LyingCard]:
        """Every card that is there, in order. Raises CardExposed, CardUnreadable."""
        return [self._lying(name) for name in self._names()]

    def find(self, name: str) -> LyingCard | None:
        """The card of that name, if it is there."""
        return next((self._lying(one) for one in self._names() if one == name), None)

    def open(self, name: InDrawer) -> CardFile:
        """The card on a reader. Raises CardMissing, CardUnreadable, CardInUse."""
        return CardFile(self.path(name))

    def put_back(self) -> None:
        """Every card as it was made, PIN counters too. Raises CardInUse for one that is in a reader."""
        for name in self._names():
            if self.path(name).read_bytes() == self._copy(name).read_bytes():
                continue
            content, memory = read_card(self._copy(name))
            card = self.open(name)
            try:
                card.rewrite(content, memory)
            finally:
                card.close()

    def path(self, name: InDrawer) -> Path:
        """The file of a card, for a virtual reader."""
        return self._folder / f"{name}.card"

    def terminal_key(self, terminal: str) -> Path:
        """Where the private key of a demo terminal is."""
        return self._keys / f"terminal-{terminal}.pem"

    def terminal_certificate(self, terminal: str) -> Path:
        """Where its certificate is, for those who show it themselves."""
        return self._keys / f"terminal-{terminal}.certificate"

    def _copy(self, name: InDrawer) -> Path:
        return self._copies / f"{name}.card"

    def _names(self) -> Iterator[InDrawer]:
        return (name for name in InDrawer if self.path(name).exists())

    def _lying(self, name: InDrawer) -> LyingCard:
        path = self.path(name)
        found = path.stat()
        return LyingCard(name, *_read(path, found.st_ino, found.st_mtime_ns))


@lru_cache(maxsize=64)
def _read(path: Path, _inode: int, _changed_at: int) -> tuple[CardContent, ChipState]:
    # Reading the private keys of a dozen cards takes a second: only what was written since is read again.
    return read_card(path)
