"""What a person can be told: a sentence of the catalogue by its key, with what fills it.

Owns the base class only; each room subclasses it beside the code that raises. The wording lies in
ui/texts/, one file per language, and a test asks for a sentence for every subclass.
"""

from typing import ClassVar


class Notice(Exception):
    """A failure a person can act on. Raised inside, turned into words only in ui/.

    `key` names the sentence in the catalogue; `params` (text and numbers only, so that they can be
    stored as JSON) fill its places.
    """

    key: ClassVar[str]

    def __init__(self, **params: str | int | float) -> None:
        self.params = params
        super().__init__(self.key, params)

    def __str__(self) -> str:
        filled = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.key}({filled})"
