"""The preparing stage: `python -m agent1.trainer.stages.preparing RUN`, from frozen examples to rows of token ids.

Owns the order of the work, which row is learned in which window, and the evidence: dataset.jsonl with the base's own
answers beside the rated ones, tokens.jsonl, lengths.json, base, axolotl.yml and, last of all, parity.json. Doing it
again gives the same. Does not cover how a row is encoded (prompts), weights are unpacked (base_weights) or prompts are
drawn (replay).
"""

import json
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

from ...serving.choose import reach_server
from ...serving.client import ModelServer
from ...serving.vocabulary import Vocabulary
from ...store.errors import Notice
from ...store.home import Home
from ...store.records import Role, RunState
from ..axolotl_config import TOKENS, render_config
from ..base_weights import unpack
from ..dataset import RATED, REPLAY, Row, read_left_out, read_rows, write_left_out, write_rows
from ..lengths import Counted, count_characters, write_lengths
from ..material import REFUSED_BY_TEMPLATE, TOO_LONG, LeftOut
from ..probe import note_exported
from ..progress import ProgressLog, write_whole
from ..prompts import (
    Ending,
    ExampleTooLong,
    NothingToLearn,
    TokenRow,
    encode_example,
    find_ending,
    report_parity,
)
from ..recipe import Recipe
from ..rehearsal import rehearse_export
from ..rendering import ConversationRefused, Renderer
from ..replay import draw, languages_of, learnable
from ..replay_answers import answer_prompts
from ..run_folder import Order, RunFolder
from ..stage import run_stage
from ..variation import vary_question
from ..verdicts import Turn
from ..weights import times_learned
from .exporting import BaseFileGone

BASE = "base"  # beside axolotl.yml, a link to the unpacked weights
NUM_PREDICT = 96  # tokens of a general answer, where run.json names none

Prepared = tuple[Row, TokenRow]


class NothingFits(Notice):
    """Not one rated answer fits the length that is trained."""

    key = "error-nothing-fits"


