"""What `make check` runs, and that it bites: each tool, with the settings of the project, on what it must refuse."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def run(tool: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A tool of the environment, in `folder`, whose `src` is what it sees."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    command = [str(BIN / tool), *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_make_check_runs_every_tool() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^check:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert [line.strip().replace("@$(BIN)/", "") for line in recipe.splitlines()] == [
        "ruff format --check .",
        "ruff check .",
        "mypy",
        "lint-imports",
        "@ONSHI_TEST_WITHOUT=postgresql,chromium,pcscd,softhsm,libreoffice $(BIN)/pytest"
        " tests/test_tidy.py tests/test_docs.py"
        ' -m "not slow"',
    ]


# Floors and rooms.


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources and their settings, to spoil."""
    folder = tmp_path_factory.mktemp("checks")
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    return folder


def test_the_floors_hold(copy: Path) -> None:
    assert run("lint-imports", folder=copy).returncode == 0


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("kernel/days.py", "from onshi import law", "data flows one way"),
        ("registry/rules.py", "from onshi import eligibility", "data flows one way"),
        ("audit/rules.py", "from onshi import jobs", "data flows one way"),
        ("law/loss.py", "from onshi import places", "data flows one way"),
        ("registry/service.py", "import sqlalchemy", "only stores and db know SQL"),
        ("eligibility/service.py", "import starlette", "only edges know the web framework"),
        ("nowhere/__init__.py", '"""A package that nobody has placed on a floor."""', "data flows one way"),
    ],
)
def test_what_breaks_the_floors_fails(copy: Path, file: str, line: str, contract: str) -> None:
    path = copy / "src" / "onshi" / file
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    try:
        path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
        done = run("lint-imports", folder=copy)
    finally:
        if before is None:
            shutil.rmtree(path.parent)
        else:
            path.write_text(before, encoding="utf-8")
    broken = re.findall(r"^(.*) BROKEN$", done.stdout, re.MULTILINE)
    assert (done.returncode, broken) == (1, [contract]), done.stdout


# Types and style.


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one module with our settings."""
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    (tmp_path / "src" / "onshi").mkdir(parents=True)
    (tmp_path / "src" / "onshi" / "__init__.py").write_text("", encoding="utf-8")
    return tmp_path


def test_types_are_strict() -> None:
    assert (SETTINGS["tool"]["mypy"]["strict"], SETTINGS["tool"]["mypy"]["files"]) == (True, ["src/onshi"])


TYPED = "def double(number: int) -> int:\n    return 2 * number\n"


@pytest.mark.parametrize(
    ("source", "errors"),
    [
        (TYPED, []),
        ("def double(number):\n    return 2 * number\n", ["no-untyped-def"]),
        ("def double(number: int) -> str:\n    return 2 * number\n", ["return-value"]),
        ("def first(numbers: list) -> object:\n    return numbers[0]\n", ["type-arg"]),
        (TYPED + "    print(number)\n", ["unreachable"]),
    ],
)
def test_a_badly_typed_module_fails(project: Path, source: str, errors: list[str]) -> None:
    (project / "src" / "onshi" / "module.py").write_text(source, encoding="utf-8")
    done = run("mypy", folder=project)
    assert re.findall(r"error: .*\[([a-z-]+)\]$", done.stdout, re.MULTILINE) == errors, done.stdout + done.stderr
    assert done.returncode == bool(errors)


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        (TYPED, []),
        ("import os\n", ["F401"]),
        ("def now() -> object:\n    import os\n\n    return os\n", ["PLC0415"]),
        ("from datetime import datetime\n\nNOW = datetime.now()\n", ["DTZ005"]),
        ('print("hello")\n', ["T201"]),
        (f'TEXT = "{"x" * 120}"\n', ["E501"]),
    ],
)
def test_bad_style_fails(project: Path, source: str, codes: list[str]) -> None:
    (project / "src" / "onshi" / "module.py").write_text(source, encoding="utf-8")
    done = run("ruff", "check", "--output-format", "concise", ".", folder=project)
    assert re.findall(r"module\.py:\d+:\d+: ([A-Z]+[0-9]+)", done.stdout) == codes, done.stdout
    assert done.returncode == bool(codes)


def test_what_is_not_formatted_fails(project: Path) -> None:
    (project / "src" / "onshi" / "module.py").write_text("NUMBER  =  1\n", encoding="utf-8")
    assert run("ruff", "format", "--check", ".", folder=project).returncode == 1
