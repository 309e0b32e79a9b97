"""Which model is trained and which is in use: chosen at the first start, changed by hand, found as a file.

Owns the choice among the server's tags. Does not cover what makes a model trainable (families) nor the server
itself (serving/choose).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..serving import tags
from ..serving.client import ModelFacts, ModelServer, ServedModel
from ..serving.errors import ModelNotFound
from ..serving.files import base_file
from ..serving.starter import ensure_starter
from ..store.errors import Notice
from ..store.home import user_cache
from ..store.records import Reason
from ..store.store import Store
from .families import trainable_by_facts

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


def settle(store: Store, server: ModelServer, environ: Mapping[str, str]) -> str:
    """See to it that there is a base and a model in use that this server has. Returns the base's tag.

    The base is chosen once: the newest tag that can be trained, else the starter model, which is then uploaded.
    Raises the server's Notices, and the starter's where it cannot be fetched.
    """
    policy = store.settings.policy()
    served = server.models()
    base = _find(served, policy.base) if policy.base else None
    if base is None:
        base = _first_trainable(server, served) or ensure_starter(server, user_cache(environ))
        store.settings.save(replace(policy, base=base))
        served = server.models()
    in_use = store.promotions.in_use()
    if in_use is None or _find(served, in_use) is None:
        store.promotions.promote(base)
    return base


def use_tag(store: Store, server: ModelServer, tag: str) -> str:
    """Switch the chat to a tag that the server has; returns its name as the server spells it.

    Raises ModelNotFound.
    """
    found = _find(server.models(), tag)
    if found is None:
        raise ModelNotFound(tag=tag)
    store.promotions.promote(found)
    return found


def previous_tag(store: Store) -> str | None:
    """What "go back" means: the tag that was in use before the present one."""
    promotions = store.promotions.newest()
    return next((row.tag for row in promotions if row.tag != promotions[0].tag), None)


def find_file(store: Store, facts: ModelFacts) -> Path:
    """The base's GGUF file, proved by its sha256. Raises BaseFileUnreadable, with the command that helps."""
    found = base_file(facts, store.home)
    if found is None:
        raise BaseFileUnreadable(tag=facts.tag, path=str(facts.blob or ""))
    return found


def _first_trainable(server: ModelServer, served: list[ServedModel]) -> str | None:
    return next((model.tag for model in served if judge_tag(server, model).why_not is None), None)


def _find(served: list[ServedModel], tag: str) -> str | None:
    return next((model.tag for model in served if tags.same(model.tag, tag)), None)
