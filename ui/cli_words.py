"""The command line's own words, those that Click says: usage, wrong options, a broken-off command.

Click asks gettext for them by their English text. The catalogue has that text in English and every other language under
one key, so the English text finds the key. Does not cover the help of our own commands (cli).
"""

import re
from collections.abc import Callable, Mapping
from types import ModuleType

import click
from click import core, decorators, exceptions, formatting, parser, termui, types, utils

from .catalogue import ENGLISH, Catalogue

MODULES: tuple[ModuleType, ...] = (core, decorators, exceptions, formatting, parser, termui, types, utils)
PLACE = re.compile(r"\{(\w+)[^}]*\}")  # {name} and {name!r}
PREFIX = "click-"


def speak_click(catalogue: Catalogue) -> None:
    """From now on in this process Click speaks the catalogue's language.

    By the names under which Click's modules hold gettext's functions: gettext itself reads compiled files only.
    """
    for module in MODULES:
        if hasattr(module, "_"):
            vars(module)["_"] = translator(catalogue)
        if hasattr(module, "ngettext"):
            vars(module)["ngettext"] = _plural(translator(catalogue))


def translator(catalogue: Catalogue) -> Callable[[str], str]:
    known = english_words()

    def translate(text: str) -> str:
        """What Click says in English, in the catalogue's language; its places stay for Click to fill."""
        key = known.get(PLACE.sub(r"{\1}", text))
        if key is None:
            return text
        return catalogue.say(key, **{match[1]: match[0] for match in PLACE.finditer(text)})

    return translate


def english_words() -> Mapping[str, str]:
    """Click's English texts, each place as {name}, with their keys."""
    english = Catalogue.load(ENGLISH)
    return {
        english.say(key, **{name: f"{{{name}}}" for name in places}): key
        for key, places in english.keys.items()
        if key.startswith(PREFIX)
    }


def translate_command(command: click.Command, catalogue: Catalogue) -> None:
    """Put the catalogue's sentences where the decorators gave their keys, in the command and those below it."""
    command.help = catalogue.say(command.help) if command.help else None
    command.options_metavar = catalogue.say("usage-options")
    if isinstance(command, click.Group):
        command.subcommand_metavar = catalogue.say("usage-command")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            if (parameter.help or "").startswith("help-"):
                parameter.help = catalogue.say(parameter.help or "")
            if not parameter.is_flag and not isinstance(parameter.type, click.Choice):
                parameter.metavar = parameter.metavar or catalogue.say(_kind(parameter.type))
    for child in getattr(command, "commands", {}).values():
        translate_command(child, catalogue)


def _kind(kind: object) -> str:
    if isinstance(kind, click.types.IntParamType | click.types.FloatParamType):
        return "usage-number"
    return "usage-path" if isinstance(kind, click.Path | click.File) else "usage-text"


def _plural(translate: Callable[[str], str]) -> Callable[[str, str, int], str]:
    return lambda one, many, count: translate(one if count == 1 else many)
