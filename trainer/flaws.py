"""What is wrong with one answer for itself, so that it is not worth learning.

Owns the rules, as pure functions of the text; each flaw is a key of the catalogue. Does not cover what only its
question or other answers tell (tongues, material).
"""

import re
from itertools import islice

from ..store.records import AnswerState, Thresholds
from .filters import USUAL, plain

ENDINGS = {
    AnswerState.WRITING: "left-out-unfinished",
    AnswerState.STOPPED: "left-out-stopped",
    AnswerState.CUT: "left-out-cut",
    AnswerState.FAILED: "left-out-failed",
}

# Programs that keep a failure as the assistant's words (seen in exports); a colon keeps answers about errors apart.
ERROR_NOTICE = re.compile(
    r"^\W*(error|erro|exception|network error|internal server error|connection (error|refused))\s*:"
    r"|^\W*traceback \(most recent call last\)"
    r"|^\s*\{\s*\"(error|detail)\"\s*:"
    r"|^\s*<(!doctype )?html"
    r"|^\W*(something went wrong|there was an error generating|an error occurred|request timed out)\b"
    r"|^\W*(algo deu errado|houve um erro|ocorreu um erro|tempo (limite )?esgotado)\b"
    r"|^\W*(too many requests|you'?ve reached (your|the) \w+ limit)\b"
    r"|^\W*the (model|server) is (currently )?(overloaded|busy)\b"
    r"|^\W*(o (modelo|servidor) está (sobrecarregado|ocupado|indisponível)|você atingiu o limite)\b",
    re.IGNORECASE,
)
LONGEST_NOTICE = 400  # characters

# At the beginning of an answer. "I'm sorry to hear that" and "I can't swim" are none.
REFUSAL = re.compile(
    r"^\W*((i'?m|i am) (very |really )?sorry,? (but )?)?(unfortunately,? |as an ai( language)?( model)?[^.]{0,40}, )?"
    r"i (can'?t|cannot|can not|am unable to|'?m unable to|am not able to|'?m not able to|won'?t|will not)( \w+)? ?"
    r"(help|assist|answer|provide|comply|fulfil|discuss|create|generate|share|do that"
    r"|continue with|offer|engage|write)\b"
    r"|^\W*as an ai( language)?( model)?,? i\b"
    r"|^\W*(desculpe|sinto muito|lamento|me desculpe|infelizmente)?,? ?(mas )?(eu )?"
    r"não (posso|consigo|sou capaz de|estou autorizad[oa] a)( \w+)? ?"
    r"(ajudar|auxiliar|responder|fornecer|atender|cumprir|discutir|criar|gerar|compartilhar|fazer isso"
    r"|continuar|escrever)\b"
    r"|^\W*como (uma? )?(ia|inteligência artificial|modelo de linguagem),? (eu )?não\b",
    re.IGNORECASE,
)
LONGEST_REFUSAL = 60  # words; a longer one says something beside

# No sentence ends with these, in either language.
UNFINISHED = frozenset(
    [
        "an",
        "and",
        "as",
        "because",
        "com",
        "da",
        "das",
        "de",
        "dos",
        "e",
        "em",
        "na",
        "nas",
        "nos",
        "o",
        "or",
        "os",
        "ou",
        "para",
        "porque",
        "the",
    ]
)
SHORTEST_SENTENCE = 6  # words, from which on one that breaks off is told by its last word
FENCE = "```"
CODE = re.compile(r"```.*?(```|\Z)|`[^`\n]+`", re.DOTALL)

SHORTEST_CIRCLE = 12  # words


def flaw_of(answer: str, state: AnswerState, limits: Thresholds = USUAL) -> str | None:
    """Why an answer cannot be learned for itself; None where it can."""
    if not answer.strip():
        return "left-out-empty"
    if state is not AnswerState.DONE:
        return ENDINGS[state]
    if len(answer) <= LONGEST_NOTICE and ERROR_NOTICE.match(plain(answer)):
        return "left-out-error-notice"
    if len(list(islice(filter(str.isalnum, answer), limits.shortest_answer))) < limits.shortest_answer:
        return "left-out-too-short"
    if breaks_off(answer):
        return "left-out-breaks-off"
    if limits.refusals and is_refusal(answer):
        return "left-out-refusal"
    if goes_in_circles(answer, limits.new_triples):
        return "left-out-loop"
    return None


def breaks_off(answer: str) -> bool:
    """Whether an answer that came without its ending (most imports) surely stops before it."""
    if answer.count(FENCE) % 2:
        return True
    last = answer.rstrip()
    words = last.rsplit(maxsplit=SHORTEST_SENTENCE)
    return len(words) >= SHORTEST_SENTENCE and (last[-1] in ",;(" or words[-1] in UNFINISHED)


def is_refusal(answer: str) -> bool:
    return bool(REFUSAL.match(plain(answer))) and len(answer.split()) <= LONGEST_REFUSAL


def goes_in_circles(answer: str, new_triples: int) -> bool:
    """Whether fewer than `new_triples` per cent of its word triples are said for the first time; code is not read."""
    # Long words are read in pieces, for a loop may be without spaces.
    words = re.findall(r"\w{1,8}", CODE.sub(" ", answer).casefold())
    triples = list(zip(words, words[1:], words[2:], strict=False))
    return len(words) >= SHORTEST_CIRCLE and 100 * len(set(triples)) < new_triples * len(triples)
