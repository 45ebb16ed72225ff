"""Coverage-guided fuzzing of the chip, as a program: `python tests/chip/fuzz.py -max_total_time=60`.

It learns which bytes reach a new line and goes on from there. What the chip says must be at least a status word
and never hold a secret; an exception ends it.
"""

import sys

import atheris

with atheris.instrument_imports(include=["onshi.chip"]):
    from onshi import chip

from chip.make import AUTH_PIN, PASSWORD, TEXT_PIN, usual_card

CARD = usual_card()
SECRETS = [secret.encode() for secret in (AUTH_PIN, PASSWORD, TEXT_PIN)]
PRIVATE = [
    number.to_bytes(-(-number.bit_length() // 8))
    for key in (CARD.auth.key, CARD.sign.key, CARD.card_key)
    for number in (key.private_numbers().p, key.private_numbers().d)
]
_COMMANDS = 24


def talk(data: bytes) -> None:
    """A conversation: each command behind one byte of its length."""
    memory, session = chip.new_state(CARD), chip.Session()
    provider = atheris.FuzzedDataProvider(data)
    for _ in range(_COMMANDS):
        command = provider.ConsumeBytes(provider.ConsumeIntInRange(0, 320))
        if not command:
            return
        before = memory.tries
        memory, session, response = chip.respond(CARD, memory, session, command, lambda count: bytes(count))
        said = bytes(response)
        if len(said) < 2 or any(secret in said for secret in (*SECRETS, *PRIVATE)):
            raise AssertionError("a response without a status word, or with a secret")
        if any(memory.tries[lock] > before[lock] and lock not in session.opened for lock in before):
            raise AssertionError("a try came back without its secret")


atheris.Setup(sys.argv, talk)
atheris.Fuzz()
