"""What the model reads of a conversation: the shown path, as much of it as its context holds.

Owns what is left out when a conversation grows too long, and telling how much. A model server would do it silently, or
cut a message in two. Does not cover how the model writes (answering).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..serving.facts import ModelFacts
from ..store.errors import Notice
from ..store.messages import as_read
from ..store.records import Message, ModelOptions, Role

USUAL_CONTEXT = 4096  # tokens; what Ollama and the embedded server take where nobody says otherwise
SURELY_FITS = 1024  # tokens by our estimate: every model reads as much, so nobody is asked
ROOM_FOR_ANSWER = 1 / 8  # of the context; it also covers an estimate that is too low
AROUND_MESSAGE = 8  # tokens that a template puts around a message
# Characters a token, by their length in UTF-8. Measured with SmolLM2's vocabulary, which splits other languages than
# English finely: English 3.5, Portuguese 2.8 to 3.0 and Python 3.7 bytes a token; Chinese 1.5, emoji 1.3.
ASCII_CHARACTERS = 3.0
TOKENS_OF_A_LONG_CHARACTER = {2: 1, 3: 2, 4: 3}


class TooLongForModel(Notice):
    """The last message alone is more than the model's context holds; `tokens` is an estimate."""

    key = "error-too-long-for-model"


@dataclass(frozen=True)
class Prompt:
    """`messages` as the model server takes them; `unread` of the path's earlier ones are not among them."""

    messages: list[dict[str, str]]
    unread: int = 0


def read_path(look: Callable[[], ModelFacts], path: Sequence[Message], options: ModelOptions) -> Prompt:
    """Whole turns are left out, the oldest first; never the system message, never the last question.

    `look` tells of the model that will read it. Raises TooLongForModel, and what `look` raises.
    """
    messages = as_read(path)
    if estimate(messages) <= min(SURELY_FITS, (options.context or SURELY_FITS) * (1 - ROOM_FOR_ANSWER)):
        return Prompt([_wire(message) for message in messages])
    return fit(messages, _context(look(), options))


def fit(messages: Sequence[Message], context: int) -> Prompt:
    """`messages` as `as_read` gives them, `context` in tokens. Raises TooLongForModel."""
    system = [message for message in messages[:1] if message.role is Role.SYSTEM]
    talk = messages[len(system) :]
    starts = [at for at, message in enumerate(talk) if message.role is Role.USER or at == 0]
    lengths = [estimate([message]) for message in talk]
    rest = estimate(system) + sum(lengths)  # of the system message and what comes after `left`
    left = 0
    for start in starts:
        rest -= sum(lengths[left:start])
        left = start
        if rest <= context * (1 - ROOM_FOR_ANSWER):
            break
    if rest > context:
        raise TooLongForModel(tokens=rest, context=context)
    return Prompt([_wire(message) for message in (*system, *talk[left:])], unread=left)


def estimate(messages: Sequence[Message]) -> int:
    """Tokens, rather too many than too few."""
    return sum(AROUND_MESSAGE + _tokens(message.content) for message in messages)


def _tokens(text: str) -> int:
    if text.isascii():
        return int(len(text) / ASCII_CHARACTERS) + 1
    lengths = [len(character.encode("utf-8", "replace")) for character in text if not character.isascii()]
    plain = (len(text) - len(lengths)) / ASCII_CHARACTERS
    return int(plain) + sum(TOKENS_OF_A_LONG_CHARACTER.get(length, 1) for length in lengths) + 1


def _context(facts: ModelFacts, options: ModelOptions) -> int:
    chosen = options.context or facts.parameters.get("num_ctx")
    most = facts.model_info.get(f"{facts.architecture}.context_length")
    wanted = chosen if isinstance(chosen, int) else USUAL_CONTEXT
    return min(wanted, most) if isinstance(most, int) and most > 0 else wanted


def _wire(message: Message) -> dict[str, str]:
    return {"role": str(message.role), "content": message.content}
