"""What a tuned tag is worth: figures of the tag that is served and of its exported file, against the model in use.

Owns which answers are measured and how. The served tags answer through the model server, at temperature 0; how likely
the well-rated answers became is asked of the GGUF files. Does not cover what is good enough (judgement), the general
questions (probe) nor whether training and serving read the same (certificate).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from ..serving.client import Answer, ModelServer
from ..serving.files import base_file
from ..serving.likelihood import Scored, log_probabilities
from ..serving.vocabulary import Vocabulary
from ..store.errors import Notice
from ..store.home import Home
from .certificate import Certificate, certify, read_trained
from .dataset import RATED, Row, read_held_out, read_rows
from .figures import Paired, Share, paired, share
from .probe import Retention, measure_retention
from .prompts import Ending, ExampleTooLong, NothingToLearn, encode_example, find_ending
from .rendering import Renderer
from .replay import languages_of
from .run_folder import Order, RunFolder

FEWEST, MOST = 5, 60  # held-out answers that are measured; fewer say nothing
TRAINED = 16  # trained answers whose likelihood is measured
ASKED = 6  # trained questions that are asked again beside the held-out ones
OPTIONS = {"temperature": 0, "seed": 1, "num_predict": 192}
_REFUSAL = re.compile(
    r"\b(?:i can(?:'|’)?t|i cannot|i(?:'|’)?m (?:sorry|unable)|as an ai|não posso|sinto muito|desculpe|como uma ia)\b",
    re.IGNORECASE,
)

Told = Callable[[str, int, int], None]  # what is measured, done, of all


class TunedFileGone(Notice):
    """The run's own GGUF file was tidied away, and the server's copy cannot be read from here."""

    key = "error-tuned-file-gone"


@dataclass(frozen=True)
class Pair:
    """One question with the well-rated answer and those of the two models."""

    question: str
    wanted: str
    before: str
    after: str
    held_out: bool


@dataclass(frozen=True)
class Manner:
    """How one model answers."""

    stopped: Share  # ended by themselves
    language: Share  # in the language of the well-rated answer
    refused: Share
    empty: int
    length: float  # median of characters by those of the well-rated answer


@dataclass(frozen=True)
class Evaluation:
    """`None` where it could not be measured: no held-out answers, no file of the model in use."""

    tag: str
    against: str  # the model in use
    base: str
    held_out: int  # answers; 0: the likeness is that of trained answers
    likeness: Paired | None  # chrF, 0 to 100, of the answers to the well-rated ones
    before: Manner
    after: Manner
    learned: Paired | None  # mean log-probability of a token of trained answers in nats, base to tag
    held_out_learned: Paired | None  # of held-out answers, model in use to tag
    own_question: Paired | None  # by how much a held-out answer is likelier after its own question than after another
    retention: Retention
    certificate: Certificate
    pairs: tuple[Pair, ...]


def evaluate(
    server: ModelServer, folder: RunFolder, against: str, home: Home, told: Told = lambda what, done, of: None
) -> Evaluation:
    """Measure the tag of a run against another one that is served.

    Raises the Notices of the server, TunedFileGone, LikelihoodUnknown, and OSError where the run's folder is not whole.
    """
    order = folder.order()
    trained = [row for row in read_rows(folder.path) if row.kind == RATED]
    held_out = spread(read_held_out(folder.path), MOST)
    if len(held_out) < FEWEST:
        held_out = []
    base, tuned = Path(order.base_file), _exported(server, folder, order.tag, home)
    certificate = certify(server, (order.base, base), (order.tag, tuned), trained, read_trained(folder.path))
    asked = [*held_out, *spread(trained, ASKED)]
    before, after = (_answers(server, tag, asked, told) for tag in (against, order.tag))
    rival = base if against == order.base else base_file(server.describe(against), home)
    learned, unseen, own = _likelihoods(server, order, rival, tuned, held_out, spread(trained, TRAINED))
    wanted = [row.messages[-1].content for row in asked]
    return Evaluation(
        tag=order.tag,
        against=against,
        base=order.base,
        held_out=len(held_out),
        likeness=_likeness(wanted, before, after, len(held_out)),
        before=_manner(wanted, before),
        after=_manner(wanted, after),
        learned=learned,
        held_out_learned=unseen,
        own_question=own,
        retention=measure_retention(
            server, order.base, order.base_digest, order.tag, home.probe, lambda done, of: told("probe", done, of)
        ),
        certificate=certificate,
        pairs=tuple(
            Pair(row.messages[-2].content, text, one.content, other.content, row.held_out)
            for row, text, one, other in zip(asked, wanted, before, after, strict=True)
        ),
    )


def _exported(server: ModelServer, folder: RunFolder, tag: str, home: Home) -> Path:
    """The tuned GGUF: the run's own, or after tidying up the server's copy. Raises TunedFileGone."""
    own = folder.path / "model.gguf"
    found = own if own.exists() else base_file(server.describe(tag), home)
    if found is None:
        raise TunedFileGone(tag=tag)
    return found


def spread(rows: Sequence[Row], most: int) -> list[Row]:
    """At most so many, evenly spread."""
    return [rows[at * len(rows) // most] for at in range(most)] if len(rows) > most else list(rows)


def _answers(server: ModelServer, tag: str, rows: Sequence[Row], told: Told) -> list[Answer]:
    talks = [[{"role": turn.role, "content": turn.content} for turn in row.messages[:-1]] for row in rows]
    answers = []
    for answer in server.answers(tag, talks, OPTIONS):
        answers.append(answer)
        told("answers", len(answers), len(rows))
    return answers


def _likeness(wanted: Sequence[str], before: Sequence[Answer], after: Sequence[Answer], held_out: int) -> Paired | None:
    """Of the held-out answers, which come first; where there are none, of the trained ones."""
    from sacrebleu.metrics.chrf import CHRF

    chrf = CHRF()  # chrF2, character n-grams up to 6: Popović 2015, https://aclanthology.org/W15-3049
    likeness = [
        [chrf.sentence_score(answer.content, [text]).score for answer, text in zip(answers, wanted, strict=True)]
        for answers in (before, after)
    ]
    count = held_out or len(wanted)
    return paired(likeness[0][:count], likeness[1][:count])


def _manner(wanted: Sequence[str], answers: Sequence[Answer]) -> Manner:
    texts = [answer.content for answer in answers]
    languages = [bool(languages_of([text]) & languages_of([model])) for text, model in zip(texts, wanted, strict=True)]
    return Manner(
        stopped=share(sum(answer.done_reason == "stop" for answer in answers), len(answers)),
        language=share(sum(languages), len(answers)),
        refused=share(sum(bool(_REFUSAL.search(text)) for text in texts), len(answers)),
        empty=sum(not text.strip() for text in texts),
        length=median(len(text) / len(model) for text, model in zip(texts, wanted, strict=True)),
    )


def _likelihoods(
    server: ModelServer, order: Order, rival: Path | None, tuned: Path, held_out: Sequence[Row], trained: Sequence[Row]
) -> tuple[Paired | None, Paired | None, Paired | None]:
    """Trained answers, held-out answers, and how much these depend on their question. All in nats a token."""
    base = Path(order.base_file)
    with Vocabulary(base) as vocabulary:
        render = Renderer(server, order.base, base)
        ending = find_ending(vocabulary, render)
        seen = [_scored(vocabulary, render, ending, row, row) for row in trained]
        # After the question before it in the list; that of the first is the last one's.
        own = [_scored(vocabulary, render, ending, row, row) for row in held_out]
        other = [_scored(vocabulary, render, ending, held_out[at - 1], row) for at, row in enumerate(held_out)]
    both = [(one, two) for one, two in zip(own, other, strict=True) if one and two]
    own, other = [one for one, _ in both], [two for _, two in both]
    rows = [row for row in (*seen, *own, *other) if row]
    files = dict.fromkeys((base, rival or base, tuned))
    means = {file: [fmean(values) for values in log_probabilities(file, rows, order.threads)] for file in files}
    first, second = len(rows) - 2 * len(both), len(rows) - len(both)
    old, new = means[rival or base], means[tuned]
    return (
        paired(means[base][:first], new[:first]),
        paired(old[first:second], new[first:second]),
        paired(
            [one - two for one, two in zip(old[first:second], old[second:], strict=True)],
            [one - two for one, two in zip(new[first:second], new[second:], strict=True)],
        ),
    )


def _scored(vocabulary: Vocabulary, render: Renderer, ending: Ending, asked: Row, row: Row) -> Scored | None:
    """The answer of `row` after the conversation of `asked`."""
    prompt = render([{"role": turn.role, "content": turn.content} for turn in asked.messages[:-1]])
    try:
        tokens = encode_example(vocabulary, prompt, row.messages[-1].content, ending, limit=4096)
    except (ExampleTooLong, NothingToLearn):
        return None
    return Scored(tokens.input_ids, tokens.trained)
