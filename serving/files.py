"""The GGUF file behind a tag: found where the server says it lies, and proved by its sha256.

Owns the remembered hashes (one JSON file in the home), since hashing gigabytes at every look is slow.
Does not cover files that Agent1 itself uploaded (trainer/base), nor one that the admin gives by hand.
"""

import hashlib
import json
import os
from pathlib import Path

from ..store.home import Home
from .facts import ModelFacts


def base_file(facts: ModelFacts, home: Home) -> Path | None:
    """The GGUF file of a tag where the server says it lies, or None where it cannot be read here (another
    machine, another user's) or is not what its name says.
    """
    if facts.blob is None:
        return None
    try:
        return facts.blob if file_digest(facts.blob, home) == facts.blob_digest else None
    except OSError:
        return None


def file_digest(path: Path, home: Home) -> str:
    """`sha256:<hex>` of a file; remembered by path, size, time of change and inode. Raises OSError."""
    seen = path.stat()
    mark = f"{path.absolute()}:{seen.st_size}:{seen.st_mtime_ns}:{seen.st_ino}"
    remembered = _remembered(home)
    if mark not in remembered:
        with path.open("rb") as file:
            remembered[mark] = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
        _remember(home, remembered)
    return remembered[mark]


def _memory(home: Home) -> Path:
    return home.root / "hashes.json"


def _remembered(home: Home) -> dict[str, str]:
    try:
        read = json.loads(_memory(home).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _remember(home: Home, hashes: dict[str, str]) -> None:
    """Two processes may write at once: the last one wins, and the other hashes again."""
    home.make()
    written = _memory(home).with_suffix(f".{os.getpid()}.tmp")
    written.write_text(json.dumps(hashes, indent=1), encoding="utf-8")
    written.replace(_memory(home))
