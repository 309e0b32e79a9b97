"""When two questions or two answers say the same: words without their dress, and what may never differ.

Owns the rules, as pure functions of texts. Does not cover finding the alike among many (likeness), nor whose ratings
are read and what they decide together (material).

Likeness is careful, for a fact that is lost hurts more than one that is learned twice. The same answer to a question
in other words is another example, a mistyped one too; texts with other numbers, names or negations are never alike.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b

from rapidfuzz import fuzz

from ..store.records import Thresholds

Words = tuple[str, ...]
USUAL = Thresholds()

CHARACTERS_PER_TOKEN = 6  # more than any language has with a usual vocabulary: what is longer cannot fit

EDGES = ".,;:!?\"'()[]{}*_`…«»“”„¡¿—–"  # of a word; what else stands there may mean something: -5, C#, 5 %, $5
POLITE = frozenset({"please", "the"})
NEGATIONS = frozenset(
    ["no", "not", "never", "none", "nor", "without", "não", "nunca", "nem", "nenhum", "nenhuma", "sem", "jamais"]
)
LONG_ANSWER = 12  # words, from which on one may differ and the answer be the same


def is_too_long(question: str, answer: str, sequence_len: int) -> bool:
    """Whether question and answer surely have more than `sequence_len` tokens. Counting them exactly comes later."""
    return len(question) + len(answer) > CHARACTERS_PER_TOKEN * sequence_len


@lru_cache(maxsize=128)  # what was said is also what stands before the next answer
def words_of(text: str) -> Words:
    """The words without case, spacing and the punctuation around them; never empty for a text with a mark."""
    written = plain(text).casefold().split()
    # Most words are letters alone: looking at once saves two thirds of the time.
    words = tuple(filter(None, [word if word.isalpha() else _bare(word) for word in written]))
    return words or (text.strip(),)


@lru_cache(maxsize=128)
def asked_words(text: str) -> Words:
    """The words of a question: as `words_of`, without politeness."""
    words = words_of(plain(text).casefold().replace("por favor", " "))
    return tuple(word for word in words if word not in POLITE) or words


def digest(words: Iterable[str]) -> bytes:
    """16 bytes that stand for these words in their order."""
    return blake2b("\n".join(words).encode(errors="surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True)
class LongAnswer:
    """A long answer, ready to be compared with many."""

    text: str

    @cached_property
    def words(self) -> Words:
        return words_of(self.text)

    @cached_property
    def guarded(self) -> Words:
        """Numbers, signs, names (a capital within a sentence) and negations, in their order."""
        return _guarded(self.text)

    def says_the_same(self, other: "LongAnswer", likeness: int = USUAL.likeness) -> bool:
        """Whether the two differ only in a few words that are not guarded.

        `likeness` is in per cent of the words of both, two being counted for each that was replaced.
        """
        return self.guarded == other.guarded and fuzz.ratio(self.words, other.words, score_cutoff=likeness) > 0

    def triples(self) -> list[str]:
        return [" ".join(self.words[at : at + 3]) for at in range(len(self.words) - 2)]


def read_long(answer: str) -> LongAnswer | None:
    """None for an answer so short that every word of it counts."""
    return LongAnswer(answer) if len(words_of(answer)) >= LONG_ANSWER else None


def plain(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text).replace("’", "'")


def _bare(word: str) -> str:
    bare = word.rstrip(EDGES).lstrip(EDGES)
    if not bare.strip("-•"):
        return ""  # the mark of a list
    # The point of .5 is part of the number.
    return f".{bare}" if bare[0].isdigit() and word[: word.index(bare)].endswith(".") else bare


def _guarded(text: str) -> Words:
    guarded, begins = [], True
    for written in plain(text).split():
        word = _bare(written)
        if not word:
            continue
        folded = word.casefold()
        is_name = word[0].isupper() and not begins
        if is_name or folded in NEGATIONS or folded.endswith("n't") or not word.replace("'", "").isalpha():
            guarded.append(folded)
        begins = written[-1] in ".!?:"
    return tuple(guarded)
