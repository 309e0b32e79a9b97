"""The catalogue: every sentence shown to people, one Project Fluent file a language, by its key.

Owns loading and filling in; numbers and plurals follow the language. Does not cover which language a person reads
(language) nor which records become which sentence (present). Standard library and fluent only: the command line
loads it too.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import cast

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import ast
from fluent.syntax.visitor import Visitor

from ..store.errors import Notice
from ..store.records import Reason
from .moments import moment_text

TEXTS = Path(__file__).parent / "texts"
ENGLISH, PORTUGUESE = "en", "pt-BR"
LANGUAGES = tuple(sorted(path.stem for path in TEXTS.glob("*.ftl")))  # another language is another file

Value = str | int | float


class UnknownText(Exception):
    """A key that is in no file, or a sentence that was not given what fills it: a mistake in the code."""


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.names.add(node.id.name)


@dataclass(frozen=True)
class Catalogue:
    language: str
    _bundle: FluentBundle
    _messages: dict[str, frozenset[str]]  # key -> names of what fills it

    @staticmethod
    @lru_cache(maxsize=len(LANGUAGES))
    def load(language: str) -> "Catalogue":
        """`language` is one of LANGUAGES. Raises FileNotFoundError."""
        resource = FluentResource((TEXTS / f"{language}.ftl").read_text(encoding="utf-8"))
        # Isolating marks are for texts that mix writing directions; in a log or a test they are noise.
        bundle = FluentBundle([language], use_isolating=False)
        bundle.add_resource(resource)
        messages: dict[str, frozenset[str]] = {}
        for entry in resource.body:
            if isinstance(entry, ast.Junk):
                raise UnknownText(f"{language}.ftl: {entry.content}")
            if isinstance(entry, ast.Message):
                variables = _Variables()
                variables.visit(entry)
                messages[entry.id.name] = frozenset(variables.names)
        return Catalogue(language, bundle, messages)

    @property
    def keys(self) -> dict[str, frozenset[str]]:
        """Each key with the names of what fills its sentence."""
        return dict(self._messages)

    def say(self, key: str, /, **params: Value) -> str:
        """The sentence of `key`. Raises UnknownText."""
        pattern = self._bundle.get_message(key).value if key in self._messages else None
        if pattern is None:
            raise UnknownText(key)
        text, errors = self._bundle.format_pattern(pattern, params)
        if errors:
            raise UnknownText(f"{key}: {errors}")
        return cast(str, text)

    def tell(self, told: Notice | Reason) -> str:
        """What a notice or a stored reason says. A `stage`, a `setting` or a `moment` among its parameters is
        told in words.

        A reason that an older or newer version stored may have no sentence here: its key is told then.
        """
        params = {name: self._in_words(name, value) for name, value in told.params.items()}
        if told.key not in self._messages or not self._messages[told.key] <= params.keys():
            return self.say("reason-without-words", key=told.key)
        return self.say(told.key, **params)

    def flat(self) -> dict[str, str]:
        """Every sentence that nothing fills, by key: what the page's own language mechanism can hold."""
        return {key: self.say(key) for key, names in self._messages.items() if not names}

    def _in_words(self, name: str, value: Value) -> Value:
        """A stage or a setting as people call it; a `moment`, which is ISO text, as the language writes it."""
        if name == "moment":
            return moment_text(self.language, datetime.fromisoformat(str(value)))
        key = {"stage": f"stage-{value}", "setting": f"named-{value}"}.get(name, "")
        return self.say(key) if key in self._messages else value
