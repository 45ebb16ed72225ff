"""The server against its own description: schemathesis asks it everything the description allows, and more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from onshi.interfaces import rest
from onshi.interfaces.rest.openapi import document, refusals_of
from onshi.interfaces.rest.problems import status_of

from .make import BASE, Country, Front

EXAMPLES = 40
CONFIG = Path(__file__).with_name("schemathesis.toml")


def test_schemathesis_finds_nothing(served: Country, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("st")
    header = f"Authorization: {served.bearer()['Authorization']}"
    options = ["--checks", "all", "--max-examples", str(EXAMPLES), "--generation-deterministic", "--no-color"]
    # Sets of characters beyond ASCII differ between versions of Unicode; tests/rest/test_check.py has some of them.
    options += ["--generation-codec", "ascii"]
    command = [program, "--config-file", CONFIG, "run", f"{served.base}/openapi.json", "-H", header, *options]
    found = subprocess.run(command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, timeout=110)
    assert found.returncode == 0, found.stdout[-8_000:] + found.stderr[-2_000:]


def test_the_description_has_a_tag_and_is_sent_once(front: Front) -> None:
    first = front.get("/openapi.json")
    assert (first.status_code, first.json()["openapi"]) == (200, "3.1.0")
    again = front.get("/openapi.json", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_every_operation_is_described_and_nothing_else() -> None:
    described = document(rest.OPERATIONS, BASE)["paths"]
    found = {(path, method) for path, methods in described.items() for method in methods}
    assert found == {(row.path, row.method.lower()) for row in rest.OPERATIONS}


@pytest.mark.parametrize("row", rest.OPERATIONS, ids=lambda row: row.name)
def test_every_refusal_of_an_operation_is_in_its_description(row: rest.Operation) -> None:
    described = document([row], BASE)["paths"][row.path][row.method.lower()]["responses"]
    statuses = {str(status_of(error.__new__(error))) for error in refusals_of(row)}
    assert set(described) == statuses | {str(status) for status in row.gives}


def test_the_page_lists_every_operation(front: Front) -> None:
    page = front.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert [row.name for row in rest.OPERATIONS if f'<section id="{row.name}">' not in page.text] == []
    assert "://" not in page.text, "the page loads nothing from elsewhere"
