"""What is kept on disk: blobs by their sha256, manifests by name, facts of each blob.

    HOME/models/blobs/sha256-<hex>      a GGUF file as it was uploaded
    HOME/models/facts/sha256-<hex>.json what was read off its header
    HOME/models/manifests/<host>/<namespace>/<model>/<tag>.json

Every file is written under a temporary name, synced and renamed: what has its name is whole. Who may write is
settled before: one server per home, one event loop. Does not cover making models (create) or telling them (describe).
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..tags import ModelName
from .facts import FileFacts, read_facts
from .names import parse_name
from .refusals import Refused

_DIGEST = re.compile(r"sha256[:-]([0-9a-fA-F]{64})", re.ASCII)


@dataclass(frozen=True)
class Manifest:
    """A model: a blob and what is said with it. An empty template means the one in the GGUF file."""

    name: str
    blob: str  # digest, "sha256:<hex>"
    size: int  # bytes of the blob
    template: str = ""
    system: str = ""
    parent: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    license: list[str] = field(default_factory=list)
    messages: list[dict[str, str]] = field(default_factory=list)

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()


@dataclass(frozen=True)
class Model:
    """A manifest as it lies on disk. `digest` is the hex sha256 of its bytes, `size` all it takes there."""

    manifest: Manifest
    digest: str
    size: int
    modified_at: datetime
    blob_file: Path
    facts: FileFacts

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def template(self) -> str:
        return self.manifest.template or self.facts.template


def clean_digest(text: str, status: int = 400) -> str:
    """`sha256:<hex>`, lower case. Raises Refused(status)."""
    found = _DIGEST.fullmatch(text)
    if not found:
        raise Refused(status, "invalid digest format")
    return f"sha256:{found[1].lower()}"


class Shelf:
    def __init__(self, root: Path) -> None:
        self._blobs = root / "blobs"
        self._facts = root / "facts"
        self._manifests = root / "manifests"
        for folder in (self._blobs, self._facts, self._manifests):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    # Blobs

    def blob_file(self, digest: str) -> Path:
        return self._blobs / digest.replace(":", "-")

    async def write_blob(self, digest: str, chunks: AsyncIterator[bytes]) -> bool:
        """True if the blob is new; one that is there is read to its end and checked all the same.

        Raises Refused(400) where the bytes are not those of the digest, Refused(507) where the disk is full.
        """
        known, summed = self.blob_file(digest).exists(), hashlib.sha256()
        with _replacing(self.blob_file(digest)) as written:
            async for chunk in chunks:
                summed.update(chunk)
                written.write(chunk)
            if f"sha256:{summed.hexdigest()}" != digest:
                raise Refused(400, f"digest mismatch, expected {digest}, got sha256:{summed.hexdigest()}")
        return not known

    def facts(self, digest: str) -> FileFacts:
        """Raises Refused where the blob is no GGUF file that can be served."""
        kept = self._facts / f"{digest.replace(':', '-')}.json"
        with contextlib.suppress(OSError, ValueError, TypeError):
            return FileFacts(**json.loads(kept.read_text(encoding="utf-8")))
        found = read_facts(self.blob_file(digest))
        with _replacing(kept) as file:
            file.write(json.dumps(found.as_json(), ensure_ascii=False).encode())
        return found

    # Manifests

    def find(self, name: ModelName) -> Model | None:
        path = self._place(name)
        try:
            written, changed = path.read_bytes(), path.stat().st_mtime_ns
            manifest = Manifest(**json.loads(written))
            blob = self.blob_file(manifest.blob)
            size = blob.stat().st_size
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise Refused(500, f"the manifest of '{name}' cannot be read: delete the model and make it anew") from error
        digest = hashlib.sha256(written).hexdigest()
        moment = datetime.fromtimestamp(changed / 1e9, UTC)
        return Model(manifest, digest, size + len(written), moment, blob, self.facts(manifest.blob))

    def open(self, text: str) -> Model:
        """The model of that name. Raises Refused(404), or Refused(400) for what is no name."""
        if not text:
            raise Refused(400, "model is required")
        found = self.find(parse_name(text))
        if found is None:
            raise Refused(404, f"model '{text}' not found")
        return found

    def models(self) -> list[Model]:
        """The newest first. One that cannot be read is left out, so that the others stay usable."""
        found = []
        for path in self._manifests.rglob("*.json"):
            host, namespace, model, tag = path.relative_to(self._manifests).with_suffix("").parts
            with contextlib.suppress(Refused, OSError):
                found.append(self.find(ModelName(host.replace("%3a", ":"), namespace, model, tag)))
        return sorted(filter(None, found), key=lambda model: model.modified_at, reverse=True)

    def write(self, name: ModelName, manifest: Manifest) -> None:
        path = self._place(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _replacing(path) as file:
            file.write(manifest.as_bytes())

    def delete(self, model: Model) -> None:
        """The name, and its blob where no other name has it."""
        self._place(parse_name(model.name)).unlink(missing_ok=True)
        if model.manifest.blob not in self._used():
            self._drop(model.blob_file)

    def tidy(self) -> None:
        """Remove half-written files and blobs that no model uses; for the start, when nobody is uploading."""
        used = {digest.replace(":", "-") for digest in self._used()}
        for file in self._blobs.iterdir():
            if file.name not in used:
                self._drop(file)

    def _drop(self, blob: Path) -> None:
        blob.unlink(missing_ok=True)
        (self._facts / f"{blob.name}.json").unlink(missing_ok=True)

    def _used(self) -> set[str]:
        used = set()
        for path in self._manifests.rglob("*.json"):
            with contextlib.suppress(ValueError, KeyError, TypeError):
                used.add(str(json.loads(path.read_bytes())["blob"]))
        return used

    def _place(self, name: ModelName) -> Path:
        folded = self._manifests / name.path
        return folded.with_name(f"{folded.name}.json")


@contextlib.contextmanager
def _replacing(path: Path) -> "Iterator[tempfile._TemporaryFileWrapper[bytes]]":
    """A file that takes the place of `path` once its block ends without an error.

    Raises Refused(507) where the disk is full: the one failure of writing that a person can mend.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".writing-", delete=False) as file:
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refused(507, f"no space left on device: {path.parent}") from error
        raise
