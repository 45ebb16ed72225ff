"""The documents say what is there: generated pages are current, and requirements name tests that exist."""

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import typer

import onshi.asgi
from onshi import plans, requests
from onshi.cli.main import commands
from onshi.eligibility import AnswerKind, Notice
from onshi.interfaces import oqs, rest  # noqa: F401 - every room whose refusals are documented
from onshi.kernel import all_errors
from onshi.registry import feeds
from onshi.settings import Settings

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"
REQUIREMENTS = REFERENCE / "requirements.md"
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::([\w:]+))?`")
_DOC = re.compile(r"(?<!\w)doc `([\w./-]+)`")
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def make_docs() -> Iterator[ModuleType]:
    """The script that writes the pages."""
    spec = importlib.util.spec_from_file_location("make_docs", ROOT / "tools" / "make_docs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_docs"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["make_docs"]


def written(page: str) -> str:
    """One page of the reference."""
    return (REFERENCE / f"{page}.md").read_text(encoding="utf-8")


def missing(page: str, names: Iterator[str]) -> list[str]:
    """Those of `names` that the page does not have in code type."""
    text = written(page)
    return [name for name in names if f"`{name}`" not in text]


def test_generated_pages_are_current(make_docs: ModuleType) -> None:
    assert make_docs.outdated() == [], "run `make docs` and commit what it wrote"


def test_every_command_is_documented(make_docs: ModuleType) -> None:
    tree = typer.main.get_command(commands())
    assert missing("cli", (name for name, _ in make_docs.leaves("onshi", tree))) == []


def test_every_setting_is_documented() -> None:
    assert missing("settings", (f"ONSHI_{name.upper()}" for name in Settings.__dataclass_fields__)) == []


def test_every_error_code_is_documented() -> None:
    assert onshi.asgi is not None, "imported so that every room's refusals are known"
    ours = (one.code for one in all_errors() if "code" in vars(one) and one.__module__.startswith("onshi."))
    assert missing("errors", ours) == []


def test_every_rest_path_is_documented() -> None:
    assert missing("rest", (operation.path for operation in rest.OPERATIONS)) == []


def test_every_finding_is_documented() -> None:
    assert missing("findings", iter([*feeds.FINDINGS, *requests.FINDINGS])) == []


def test_every_finding_about_plans_is_documented() -> None:
    assert missing("plan-findings", iter(plans.catalogue.finding_kinds())) == []


def test_every_answer_and_notice_is_documented() -> None:
    assert missing("answers", (one.value for kinds in (AnswerKind, Notice) for one in kinds)) == []


def defined(path: Path) -> set[str]:
    """Every test in a file, those of classes as `Class::test`."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found.add(node.name)
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
        elif isinstance(node, ast.Assign):  # a state machine becomes a test by a name at the end of the file
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def test_requirements_name_tests_that_exist() -> None:
    gone = []
    for file, name in _TEST.findall(REQUIREMENTS.read_text(encoding="utf-8")):
        path = ROOT / file
        if not path.exists() or (name and name not in defined(path)):
            gone.append(f"{file}::{name}" if name else file)
    assert gone == [], "docs/reference/requirements.md names tests that are gone: name those that show it now"


def test_requirements_name_documents_that_exist() -> None:
    named = _DOC.findall(REQUIREMENTS.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_shown_requirements_name_what_shows_them() -> None:
    rows = [line.split("|") for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    empty = [row[1].strip() for row in rows if row[-2].strip() == "shown" and not row[-3].strip()]
    assert empty == [], "a requirement is shown only together with what shows it"


def documents() -> list[Path]:
    """Everything written for people."""
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("README.md")]


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in documents()
        for target in _LINK.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == [], "correct the link, or write the page"


def test_documented_make_verbs_exist() -> None:
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {verb for path in documents() for verb in re.findall(r"`make ([a-z-]+)", path.read_text(encoding="utf-8"))}
    assert named - verbs == set()
