"""What a machine may be known to lack for these tests: `softhsm`."""

import pytest

from conftest import WITHOUT


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The key module's tests go only where the machine is known to lack one; the last line then says so."""
    if "softhsm" in WITHOUT:
        items[:] = [item for item in items if item.path.name != "test_pkcs11.py"]
