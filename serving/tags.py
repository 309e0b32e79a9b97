"""Names of models as Ollama reads them: `[host/][namespace/]model[:tag]`, without regard to case.

Source of the rules: Ollama's types/model/name.go. Does not cover its optional kinds (skill, agent),
which no model server lists among models.
"""

import re

_HOST = "registry.ollama.ai"
_NAMESPACE = "library"
_TAG = "latest"

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
_NAMESPACE_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}")
_HOST_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,349}")


def _split(tag: str) -> tuple[str, str, str, str]:
    """Host, namespace, model and tag, the missing ones filled in."""
    rest, version = tag, _TAG
    if tag.rfind(":") > tag.rfind("/"):
        rest, _, version = tag.rpartition(":")
    rest, has_namespace, model = rest.rpartition("/")
    if not has_namespace:
        return _HOST, _NAMESPACE, model, version
    rest, has_host, namespace = rest.rpartition("/")
    return (rest.rpartition("://")[2] if has_host else _HOST), namespace, model, version


def is_valid(tag: str) -> bool:
    """Whether a model server takes `tag` as a model's name."""
    host, namespace, model, version = _split(tag)
    return all(
        pattern.fullmatch(part)
        for pattern, part in (
            (_HOST_PART, host),
            (_NAMESPACE_PART, namespace),
            (_PART, model),
            (_PART, version),
        )
    )


def canonical(tag: str) -> str:
    """One spelling for all that name the same model: lower case, `:latest` written out."""
    host, namespace, model, version = (part.lower() for part in _split(tag))
    prefix = "" if namespace == _NAMESPACE else f"{namespace}/"
    if host != _HOST:
        prefix = f"{host}/{namespace}/"
    return f"{prefix}{model}:{version}"


def same(one: str, other: str) -> bool:
    return canonical(one) == canonical(other)
