"""How often each answer is drawn: a 5 more often than a 4, a person's own wording most of all.

Axolotl's own weight of a message is only 0 or 1, so what counts more stands among the rows more often.
"""

from .dataset import RATED, Row

GOOD = 0.6  # of a 5: liked, with something to wish for
CORRECTED = 1.5  # choosing among its own answers teaches a model only what it says already; own words teach more


def times_learned(row: Row, passes: int) -> int:
    """How often `row` stands among the rows of an epoch, where an answer rated 5 stands `passes` times."""
    if row.kind != RATED:
        return 1
    if row.is_corrected:
        return max(passes + 1, round(CORRECTED * passes))
    if row.score == 4:
        return max(1, min(passes - 1, round(GOOD * passes)))
    return passes
