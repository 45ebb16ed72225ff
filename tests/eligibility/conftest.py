"""A key to sign with."""

from pathlib import Path

import pytest

from onshi.audit import Signer
from onshi.outside import KeyRing

from .make import NOW


@pytest.fixture(scope="session")
def check_ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    """One ring for the session."""
    folder: Path = tmp_path_factory.mktemp("check")
    return KeyRing.create(folder / "keys", at=NOW)


@pytest.fixture(scope="session")
def check_signer(check_ring: KeyRing) -> Signer:
    """Its current key."""
    return check_ring.signer()
