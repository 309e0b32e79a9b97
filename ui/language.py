"""Which language a person reads: the cookie that the page's switch sets, else the browser's first wish.

Server and page decide it in one place, here: the page is told the answer (web), so the two cannot differ.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from .catalogue import ENGLISH, LANGUAGES

COOKIE = "agent1_lang"


def choose_language(cookies: Mapping[str, str], accept_language: str, languages: Sequence[str] = LANGUAGES) -> str:
    """One of `languages`: the one that was switched to, else the browser's first wish that there is, else English."""
    chosen = cookies.get(COOKIE)
    if chosen in languages:
        return str(chosen)
    return next((found for wish in _wishes(accept_language) if (found := _matching(wish, languages))), ENGLISH)


def language_of_terminal(environ: Mapping[str, str], languages: Sequence[str] = LANGUAGES) -> str:
    """For the command line: AGENT1_LANGUAGE, else the first of the locale variables in POSIX order."""
    if environ.get("AGENT1_LANGUAGE") in languages:
        return environ["AGENT1_LANGUAGE"]
    named = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return _matching(named.partition(".")[0].replace("_", "-"), languages) or ENGLISH


def _matching(wish: str, languages: Sequence[str]) -> str | None:
    """The language itself, else one of another country: any kind of Portuguese is told Brazilian Portuguese."""
    by_name = {language.lower(): language for language in languages}
    by_kind = {language.lower().partition("-")[0]: language for language in languages}
    return by_name.get(wish.lower()) or by_kind.get(wish.lower().partition("-")[0])


def _wishes(accept_language: str) -> list[str]:
    """The languages by their weight (RFC 9110, 12.5.4), the first of equal ones first."""
    wishes = []
    for part in accept_language.split(","):
        name, _, weight = part.partition(";q=")
        with suppress(ValueError):
            wishes.append((float(weight or 1), name.strip()))
    return [name for weight, name in sorted(wishes, key=lambda wish: -wish[0]) if weight > 0]
