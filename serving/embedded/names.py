"""Model names as Ollama spells them: [host/][namespace/]model[:tag], without regard to case.

Owns parsing and the place of a name on disk; not what lies there.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from .refusals import Refused

DEFAULT_HOST = "registry.ollama.ai"
DEFAULT_NAMESPACE = "library"
DEFAULT_TAG = "latest"

# Ollama's types/model/name.go: a part starts with a letter, a digit or "_"; a namespace has no dot; only the
# host may carry a port.
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}", re.ASCII)
_NAMESPACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,79}", re.ASCII)


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


def parse_name(text: str) -> ModelName:
    """Raises Refused(400) for text that is no name."""
    front, _, last = text.rpartition("/")
    model, colon, tag = last.partition(":")
    host, _, namespace = front.rpartition("/")
    name = ModelName(
        host if "/" in front else DEFAULT_HOST,
        namespace if "/" in text else DEFAULT_NAMESPACE,
        model,
        tag if colon else DEFAULT_TAG,
    )
    valid = (
        _HOST.fullmatch(name.host)
        and _NAMESPACE.fullmatch(name.namespace)
        and _PART.fullmatch(name.model)
        and _PART.fullmatch(name.tag)
    )
    if not valid:
        raise Refused(400, "invalid model name")
    return name
