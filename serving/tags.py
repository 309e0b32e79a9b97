"""Names of models as Ollama reads them: `[host/][namespace/]model[:tag]`, without regard to case.

Source of the rules: Ollama's types/model/name.go. Does not cover its optional kinds (skill, agent),
which no model server lists among models.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

DEFAULT_HOST = "registry.ollama.ai"
DEFAULT_NAMESPACE = "library"
DEFAULT_TAG = "latest"

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
_NAMESPACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}")
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,349}")


@dataclass(frozen=True)
class ModelName:
    host: str
    namespace: str
    model: str
    tag: str

    @property
    def path(self) -> PurePosixPath:
        """Relative, lower case: names that differ only in case are the same model."""
        parts = (self.host.replace(":", "%3a"), self.namespace, self.model, self.tag)
        return PurePosixPath(*(part.lower() for part in parts))

    def __str__(self) -> str:
        """The shortest spelling: a part that is the default is left out, the tag is always there."""
        short = f"{self.model}:{self.tag}"
        if self.host.lower() != DEFAULT_HOST:
            return f"{self.host}/{self.namespace}/{short}"
        return short if self.namespace.lower() == DEFAULT_NAMESPACE else f"{self.namespace}/{short}"


def parse(text: str) -> ModelName:
    """The missing parts are filled in. Raises ValueError for text that names no model."""
    front, _, last = text.rpartition("/")
    model, has_tag, tag = last.partition(":")
    host, has_host, namespace = front.rpartition("/")
    name = ModelName(
        host.rpartition("://")[2] if has_host else DEFAULT_HOST,
        namespace if "/" in text else DEFAULT_NAMESPACE,
        model,
        tag if has_tag else DEFAULT_TAG,
    )
    parts = ((_HOST, name.host), (_NAMESPACE, name.namespace), (_PART, name.model), (_PART, name.tag))
    if not all(pattern.fullmatch(part) for pattern, part in parts):
        raise ValueError(text)
    return name


def is_valid(text: str) -> bool:
    """Whether a model server takes the text as a model's name."""
    try:
        parse(text)
    except ValueError:
        return False
    return True


def canonical(text: str) -> str:
    """One spelling for all that name the same model: lower case, `:latest` written out.

    A server may list what it would not take itself: such a name is only lowered.
    """
    return str(parse(text)).lower() if is_valid(text) else text.lower()


def same(one: str, other: str) -> bool:
    return canonical(one) == canonical(other)
