"""Token rows for training: the ids that serving sees, then the answer and its end token, which alone are learned.

Owns where the labels lie and how the end of an answer is found. The prompt is the text that the server rendered, the
ids are llama.cpp's, both from outside, so nothing here knows a template. Does not cover which answers are trained.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from ..store.errors import Notice

IGNORED = -100  # the label of a token that is not learned; torch's cross entropy skips it

Messages = Sequence[Mapping[str, str]]

# Words that no template trims, escapes or treats as a command.
_ANSWER = "Agent1AnswerMark"
_NEXT = "Agent1NextMark"


class Speaks(Protocol):
    """What is asked of a vocabulary; serving.vocabulary.Vocabulary is one."""

    @property
    def begin(self) -> tuple[int, ...]: ...
    @property
    def end_tokens(self) -> frozenset[int]: ...
    @property
    def end_of_text(self) -> int | None: ...
    def tokens(self, text: str, parse_special: bool = True) -> list[int]: ...
    def prompt_tokens(self, prompt: str) -> list[int]: ...
    def text(self, tokens: Sequence[int]) -> str: ...


class NothingToLearn(Notice):
    """The answer is empty: no token of it would be trained."""

    key = "error-nothing-to-learn"


class ExampleTooLong(Notice):
    """The conversation and its answer do not fit the length that is trained. The answer is never cut."""

    key = "error-example-too-long"


class NoEndToken(Notice):
    """Neither template nor vocabulary says where an answer ends: a model trained so would never stop."""

    key = "error-no-end-token"


@dataclass(frozen=True)
class Ending:
    """What stands after an answer, up to the token at which the server stops."""

    ids: tuple[int, ...]
    text: str
    source: str  # "template" or "vocabulary"


@dataclass(frozen=True)
class TokenRow:
    """One line of tokens.jsonl; three lists of the same length."""

    input_ids: tuple[int, ...]
    attention_mask: tuple[int, ...]
    labels: tuple[int, ...]

    @property
    def trained(self) -> int:
        """Tokens that carry the loss."""
        return sum(label != IGNORED for label in self.labels)

    def as_json(self) -> dict[str, list[int]]:
        return {name: list(values) for name, values in asdict(self).items()}


@dataclass(frozen=True)
class ParityReport:
    """Evidence that training sees what serving sends; parity.json."""

    rows: int
    tokens: int
    trained_tokens: int
    longest: int  # tokens of the longest row
    shortest_answer: int  # trained tokens of the row with the fewest
    begin: tuple[int, ...]  # ids that the server puts in front
    ending: tuple[int, ...]
    ending_text: str
    ending_source: str
    rendered_by: str  # "server", or "file" where the server cannot tell what it renders

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def find_ending(vocabulary: Speaks, render: Callable[[Messages], str | None]) -> Ending:
    """How an answer ends: what the template writes after one when the conversation goes on.

    An answer is rendered with another question behind it; the text between the two is read up to the first token at
    which llama.cpp stops. Where the template writes no such token right after the answer (it stops at words, or the
    server cannot render), the vocabulary's own end of text stands in. Raises NoEndToken.
    """
    told = render(
        [
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": _ANSWER},
            {"role": "user", "content": _NEXT},
        ]
    )
    after = _between(told or "", _ANSWER, _NEXT)
    ids = vocabulary.tokens(after) if after else []
    stop = next((place for place, token in enumerate(ids) if token in vocabulary.end_tokens), None)
    if stop is not None:
        ending = tuple(ids[: stop + 1])
        if not vocabulary.text(ending[:-1]).strip():  # else the template begins the next turn before it ends this one
            return Ending(ending, vocabulary.text(ending), "template")
    last = vocabulary.end_of_text
    if last is None or last not in vocabulary.end_tokens:
        raise NoEndToken()
    return Ending((last,), vocabulary.text([last]), "vocabulary")


def encode_example(vocabulary: Speaks, prompt: str, answer: str, ending: Ending, *, limit: int) -> TokenRow:
    """One example: `prompt` is what the server rendered up to the answer, `limit` the most tokens of a row.

    The first ids are those of the prompt alone, which is all that serving has before it answers. Raises
    NothingToLearn, ExampleTooLong.
    """
    before = vocabulary.prompt_tokens(prompt)
    said = _answer_tokens(vocabulary, prompt, before, answer)
    if not answer.strip() or not said:
        raise NothingToLearn()
    learned = [*said, *ending.ids]
    length = len(before) + len(learned)
    if length > limit:
        raise ExampleTooLong(tokens=length, limit=limit)
    return TokenRow(
        input_ids=(*before, *learned),
        attention_mask=(1,) * length,
        labels=(*(IGNORED,) * len(before), *learned),
    )


def report_parity(rows: Iterable[TokenRow], vocabulary: Speaks, ending: Ending, rendered_by: str) -> ParityReport:
    """The figures of what will be trained. Raises NothingToLearn without rows, NoEndToken where a row learns none."""
    checked = list(rows)
    if not checked:
        raise NothingToLearn()
    if any(row.labels[-len(ending.ids) :] != ending.ids for row in checked):
        raise NoEndToken()
    return ParityReport(
        rows=len(checked),
        tokens=sum(len(row.input_ids) for row in checked),
        trained_tokens=sum(row.trained for row in checked),
        longest=max(len(row.input_ids) for row in checked),
        shortest_answer=min(row.trained for row in checked),
        begin=tuple(vocabulary.begin),
        ending=ending.ids,
        ending_text=ending.text,
        ending_source=ending.source,
        rendered_by=rendered_by,
    )


def _answer_tokens(vocabulary: Speaks, prompt: str, before: Sequence[int], answer: str) -> list[int]:
    """The answer's ids, so that they continue those of the prompt.

    Tokenised in one go the joint may melt (a prompt's last newline and an answer's first), so ids of the whole count
    only if they begin with the prompt's. They are preferred then, since a SentencePiece vocabulary would put a space
    in front of an answer that stands alone. A special token's name inside an answer is text: it must not end it.
    """
    alone = vocabulary.tokens(answer, parse_special=False)
    if vocabulary.tokens(answer) != alone:
        return alone
    whole = vocabulary.prompt_tokens(prompt + answer)
    return whole[len(before) :] if whole[: len(before)] == list(before) else alone


def _between(text: str, start: str, end: str) -> str:
    """What stands between the last `start` and the `end` that follows; "" where either is missing."""
    _, found, rest = text.rpartition(start)
    middle, closed, _ = rest.partition(end)
    return middle if found and closed else ""