def work(run: RunFolder, progress: ProgressLog) -> None:
    order = run.order()
    file, home = Path(order.base_file), Home(Path(order.home))
    if not file.is_file():
        raise BaseFileGone(file=str(file))
    server = reach_server(Home(Path(order.home)), order.server)
    progress.write("log", phase="base")
    with ThreadPoolExecutor(1) as beside, Vocabulary(file) as vocabulary:
        renderer = Renderer(server, order.base, file)
        base = beside.submit(_make_base, file, home, order, run, server, renderer)  # while the server writes answers
        encoder = _Encoder(vocabulary, renderer, find_ending(vocabulary, renderer), order.recipe.sequence_len)
        rated, left_out, counted = _rated(run, encoder)
        replayed = _replay(order, home, server, renderer, encoder, [row for row, _ in rated], progress)
        rows = [*rated, *replayed]
        report = report_parity([row for _, row in rows], vocabulary, encoder.ending, renderer.rendered_by)
        trained = [tokens for prepared in rows for tokens in _times(encoder, prepared, order.recipe)]
        _link(run.path / BASE, base.result())
    _write(run, order, [row for row, _ in rows], trained, left_out)
    write_lengths(run.path, counted)
    told = {"checked": len(rows), "rated": len(rated), "replayed": len(replayed)} | report.as_json()
    write_whole(run.path / "parity.json", json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def _make_base(file: Path, home: Home, order: Order, run: RunFolder, server: ModelServer, renderer: Renderer) -> Path:
    """The unpacked weights, from which the file that answers the chat can be made again."""
    folder = unpack(file, home.bases, order.base_digest)

    def ask(exported: Path) -> None:
        note_exported(server, order.base, order.base_digest, home.probe, exported, renderer, order.threads)

    rehearse_export(file, folder, run.path / "rehearsal.gguf.tmp", ask)
    return folder


class _Encoder:
    """Turns into token rows, in the longest window that fits."""

    def __init__(self, vocabulary: Vocabulary, render: Renderer, ending: Ending, limit: int) -> None:
        self._vocabulary, self._render, self.ending, self._limit = vocabulary, render, ending, limit

    def encode(self, row: Row) -> Prepared | None:
        """The row as it is trained, without its oldest turns where they are too much; None where nothing fits.

        Raises NothingToLearn.
        """
        *before, answer = row.messages
        while before:
            if self._may_fit([*before, answer]):
                prompt = self._render([asdict(turn) for turn in before])
                try:
                    tokens = encode_example(self._vocabulary, prompt, answer.content, self.ending, limit=self._limit)
                    return replace(row, messages=(*before, answer)), tokens
                except ExampleTooLong:
                    pass
            before = without_oldest(before)
        return None

    def _may_fit(self, turns: Sequence[Turn]) -> bool:
        """Rules out what a server would refuse to render, being longer than its context."""
        if sum(len(turn.content.encode()) for turn in turns) < self._limit:
            return True  # no vocabulary has more tokens than bytes; asking it takes time
        return sum(len(self._vocabulary.tokens(turn.content)) for turn in turns) < self._limit


def without_oldest(turns: Sequence[Turn]) -> list[Turn]:
    """The conversation from its second question on, behind its system message; empty where there is no second."""
    system = [turn for turn in turns[:1] if turn.role is Role.SYSTEM]
    questions = [at for at, turn in enumerate(turns) if turn.role is Role.USER]
    return [*system, *turns[questions[1] :]] if len(questions) > 1 else []


def _rated(run: RunFolder, encoder: _Encoder) -> tuple[list[Prepared], list[LeftOut], list[Counted]]:
    """What the base's template does not take is left out too. Raises NothingFits, ConversationRefused of all."""
    kept, left_out, counted = list[Prepared](), read_left_out(run.path), list[Counted]()
    refusal: ConversationRefused | None = None
    for row in read_rows(run.path):
        if row.kind != RATED:
            continue
        message = int(row.source["message"])
        try:
            prepared = encoder.encode(row)
        except ConversationRefused as refused:
            refusal = refused
            left_out.append(LeftOut(message, REFUSED_BY_TEMPLATE))
            continue
        if prepared:
            kept.append(prepared)
            counted.append(Counted(message, count_characters(row.messages), len(prepared[1].input_ids)))
        else:
            left_out.append(LeftOut(message, TOO_LONG))
    if not kept:
        if refusal:
            raise refusal
        raise NothingFits(left_out=len(left_out))
    return kept, left_out, counted


def _replay(
    order: Order,
    home: Home,
    server: ModelServer,
    renderer: Renderer,
    encoder: _Encoder,
    rated: Sequence[Row],
    progress: ProgressLog,
) -> list[Prepared]:
    """General questions with the base's own answers; in Portuguese too where the material is."""
    languages = languages_of(turn.content for row in rated for turn in row.messages)
    drawn = {
        prompt.id: prompt.prompt
        for prompt in draw(order.replay.get("count", len(rated)), languages=None if "pt" in languages else languages)
    }
    cache = home.replay / f"{order.base_digest.removeprefix('sha256:')[:16]}-unpenalized.jsonl"
    answers = answer_prompts(
        server,
        order.base,
        drawn,
        lambda prompt: renderer([{"role": "user", "content": prompt}]),
        order.replay.get("num_predict", NUM_PREDICT),
        cache,
        _teller(progress),
    )
    prepared = []
    for name, answer in answers.items():
        text = learnable(answer.answer, answer.is_whole)
        turns = (Turn(Role.USER, drawn[name]), Turn(Role.ASSISTANT, text))
        try:
            encoded = encoder.encode(Row(id=f"replay-{name}", kind=REPLAY, messages=turns, source={"prompt": name}))
        except NothingToLearn:
            continue  # not one whole sentence
        if encoded:
            prepared.append(encoded)
    return prepared


def _teller(progress: ProgressLog) -> Callable[[int, int], None]:
    return lambda done, total: progress.write("step", phase="replay", step=done, total=total)


def _link(link: Path, folder: Path) -> None:
    """Relative, so that a home can be moved."""
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(folder, link.parent), target_is_directory=True)


def _times(encoder: _Encoder, prepared: Prepared, recipe: Recipe) -> Iterator[TokenRow]:
    """The row as often as it is learned in an epoch: first as it was said, then in other wordings of its question.

    Repeating rated rows here, not in epochs, shows the model a new general answer each time instead of the same.
    """
    row, tokens = prepared
    yield tokens
    dice = random.Random(f"{recipe.seed} {row.id}")
    for _ in range(1, times_learned(row, recipe.passes)):
        varied = vary_question(row, recipe.word_dropout, dice)
        encoded = encoder.encode(varied) if varied is not row else None
        yield encoded[1] if encoded else tokens


def _write(
    run: RunFolder, order: Order, rows: Sequence[Row], trained: Sequence[TokenRow], left_out: Sequence[LeftOut]
) -> None:
    # What was left out is told before it goes from the data set: a try that ends between the two loses nothing.
    write_left_out(run.path, left_out)
    write_rows(run.path, rows)
    write_whole(run.path / TOKENS, "".join(json.dumps(tokens.as_json()) + "\n" for tokens in trained))
    write_whole(run.path / "axolotl.yml", render_config(order.recipe, BASE, len(trained)))


if __name__ == "__main__":
    sys.exit(run_stage(RunState.PREPARING, work, sys.argv[1:]))
