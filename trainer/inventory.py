"""The data set in figures: how much is learned, held out and left out, by reason, face and length.

Pure. Does not cover what is worth learning (material), how long one example is (lengths) nor how it is shown.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from .lengths import Lengths
from .material import Material

STEPS = (32, 64, 128, 256, 512)  # tokens; the ends of the bars of the histogram


@dataclass(frozen=True)
class Inventory:
    learned: int
    held_out: int
    left_out: Mapping[str, int]  # by reason, the most frequent first
    faces: Mapping[int, int]  # of what is learned, corrections apart
    corrections: int
    lengths: Mapping[str, int]  # of question, conversation before it and answer, in tokens: "<32" ... ">=512"
    middle: int  # median of the same
    longest: int
    counted: int  # examples whose tokens a run has counted; those of the others are estimates
    personal: Mapping[str, int]  # examples in which each kind was found


def take_inventory(material: Material, lengths: Lengths | None = None) -> Inventory:
    """Without `lengths` all tokens are estimates."""
    told = [(lengths or Lengths()).of(example) for example in material.examples]
    sizes = [length.tokens for length in told]
    bars = Counter(_bar(size) for size in sizes)
    return Inventory(
        learned=len(material.examples),
        held_out=len(material.held_out),
        left_out=dict(Counter(item.reason for item in material.left_out).most_common()),
        faces=dict(sorted(Counter(one.score for one in material.examples if not one.is_corrected).items())),
        corrections=sum(example.is_corrected for example in material.examples),
        lengths={name: bars[name] for name in (*(f"<{step}" for step in STEPS), f">={STEPS[-1]}")},
        middle=round(median(sizes)) if sizes else 0,
        longest=max(sizes, default=0),
        counted=sum(length.is_counted for length in told),
        personal=dict(Counter(kind for example in material.examples for kind in example.personal).most_common()),
    )


def _bar(tokens: int) -> str:
    return next((f"<{step}" for step in STEPS if tokens < step), f">={STEPS[-1]}")
