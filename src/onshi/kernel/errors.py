"""Refusals: what onshi will not do, with a code that never changes and facts for the log."""

from typing import ClassVar


class OnshiError(Exception):
    """The root of every refusal.

    `code` is promised to callers and never changes; `message` may be reworded. `facts` may hold
    identifiers for the audit log: a message names only facts that are no personal data.
    """

    code: ClassVar[str] = "refused"
    message: ClassVar[str] = "The request was refused."
    message_ja: ClassVar[str] = "要求を受け付けられません。"

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message.format(**facts))

    def text(self, language: str) -> str:
        """The message in `ja` or `en`."""
        template = self.message_ja if language == "ja" else self.message
        return template.format(**self.facts)


def all_errors() -> set[type[OnshiError]]:
    """Every refusal of the rooms imported so far."""
    found: set[type[OnshiError]] = set()
    waiting = [OnshiError]
    while waiting:
        for child in waiting.pop().__subclasses__():
            found.add(child)
            waiting.append(child)
    return found
