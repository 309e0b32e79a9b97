"""Which language a person reads: the cookie that the page's switch sets, else the browser's first wish.

Server and page decide it in one place, here: the page is told the answer (web), so the two cannot differ.
"""

from collections.abc import Mapping

from .catalogue import ENGLISH, LANGUAGES, PORTUGUESE

COOKIE = "agent1_lang"


def choose_language(cookies: Mapping[str, str], accept_language: str) -> str:
    """One of LANGUAGES; any kind of Portuguese is told Brazilian Portuguese, all else English."""
    chosen = cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return PORTUGUESE if _first_wish(accept_language).startswith("pt") else ENGLISH


def language_of_terminal(environ: Mapping[str, str]) -> str:
    """For the command line: AGENT1_LANGUAGE, else the locale variables in POSIX order."""
    if environ.get("AGENT1_LANGUAGE") in LANGUAGES:
        return environ["AGENT1_LANGUAGE"]
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return PORTUGUESE if environ[name].lower().startswith("pt") else ENGLISH
    return ENGLISH


def _first_wish(accept_language: str) -> str:
    """The language with the highest weight (RFC 9110, 12.5.4), in lower case; the first of equal ones."""
    wishes = []
    for part in accept_language.lower().split(","):
        name, _, weight = part.partition(";q=")
        try:
            wishes.append((float(weight or 1), name.strip()))
        except ValueError:
            continue
    return max(wishes, key=lambda wish: wish[0], default=(0.0, ""))[1]
