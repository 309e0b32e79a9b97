"""Which long answers say nearly the same: found by MinHash, then compared word by word.

Owns the index, so that 100,000 answers are not compared each with each. Does not cover what makes two answers the same
(filters.LongAnswer) nor which of them stays (material).
"""

from rensa import RMinHash, RMinHashLSH

from .filters import USUAL, LongAnswer, digest

# Two answers of 12 words that differ in one share 7 of 13 word triples (Jaccard 0.54). With 32 bands of 2 rows such
# a pair is found with 1 - (1 - 0.54 ** 2) ** 32 = 99.998 per cent, one with 0.2 in 73 per cent, to be compared in vain.
PERMUTATIONS, BANDS = 64, 32
LEAST_SHARED = 0.5
SEED = 1
MOST_COMPARED = 8  # of those found, so that ten thousand answers of one kind take seconds


class Alike:
    """Long answers by number."""

    def __init__(self, likeness: int = USUAL.likeness) -> None:
        self._likeness = likeness  # per cent
        self._index = RMinHashLSH(threshold=LEAST_SHARED, num_perm=PERMUTATIONS, num_bands=BANDS)
        self._known: dict[int, str] = {}  # texts: their words would take ten times the memory

    def find_or_add(self, number: int, context: bytes, answer: LongAnswer) -> int | None:
        """One that says the same after the same conversation; where there is none, this one is known from now on."""
        sketch = _sketch(context, answer)
        found = sorted(self._index.query(sketch))
        others = ((number, LongAnswer(self._known[number])) for number in found[:MOST_COMPARED])
        same = (number for number, other in others if other.says_the_same(answer, self._likeness))
        first = next(same, None)
        if first is None:
            self._index.insert(number, sketch)
            self._known[number] = answer.text
        return first


def _sketch(context: bytes, answer: LongAnswer) -> RMinHash:
    # What must be equal in any case goes into every triple: then only what can be the same is ever found.
    place = digest((context.hex(), *answer.guarded)).hex()
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    sketch.update([f"{place} {triple}" for triple in answer.triples()])
    return sketch
