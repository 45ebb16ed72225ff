"""Completion in bash, zsh and fish: by the protocol of each, and in bash by bash itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from onshi import registry
from onshi.cli.main import main
from onshi.kernel import InsurerNumber
from onshi.registry import Insurer
from web import country
from web.country import CITY, SILENT, SOCIETY

from .run import Run, runner
from .test_commands import held_row

SHELLS = ("bash", "zsh", "fish")


@pytest.fixture
def offered(onshi: Run, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> "Offered":
    return Offered(monkeypatch, capfdbinary)


class Offered:
    """What a shell is told when it asks as its own script does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[bytes]) -> None:
        self._monkeypatch = monkeypatch
        self._captured = captured

    def __call__(self, typed: str, shell: str = "bash") -> str:
        words = typed.split(" ")
        with self._monkeypatch.context() as environment:
            environment.setenv("_ONSHI_COMPLETE", f"complete_{shell}")
            environment.setenv("COMP_WORDS", typed)
            environment.setenv("COMP_CWORD", str(len(words) - 1))
            environment.setenv("_TYPER_COMPLETE_ARGS", typed)
            environment.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
            self._captured.readouterr()
            with pytest.raises(SystemExit) as ended:
                main([])
        out, err = self._captured.readouterr()
        assert (ended.value.code, err) == (0, b"")
        return out.decode()


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("onshi re", ["reader", "registry", "requests"]),
        ("onshi registry review ", ["list", "show", "accept", "reject"]),
        ("onshi check --in", ["--insurer"]),
        ("onshi registry load feed.csv --mode ", ["first", "daily", "snapshot"]),
        ("onshi registry template --form x", ["xlsx"]),
        ("onshi access add-party m", ["municipality", "ministry"]),
        ("onshi access add-staff x y --role re", ["reception", "reviewer"]),
        ("onshi keys list --lang ", ["ja", "en"]),
        ("onshi check --insurer 06", [SOCIETY]),
        ("onshi registry load feed.csv --insurer ", [SOCIETY, CITY, SILENT]),
        ("onshi registry feeds --insurer 0013", [CITY, SILENT]),
        ("onshi registry overlaps 0613", [SOCIETY]),
        ("onshi registry overlaps 99", []),
        # Nothing about people is offered.
        ("onshi registry people ", []),
        ("onshi check --number ", []),
    ],
)
def test_values_are_offered(offered: Offered, typed: str, values: list[str]) -> None:
    assert sorted(offered(typed).split()) == sorted(values)


def test_ids_are_offered(offered: Offered, onshi: Run, tmp_path: Path) -> None:
    held = held_row(onshi, tmp_path)
    assert offered("onshi registry review accept ").split() == [held]
    feeds = [line.split()[0] for line in onshi("registry", "feeds").out.splitlines()[1:]]
    assert offered("onshi registry findings ").split() == feeds


def test_zsh_and_fish_show_names_beside_numbers(offered: Offered) -> None:
    typed = "onshi check --insurer 06"
    assert offered(typed, "zsh") == f"""_arguments '*: :(("{SOCIETY}":"見本健康保険組合"))'\n"""
    assert offered(typed, "fish") == f"{SOCIETY}\t見本健康保険組合\n"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_no_name_becomes_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], shell: str
) -> None:
    app = country.build(tmp_path / "data")
    evil = Insurer(InsurerNumber(SOCIETY), "06", "society", "悪\\$(touch x)`touch x`'\"[/bold]:;\n", "13")
    app.run(lambda tx: registry.put_insurers(tx, [evil], at=app.now()))
    app.db.close()
    runner(tmp_path / "data", monkeypatch, capfdbinary)
    told = Offered(monkeypatch, capfdbinary)("onshi check --insurer 06", shell)
    assert "悪" in told
    beside = told.rpartition("悪")[2].removesuffix("\n").removesuffix("\"))'")
    assert set(beside) <= set(" touchxbold")


def test_without_a_database_nothing_is_offered_nothing_said_and_nothing_made(
    onshi_on_nothing: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    offered = Offered(monkeypatch, capfdbinary)
    assert offered("onshi check --insurer ") == "\n"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "onshi.sqlite").write_text("no database", encoding="utf-8")
    assert offered("onshi check --insurer ") == "\n"


# -- Real processes ----------------------------------------------------------------------------------------------------


@pytest.fixture
def shell_environment(tmp_path: Path) -> dict[str, str]:
    """Where `onshi` is a command and home is empty."""
    program = tmp_path / "bin" / "onshi"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m onshi.cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "home").mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONSHI_")}
    return kept | {
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(one for one in sys.path if one),
        "HOME": str(tmp_path / "home"),
        "ONSHI_DATA": str(tmp_path / "data"),
        "LC_ALL": "C.UTF-8",
    }


def bash(script: str, environment: dict[str, str]) -> list[str]:
    program = shutil.which("bash")
    assert program is not None, "bash is on every machine that has make"
    done = subprocess.run(
        [program, "--norc", "-c", script], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_bash_installs_it_and_completes(onshi: Run, shell_environment: dict[str, str]) -> None:
    installed = bash("onshi --install-completion; true", shell_environment)
    assert installed[0].startswith("bash completion installed in ")
    told = bash(
        """source "$HOME/.bashrc"; complete -p onshi
        COMP_WORDS=(onshi check --insurer 06); COMP_CWORD=3; _onshi_completion onshi; echo "${COMPREPLY[*]}"
        """,
        shell_environment,
    )
    assert told == ["complete -o default -F _onshi_completion onshi", SOCIETY]


def test_every_shell_gets_its_script(shell_environment: dict[str, str]) -> None:
    shown = {
        shell: "\n".join(bash(f"_ONSHI_COMPLETE=source_{shell} onshi; true", shell_environment)) for shell in SHELLS
    }
    assert "complete -o default -F _onshi_completion onshi" in shown["bash"]
    assert shown["zsh"].strip().startswith("#compdef onshi")
    assert shown["fish"].strip().startswith("complete --command onshi ")
    assert "\n".join(bash("onshi --show-completion; true", shell_environment)).strip() == shown["bash"].strip()


@pytest.mark.parametrize(
    ("shell", "place"), [("zsh", ".zfunc/_onshi"), ("fish", ".config/fish/completions/onshi.fish")]
)
def test_zsh_and_fish_find_it_where_they_look(shell_environment: dict[str, str], shell: str, place: str) -> None:
    # Named by hand, since neither may be on this machine to be detected.
    named = {**shell_environment, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    bash(f"onshi --install-completion {shell}; true", named)
    script = (Path(shell_environment["HOME"]) / place).read_text(encoding="utf-8")
    assert "_ONSHI_COMPLETE=complete_" + shell in script
