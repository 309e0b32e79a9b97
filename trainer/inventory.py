"""The data set in figures: how much is learned, held out and left out, by reason, face and length.

Pure. Does not cover what is worth learning (material) nor how it is shown.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from .material import Example, Material

CHARACTERS_PER_TOKEN = 4  # of English with a usual vocabulary; exact counts are made when a run is prepared
STEPS = (32, 64, 128, 256, 512)  # tokens; the ends of the bars of the histogram


@dataclass(frozen=True)
class Inventory:
    learned: int
    held_out: int
    left_out: Mapping[str, int]  # by reason, the most frequent first
    faces: Mapping[int, int]  # of what is learned, corrections apart
    corrections: int
    lengths: Mapping[str, int]  # of question, conversation before it and answer, in tokens, about: "<32" ... ">=512"
    middle: int  # median of the same
    longest: int
    personal: Mapping[str, int]  # examples in which each kind was found


def take_inventory(material: Material) -> Inventory:
    sizes = [about_tokens(example) for example in material.examples]
    lengths = Counter(_bar(size) for size in sizes)
    return Inventory(
        learned=len(material.examples),
        held_out=len(material.held_out),
        left_out=dict(Counter(item.reason for item in material.left_out).most_common()),
        faces=dict(sorted(Counter(one.score for one in material.examples if not one.is_corrected).items())),
        corrections=sum(example.is_corrected for example in material.examples),
        lengths={name: lengths[name] for name in (*(f"<{step}" for step in STEPS), f">={STEPS[-1]}")},
        middle=round(median(sizes)) if sizes else 0,
        longest=max(sizes, default=0),
        personal=dict(Counter(kind for example in material.examples for kind in example.personal).most_common()),
    )


def about_tokens(example: Example) -> int:
    characters = len(example.answer) + sum(len(turn.content) for turn in example.before)
    return -(-characters // CHARACTERS_PER_TOKEN)


def _bar(tokens: int) -> str:
    return next((f"<{step}" for step in STEPS if tokens < step), f">={STEPS[-1]}")
