"""Imports a library without the optional ones that it would bring along.

sqlite-utils imports pandas and numpy wherever they are installed, only to know their types; nothing of ours hands it
any. That is most of a second at the start of every command.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Inside, importing one of `names` raises ImportError unless it was imported before; afterwards all is as usual."""
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # makes the import fail, as the import system documents
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
