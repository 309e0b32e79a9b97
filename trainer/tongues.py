"""Whether an answer is in another language than its question.

Owns the guess and when it counts: a language is told apart from a few words only where both texts are plain prose.
Does not cover which languages the replay prompts are drawn in (replay).
"""

import re
from typing import Any

from .flaws import CODE
from .replay import languages_of

# The languages that a guess chooses among; where all 140 that the library knows compete, short texts are told as
# dialects of their neighbours.
LANGUAGES = ["ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "uk", "zh"]
FEWEST_LETTERS = 20  # of question and of answer
READ = 200  # characters of each; more makes no guess better

IN_BOTH = re.compile(r"\b(?:a|do)\b", re.IGNORECASE)  # small words of English and of Portuguese: they tell nothing

# A question that speaks of languages may well be answered in another one.
ABOUT_LANGUAGE = re.compile(
    r"\btrans(late|lation|lator)|\btradu[zçt]|\b(english|portuguese|spanish|french|german|italian|latin|japanese"
    r"|chinese|russian|inglês|ingles|português|portugues|espanhol|francês|frances|alemão|alemao|italiano|japonês"
    r"|language|idioma|língua|lingua)\b",
    re.IGNORECASE,
)


class Tongues:
    """Guesses languages; the library and its table are loaded when a guess is first needed."""

    def __init__(self) -> None:
        self._identifier: Any = None

    def differ(self, question: str, answer: str, certainty: int) -> bool:
        """Whether both languages are told with `certainty` per cent or more, and are not the same."""
        if certainty > 100:
            return False
        asked, said = _prose(question), _prose(answer)
        # Most pairs are settled by their small words, or by one guess: guesses take most of the time.
        small = _by_small_words(asked)
        if len(small) == 1 and small == _by_small_words(said):
            return False
        if min(sum(map(str.isalpha, asked)), sum(map(str.isalpha, said))) < FEWEST_LETTERS:
            return False
        other, sure = self._guess(said)
        if 100 * sure < certainty or small == {other}:
            return False
        its, sure = self._guess(asked)
        return its != other and 100 * sure >= certainty and not ABOUT_LANGUAGE.search(question)

    def _guess(self, text: str) -> tuple[str, float]:
        if self._identifier is None:
            from py3langid.langid import MODEL_FILE, LanguageIdentifier

            self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
            self._identifier.set_languages(LANGUAGES)
        language, probability = self._identifier.classify(text)
        return str(language), float(probability)


def _by_small_words(prose: str) -> frozenset[str]:
    return languages_of([IN_BOTH.sub(" ", prose)])


def _prose(text: str) -> str:
    """Without code, addresses and names in quotes."""
    return re.sub(r"https?://\S+|\S+@\S+|[\"“”«»][^\"“”«»]{0,200}[\"“”«»]", " ", CODE.sub(" ", text[: 4 * READ]))[:READ]
