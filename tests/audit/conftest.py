"""Signing keys for the log's tests."""

import pytest

from onshi.audit import Signer
from onshi.outside import KeyRing

from .make import AT


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return KeyRing.create(tmp_path_factory.mktemp("audit") / "keys", at=AT)


@pytest.fixture(scope="session")
def signer(ring: KeyRing) -> Signer:
    return ring.signer()
