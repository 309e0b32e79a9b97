"""Names of models as requests give them, with the server's own refusal."""

from ..tags import ModelName, parse
from .refusals import Refused


def parse_name(text: str) -> ModelName:
    """Raises Refused(400) for text that is no name."""
    try:
        return parse(text)
    except ValueError as failure:
        raise Refused(400, "invalid model name") from failure
