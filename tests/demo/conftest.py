"""Countries for the tests of the demo: the default one, and one so small that it can be read."""

import pytest

from onshi import law
from onshi.demo import Country, Scale


@pytest.fixture(scope="session")
def country() -> Country:
    """The default country."""
    return Country(law.loss_day)


@pytest.fixture(scope="session")
def village() -> Country:
    """The same nation at 1/20000."""
    return Country(law.loss_day, scale=Scale(1, 20_000))
