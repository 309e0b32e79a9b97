"""POST /api/create: a new model from an uploaded GGUF file or from a model that is there."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import PureWindowsPath
from typing import Any

from ..tags import ModelName
from .asked import AskedCreate
from .names import parse_name
from .refusals import Refused, not_offered
from .shelf import Manifest, Shelf, clean_digest
from .template import check_template

Progress = dict[str, Any]


async def create(asked: AskedCreate, shelf: Shelf) -> AsyncGenerator[Progress, None]:
    """The statuses of Ollama, "success" last. A model of that name is replaced.

    Raises Refused: before the first status for what the request alone shows to be wrong.
    """
    name = parse_name(asked.wanted)
    _refuse_what_is_missing(asked)
    if not asked.from_ and not asked.files:
        raise Refused(400, "neither 'from' or 'files' was specified")
    if asked.template:
        check_template(asked.template)
    if asked.files:
        digest = _only_file(asked.files)
        yield {"status": "parsing GGUF"}
        manifest = await _from_file(name, digest, shelf)
        yield {"status": "verifying conversion"}
        yield {"status": f"using existing layer {digest}"}
    else:
        manifest = _from_model(name, asked.from_ or "", shelf)
        yield {"status": f"using existing layer {manifest.blob}"}
    yield {"status": "writing manifest"}
    shelf.write(name, _with_fields(manifest, asked, shelf, name))
    yield {"status": "success"}


def _refuse_what_is_missing(asked: AskedCreate) -> None:
    if asked.quantize:
        raise not_offered("quantizing")
    if asked.adapters:
        raise not_offered("adapters")
    if asked.renderer or asked.parser:
        raise not_offered("built-in renderers and parsers")


def _only_file(files: dict[str, str]) -> str:
    for path in files:
        parts = PureWindowsPath(path).parts  # it splits at both kinds of slash
        if not parts or PureWindowsPath(path).anchor or ".." in parts:
            raise Refused(400, "file path must be relative")
    if any(path.endswith((".safetensors", ".bin", ".pt")) for path in files):
        raise not_offered("models that are no GGUF file")
    if len(files) != 1:
        raise not_offered("models of more than one file")
    return clean_digest(next(iter(files.values())), status=500)


async def _from_file(name: ModelName, digest: str, shelf: Shelf) -> Manifest:
    blob = shelf.blob_file(digest)
    if not blob.exists():
        raise Refused(500, f"open {blob}: no such file or directory")
    await asyncio.to_thread(shelf.facts, digest)
    return Manifest(name=str(name), blob=digest, size=blob.stat().st_size)


def _from_model(name: ModelName, source: str, shelf: Shelf) -> Manifest:
    base = shelf.find(parse_name(source))
    if base is None:
        raise Refused(500, f"pull model manifest: '{source}' is not on this server: {not_offered('pulling').error}")
    return replace(base.manifest, name=str(name), parent=base.name)


def _with_fields(manifest: Manifest, asked: AskedCreate, shelf: Shelf, name: ModelName) -> Manifest:
    given = [asked.license] if isinstance(asked.license, str) else asked.license or []
    kept = shelf.find(name)
    return replace(
        manifest,
        name=kept.name if kept else manifest.name,  # as it was first spelled
        template=asked.template or manifest.template,
        system=asked.system or manifest.system,
        parameters=manifest.parameters | (asked.parameters or {}),
        license=list(dict.fromkeys([*manifest.license, *filter(None, given)])),
        messages=[message.as_dict() for message in asked.messages] if asked.messages else manifest.messages,
    )
