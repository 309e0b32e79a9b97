"""Other wordings of a question: what a small base needs to know the answer again when it is asked differently.

A pure function. Does not cover which rows are varied (stages/preparing) nor how much (recipe).
"""

import random
from dataclasses import replace

from .dataset import Row

FEWEST_WORDS, MOST_WORDS = 4, 24  # shorter ones have no word to spare, longer ones are texts to work on


def vary_question(row: Row, share: float, dice: random.Random) -> Row:
    """The row with about `share` of the words of its last question left out; as it is where that is no short line.

    Word dropout (Iyyer et al. 2015, https://aclanthology.org/P15-1162), here so that the answer does not hang on one
    phrase of the question. The answer stays as it is.
    """
    *before, question, answer = row.messages
    words = question.content.split(" ")
    if share <= 0 or not FEWEST_WORDS <= len(words) <= MOST_WORDS or "\n" in question.content:
        return row
    kept = " ".join(word for word in words if dice.random() >= share)
    if not kept.strip():
        return row
    return replace(row, messages=(*before, replace(question, content=kept), answer))
