"""`onshi proof verify`: whether an answer is the one that was given, found out offline."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from onshi import eligibility
from onshi.cli.errors import KeySetUnreadable
from onshi.cli.speaking import DEFAULT, AsJson, Language, say_one
from onshi.eligibility import Verdict
from onshi.outside import KeyRing
from onshi.settings import read_settings

commands = typer.Typer(help="Proofs of answers.", no_args_is_help=True)
_TEXTS = {
    Verdict.GOOD: ("この回答は、その機関にその時に出されたものです。", "This answer was given there and then."),
    Verdict.WRONG_ANSWER: ("回答が、証明の対象と異なります。", "The answer is not the one the proof is about."),
    Verdict.WRONG_PATH: ("署名された束に、この回答は含まれていません。", "The signed batch does not hold this answer."),
    Verdict.WRONG_SIGNATURE: ("署名が正しくありません。", "The signature is wrong."),
    Verdict.UNKNOWN_KEY: ("知らない鍵で署名されています。", "It was signed with a key that is not in the key set."),
    Verdict.MALFORMED: ("証明として読めません。", "This cannot be read as an answer with its proof."),
}  # fmt: skip
_EXITS = {Verdict.GOOD: 0, Verdict.MALFORMED: 3}


class _Document(msgspec.Struct):
    answer: msgspec.Raw
    proof: msgspec.Raw


@commands.command()
def verify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="What a check printed with --json.")
    ],
    keys: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="JWK set; this network's own keys if absent.")
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Verify the proof of an answer, without any network.

    Exit code 0: good. 1: not good. 3: the file is no answer with a proof.
    """
    verdict = eligibility.verify(_document(file), _key_set(keys))
    japanese, english = _TEXTS[verdict]
    say_one({"verdict": verdict}, japanese if lang == "ja" else english, as_json=as_json)
    raise typer.Exit(_EXITS.get(verdict, 1))


def _document(file: Path) -> bytes:
    """The two members a proof speaks of; what else stands in the reply is no part of it."""
    data = file.read_bytes()
    try:
        return msgspec.json.encode(msgspec.json.decode(data, type=_Document))
    except msgspec.MsgspecError:
        return data


def _key_set(path: Path | None) -> dict[str, list[dict[str, str]]]:
    if path is None:
        return KeyRing(read_settings().data / "keys").public_jwks()
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, list[dict[str, str]]])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise KeySetUnreadable(file=path.name) from None
