"""What is not worth learning: flaws of one answer, and likeness between two.

Owns the rules, as pure functions of texts; each flaw is a key of the catalogue. Does not cover whose ratings are read
and what they decide together (material).

Likeness is careful, for a fact that is lost hurts more than one that is learned twice. The same answer to a question
in other words is another example, a mistyped one too; texts with other numbers, names or negations are never alike.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from rapidfuzz import fuzz

from ..store.records import AnswerState

Words = tuple[str, ...]

ENDINGS = {
    AnswerState.WRITING: "left-out-unfinished",
    AnswerState.STOPPED: "left-out-stopped",
    AnswerState.CUT: "left-out-cut",
    AnswerState.FAILED: "left-out-failed",
}
CHARACTERS_PER_TOKEN = 6  # more than any language has with a usual vocabulary: what is longer cannot fit

# Programs that keep a failure as the assistant's words (seen in exports); a colon keeps answers about errors apart.
ERROR_NOTICE = re.compile(
    r"^\W*(error|erro|exception|network error|internal server error|connection (error|refused))\s*:"
    r"|^\W*traceback \(most recent call last\)"
    r"|^\s*\{\s*\"error\"\s*:",
    re.IGNORECASE,
)
LONGEST_NOTICE = 400  # characters

EDGES = ".,;:!?\"'()[]{}*_`…«»“”„¡¿—–"  # of a word; what else stands there may mean something: -5, C#, 5 %, $5
POLITE = frozenset({"please", "the"})
NEGATIONS = frozenset(
    ["no", "not", "never", "none", "nor", "without", "não", "nunca", "nem", "nenhum", "nenhuma", "sem", "jamais"]
)
LONG_ANSWER = 12  # words, from which on one may differ and the answer be the same
LIKENESS = 90  # per cent of the words, two being counted for each that was replaced


def flaw_of(answer: str, state: AnswerState) -> str | None:
    """Why an answer cannot be learned for itself; None where it can."""
    if not answer.strip():
        return "left-out-empty"
    if state is not AnswerState.DONE:
        return ENDINGS[state]
    if len(answer) <= LONGEST_NOTICE and ERROR_NOTICE.search(answer):
        return "left-out-error-notice"
    return None


def is_too_long(question: str, answer: str, sequence_len: int) -> bool:
    """Whether question and answer surely have more than `sequence_len` tokens. Counting them exactly comes later."""
    return len(question) + len(answer) > CHARACTERS_PER_TOKEN * sequence_len


def words_of(text: str) -> Words:
    """The words without case, spacing and the punctuation around them; never empty for a text with a mark."""
    words = tuple(word for word in map(_bare, _plain(text).casefold().split()) if word)
    return words or (text.strip(),)


def asked_words(text: str) -> Words:
    """The words of a question: as `words_of`, without politeness."""
    words = words_of(_plain(text).casefold().replace("por favor", " "))
    return tuple(word for word in words if word not in POLITE) or words


def digest(words: Iterable[str]) -> bytes:
    """16 bytes that stand for these words in their order."""
    return blake2b("\n".join(words).encode(errors="surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True)
class LongAnswer:
    """A long answer, ready to be compared with many."""

    text: str
    words: Words

    @cached_property
    def guarded(self) -> Words:
        """Numbers, signs, names (a capital within a sentence) and negations, in their order."""
        return _guarded(self.text)

    def says_the_same(self, other: "LongAnswer") -> bool:
        """Whether the two differ only in a few words that are not guarded."""
        return self.guarded == other.guarded and fuzz.ratio(self.words, other.words, score_cutoff=LIKENESS) > 0

    def triples(self) -> list[str]:
        return [" ".join(self.words[at : at + 3]) for at in range(len(self.words) - 2)]


def read_long(answer: str) -> LongAnswer | None:
    """None for an answer so short that every word of it counts."""
    words = words_of(answer)
    return LongAnswer(answer, words) if len(words) >= LONG_ANSWER else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("’", "'")


def _bare(word: str) -> str:
    bare = word.rstrip(EDGES).lstrip(EDGES)
    if not bare.strip("-•"):
        return ""  # the mark of a list
    # The point of .5 is part of the number.
    return f".{bare}" if bare[0].isdigit() and word[: word.index(bare)].endswith(".") else bare


def _guarded(text: str) -> Words:
    guarded, begins = [], True
    for written in _plain(text).split():
        word = _bare(written)
        if not word:
            continue
        folded = word.casefold()
        is_name = word[0].isupper() and not begins
        if is_name or folded in NEGATIONS or folded.endswith("n't") or not word.replace("'", "").isalpha():
            guarded.append(folded)
        begins = written[-1] in ".!?:"
    return tuple(guarded)
