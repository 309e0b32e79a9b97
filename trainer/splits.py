"""Which conversations are held out: never learned, so that a tuned model can be measured on them.

Owns the choice; the store keeps it, so that what was once held out stays so. Does not cover the other half of the
promise, that what is learned is never measured on (material.collect), nor the measuring (stages/evaluating).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from rensa import RMinHash, RMinHashLSH

from ..store.store import Store
from . import filters
from .material import Example, Material, collect

# Nine wins of ten comparisons are the fewest that tell anything (two-sided sign test, p = 0.02); with fewer answers
# held out a small material would lose wordings for nothing. 47 decisive comparisons show a true win rate of 70 %
# (two-sided 5 %, power 80 %): more would take material away for little.
FEWEST, MOST = 10, 50
SHARE = 10  # one answer in ten, of those that are taught in other words too
SHARE_UNIQUE = 20  # one in twenty, of those that nothing else teaches: what they say is not learned
SHARE_OF_NEW = 4  # of what no run has learned yet at most one in four, so that new material is mostly learned

PERMUTATIONS, BANDS = 64, 32  # finds two answers that share half of their words with 99.99 per cent
LEAST_SHARED = 0.5
MOST_COMPARED = 50  # likely answers that one is compared with
MOST_TRIED = 1000  # conversations, so that choosing among 100,000 takes seconds


def hold_out(store: Store, material: Material) -> Material:
    """Set conversations aside for good, where there is room. Returns the material without them."""
    chosen = choose_held_out(material, store.runs.learned_messages())
    if not chosen:
        return material
    store.choices.hold_out(chosen)
    return collect(store)


def choose_held_out(material: Material, learned: Collection[int]) -> frozenset[int]:
    """Conversations to be held out from now on, beside those that are. The same material gives the same choice.

    Never those of `learned` (messages an earlier run has learned: it would be measured on what it knows), nor those
    with a person's own wording, which is the strongest material there is.
    """
    usable = len(material.examples) + len(material.held_out)
    kept_back = len(material.held_out)
    talks: defaultdict[int, list[Example]] = defaultdict(list)
    for example in material.examples:
        talks[example.conversation_id].append(example)
    free = {id_: said for id_, said in talks.items() if _may_be_held_out(said, learned)}
    room_of_new = sum(map(len, free.values())) // SHARE_OF_NEW
    chosen = _fill(free, _Taught(material.examples), _room(usable, SHARE, kept_back, room_of_new))
    taken = sum(len(free[id_]) for id_ in chosen)
    rest = {id_: said for id_, said in free.items() if id_ not in chosen}
    chosen += _fill(rest, None, _room(usable, SHARE_UNIQUE, kept_back + taken, room_of_new - taken))
    return frozenset(chosen)


def _room(usable: int, share: int, kept_back: int, room_of_new: int) -> int:
    wanted = min(MOST, usable // share)
    return min(wanted - kept_back, room_of_new) if wanted >= FEWEST else 0


def _may_be_held_out(said: Iterable[Example], learned: Collection[int]) -> bool:
    return not any(
        example.is_corrected or example.message_id in learned or not example.repeats.isdisjoint(learned)
        for example in said
    )


def _fill(talks: Mapping[int, Sequence[Example]], taught: "_Taught | None", room: int) -> list[int]:
    """As many conversations as there is room for, in an order that no content decides."""
    chosen: list[int] = []
    for id_ in sorted(talks, key=lambda id_: filters.digest([str(id_)]))[:MOST_TRIED]:
        if room <= 0:
            break
        if len(talks[id_]) <= room and (taught is None or taught.elsewhere(talks[id_], chosen)):
            chosen.append(id_)
            room -= len(talks[id_])
    return chosen


class _Taught:
    """What the examples say, to find out whether a conversation's answers are taught by others too."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._examples = examples
        self._index: RMinHashLSH | None = None

    def elsewhere(self, said: Iterable[Example], held: Collection[int]) -> bool:
        """Whether every answer stands in like words in a conversation that is learned."""
        return all(self._is_taught(example, held) for example in said)

    def _is_taught(self, example: Example, held: Collection[int]) -> bool:
        if self._index is None:
            self._index = RMinHashLSH(threshold=LEAST_SHARED, num_perm=PERMUTATIONS, num_bands=BANDS)
            for number, other in enumerate(self._examples):
                self._index.insert(number, _sketch(_words(other)))
        words = _words(example)
        found = sorted(self._index.query(_sketch(words)))[:MOST_COMPARED]
        return any(
            other.conversation_id != example.conversation_id
            and other.conversation_id not in held
            and other.pair != example.pair
            and _says_like(words, _words(other))
            for other in (self._examples[number] for number in found)
        )


def _words(example: Example) -> frozenset[str]:
    return frozenset(filters.words_of(example.answer))


def _says_like(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether they share most words, and every number."""
    return _figures(words) == _figures(others) and len(words & others) >= LEAST_SHARED * len(words | others)


def _figures(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if any(letter.isdigit() for letter in word))


def _sketch(words: frozenset[str]) -> RMinHash:
    place = " ".join(sorted(_figures(words)))  # so that only answers with the same numbers are ever found
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=1)
    sketch.update([f"{place} {word}" for word in sorted(words)])
    return sketch
