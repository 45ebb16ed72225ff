"""The house rules that a machine can see. Every failure says what to do."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "onshi"
LINES_MAX = 500
FUNCTION_LINES_MAX = 60
# The one clock, and nothing else.
CLOCK_OWNER = "app.py"
CLOCKS = {
    ("time", "time"),
    ("time", "time_ns"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
}
# Packages whose own door is one level further down: `onshi.registry.feeds` is a door of its own.
DOORS = {
    "onshi.registry.feeds",
    "onshi.interfaces.rest",
    "onshi.interfaces.oqs",
    "onshi.interfaces.webapi",
    "onshi.db.migrations",
}
# Doors that are entered past, each with the reason.
EXCEPTIONS = {
    "onshi.interfaces.rest.shapes": "the JSON of a check is one shape, which the command line prints as well",
    "onshi.interfaces.rest.problems": "the refusal of a malformed question goes with that shape",
    "onshi.web.signing": "the first account of an installation is opened on the command line, with the pages' key",
}
# Rooms that are one story each and not rooms with a door: their files are imported one by one.
OPEN_HOUSES = {"demo", "cli"}
ROOMS = sorted(path for path in SOURCE.iterdir() if (path / "__init__.py").exists())
MODULES = sorted(SOURCE.rglob("*.py"))


def names(path: Path) -> str:
    """The module as it is imported."""
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def shown(path: Path, line: int) -> str:
    """A place to click on."""
    return f"src/{path.relative_to(SOURCE.parent)}:{line}"


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    """Every module, parsed once."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function, however deep."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_modules_are_short() -> None:
    long = [shown(path, 1) for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > LINES_MAX]
    assert long == [], f"over {LINES_MAX} lines: split by noun"


def test_functions_are_short(trees: dict[Path, ast.Module]) -> None:
    long = [
        f"{shown(path, node.lineno)} {node.name}"
        for path, tree in trees.items()
        for node in functions(tree)
        if (node.end_lineno or node.lineno) - (node.body[0].lineno if is_command(node) else node.lineno) + 1
        >= FUNCTION_LINES_MAX
    ]
    assert long == [], f"{FUNCTION_LINES_MAX} lines or more: name the steps and make each a function"


def is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A command's parameters are a table of its options, and no code."""
    return any(isinstance(part.annotation, ast.Subscript) for part in node.args.args)


def test_imports_stand_at_the_top(trees: dict[Path, ast.Module]) -> None:
    inline = [
        shown(path, inner.lineno)
        for path, tree in trees.items()
        for node in functions(tree)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert inline == [], "import inside a function: if that breaks a cycle, the rooms are cut wrong"


def test_only_app_reads_the_clock(trees: dict[Path, ast.Module]) -> None:
    readers = [
        shown(path, node.lineno)
        for path, tree in trees.items()
        if path.relative_to(SOURCE).as_posix() != CLOCK_OWNER
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute)
        if (node.value.id if isinstance(node.value, ast.Name) else node.value.attr, node.attr) in CLOCKS
    ]
    assert readers == [], "only app.py asks for the time: take `at` or `now` as an argument"


def test_nobody_raises_a_bare_exception(trees: dict[Path, ast.Module]) -> None:
    bare = []
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise):
                raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                if isinstance(raised, ast.Name) and raised.id in {"Exception", "RuntimeError", "BaseException"}:
                    bare.append(shown(path, node.lineno))
    assert bare == [], "raise a named child of OnshiError with a code, a message and a message_ja"


def test_rooms_are_entered_by_the_door(trees: dict[Path, ast.Module]) -> None:
    past = []
    for path, tree in trees.items():
        room = path.relative_to(SOURCE).parts[0]
        for node in ast.walk(tree):
            for target in imported(node):
                parts = target.split(".")
                if parts[0] != "onshi" or len(parts) < 3 or parts[1] == room or parts[1] in OPEN_HOUSES:
                    continue
                if target not in DOORS | EXCEPTIONS.keys() and is_module(target) and not is_shown(target):
                    past.append(f"{shown(path, node.lineno)} {target}")
    assert past == [], "import from the room's door (`from onshi.room import …`); what is missing there is not public"


def imported(node: ast.AST) -> Iterator[str]:
    """The modules a statement names, those brought in by name (`from onshi.registry import store`) included."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_module(name: str) -> bool:
    """Whether there is a file of that name, and the name is not just something that its package exports."""
    path = SOURCE.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def is_shown(name: str) -> bool:
    """Whether the door of the room names the module itself as public."""
    room, _, module = name.rpartition(".")
    return module in getattr(importlib.import_module(room), "__all__", ())


def test_doors_hold_nothing_else(trees: dict[Path, ast.Module]) -> None:
    more = [
        shown(path, node.lineno)
        for room in ROOMS
        for path in [room / "__init__.py"]
        for node in trees[path].body
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.Assign) and not is_docstring(node)
    ]
    assert more == [], "a door holds its docstring, imports and __all__; move the rest into a file of the room"


def is_docstring(node: ast.stmt) -> bool:
    """Whether a statement is only a text."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def test_modules_and_rooms_say_what_they_are(trees: dict[Path, ast.Module]) -> None:
    silent = [shown(path, 1) for path, tree in trees.items() if not ast.get_docstring(tree)]
    assert silent == [], "begin the module with one sentence that says what it is"


def test_rooms_have_a_readme() -> None:
    without = [room.name for room in ROOMS if not (room / "README.md").exists()]
    assert without == [], "write the room's README.md: its promise, its words, its sources, in about 30 lines"


def test_only_the_command_line_prints(trees: dict[Path, ast.Module]) -> None:
    printing = [
        shown(path, node.lineno)
        for path, tree in trees.items()
        if path.relative_to(SOURCE).parts[0] != "cli"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == [], "only cli/ prints: return a value, or write a log line"


def test_every_exception_is_still_needed(trees: dict[Path, ast.Module]) -> None:
    used = {target for tree in trees.values() for node in ast.walk(tree) for target in imported(node)}
    assert set(EXCEPTIONS) - used == set(), "remove the exception: nobody enters past that door any more"
