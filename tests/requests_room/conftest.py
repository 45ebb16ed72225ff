"""The organisations of `make`, on each engine."""

import pytest

from onshi.db import Tx

from . import make


@pytest.fixture
def room(tx: Tx) -> Tx:
    """An open transaction in which the organisations are registered."""
    make.register(tx)
    return tx
