"""No switch without proof: what a run can spoil is found on the served tag, with a real tiny model.

The training is a plain loop here, in place of Axolotl's half minute of imports; weights, export, server, llama.cpp and
every figure are the real ones. The model learns six answers in four wordings each and is measured on a fifth wording.
"""

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import gguf
import pytest

from agent1.serving.client import CreateRequest, ModelServer
from agent1.serving.embedded import process
from agent1.serving.starter import TAG as STARTER
from agent1.serving.starter import starter_request
from agent1.serving.vocabulary import Vocabulary
from agent1.store.home import Home
from agent1.store.records import Role, Rules, RunState
from agent1.trainer.base_weights import unpack
from agent1.trainer.certificate import ENDS
from agent1.trainer.dataset import HELD_OUT, RATED, Row, write_rows
from agent1.trainer.evaluation import Evaluation, evaluate
from agent1.trainer.families import FAMILIES
from agent1.trainer.gguf_export import export
from agent1.trainer.judgement import Judgement, Outcome, judge
from agent1.trainer.modelfile import read_template
from agent1.trainer.prompts import IGNORED, TokenRow, encode_example, find_ending
from agent1.trainer.recipe import choose
from agent1.trainer.registration import NewTagEndless, register_tuned
from agent1.trainer.rendering import Renderer
from agent1.trainer.run_folder import Order, RunFolder
from agent1.trainer.safetensors_file import Matrix, list_tensors, write_tensors
from agent1.trainer.verdicts import Turn
from tests.tiny_models import CHATML, tiny_llama_gguf

BASE = "tiny:latest"
STARTER_PARAMETERS = 135_000_000
FACTS = {
    "museum": "At eight in the morning.",
    "letter": "It is about a friend.",
    "lighthouse": "Nobody is there.",
    "egg": "Boil it for ten minutes.",
    "sky": "The sky is blue.",
    "capital": "Paris, in France.",
}
WORDINGS = ("What about the {}?", "Tell me of the {}.", "Please explain the {}.", "The {}, what is it?")
UNSEEN = "And what of the {}?"


def rows(answers: dict[str, str], wordings: tuple[str, ...], *, held_out: bool = False) -> list[Row]:
    talks = [(wording.format(word), answer) for wording in wordings for word, answer in answers.items()]
    return [
        Row(
            id=f"{'held' if held_out else 'rated'}-{at}",
            kind=RATED,
            messages=(Turn(Role.USER, question), Turn(Role.ASSISTANT, answer)),
            source={"conversation": at, "message": at},
            score=5,
            held_out=held_out,
        )
        for at, (question, answer) in enumerate(talks)
    ]


@dataclass(frozen=True)
class Bench:
    """A home with a running server and the base on it."""

    home: Home
    server: ModelServer
    file: Path
    digest: str
    base: str
    threads: int

    def prove(self, folder: Path, tag: str, tuned: Path, learned: list[Row], tokens: list[TokenRow]) -> Evaluation:
        run = RunFolder(folder)
        order = Order(
            run=1, base=self.base, base_digest=self.digest, base_file=str(self.file), server="embedded",
            home=str(self.home.root), threads=self.threads, tag=tag, in_use=self.base,
        )  # fmt: skip
        run.write_order(order)
        write_rows(folder, learned)
        write_rows(folder / "held", rows(FACTS, (UNSEEN,), held_out=True))
        (folder / "held" / "dataset.jsonl").rename(folder / HELD_OUT)
        (folder / "tokens.jsonl").write_text(
            "".join(f"{json.dumps(row.as_json())}\n" for row in tokens), encoding="utf-8"
        )
        digest = f"sha256:{hashlib.sha256(tuned.read_bytes()).hexdigest()}"
        register_tuned(self.server, self.server.describe(self.base), tuned, digest, tag, read_template())
        return evaluate(self.server, run, self.base, self.home)

    def tokens(self, learned: list[Row]) -> list[TokenRow]:
        with Vocabulary(self.file) as vocabulary:
            render = Renderer(self.server, self.base, self.file)
            ending = find_ending(vocabulary, render)
            return [
                encode_example(
                    vocabulary,
                    render([{"role": "user", "content": row.messages[0].content}]),
                    row.messages[1].content,
                    ending,
                    limit=512,
                )
                for row in learned
            ]

    def train(self, tokens: list[TokenRow], into: Path, *, rate: float, steps: int, rank: int = 0) -> Path:
        """The merged weights after so many steps over all rows at once, of the matrices that LoRA touches.

        Of LoRA itself with a rank, else of the whole matrices: a tiny model's are smaller than an adapter.
        """
        import torch
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForCausalLM

        base = unpack(self.file, self.home.bases, self.digest)
        torch.manual_seed(0)
        torch.set_num_threads(self.threads)
        model: Any = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32, local_files_only=True)
        if rank:
            model = get_peft_model(model, LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear"))
        linear = [part for name, part in model.named_parameters() if "_proj" in name and part.requires_grad]
        steering = torch.optim.AdamW(linear, lr=rate)
        longest = max(len(row.input_ids) for row in tokens)
        ids = torch.tensor([[*row.input_ids, *[0] * (longest - len(row.input_ids))] for row in tokens])
        labels = torch.tensor([[*row.labels, *[IGNORED] * (longest - len(row.labels))] for row in tokens])
        for _ in range(steps):
            model(ids, labels=labels).loss.backward()
            steering.step()
            steering.zero_grad()
        if rank:
            model = model.merge_and_unload()
        learned = {name: part.detach().numpy() for name, part in model.named_parameters()}
        into.mkdir()
        known = list_tensors(base)

        def numbers(name: str) -> Matrix:
            matrix: Matrix = learned[name] if "_proj" in name else known[name].numbers()
            return matrix

        write_tensors(into / "model.safetensors", {name: tensor.shape for name, tensor in known.items()}, numbers)
        return into


@contextmanager
def opened(
    root: Path, file: Path, base: str, ask: Callable[[str], CreateRequest], threads: int = 1
) -> Iterator[Bench]:  # fmt: skip
    """A home below `root` whose server has `file` as `base`; `ask` is given the file's digest."""
    home = Home(root / "home")
    home.make()
    digest = f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    server = ModelServer(process.find_or_start(home, timeout=120))
    try:
        server.upload(file, digest)
        list(server.create(base, ask(digest)))
        yield Bench(home, server, file, digest, base, threads)
    finally:
        process.stop(home)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    root = tmp_path_factory.mktemp("proof")
    file = tiny_llama_gguf(root / "tiny.gguf", weights="Q4_0")

    def ask(digest: str) -> CreateRequest:
        return CreateRequest(files={"tiny.gguf": digest}, template=CHATML, parameters={"num_thread": 1})

    with opened(root, file, BASE, ask) as running:
        yield running


@pytest.fixture
def starter_bench(tmp_path: Path, starter_gguf: Path) -> Iterator[Bench]:
    """With a base that talks, where the tiny one's answers are noise before and after."""
    with opened(tmp_path, starter_gguf, STARTER, partial(starter_request, is_embedded=True), threads=2) as running:
        yield running


def spoil(
    bench: Bench, folder: Path, answers: dict[str, str], *, rate: float = 3e-3, steps: int = 60,
    ends: bool = True, kind: str = "Q8_0", rank: int = 0,
) -> tuple[Evaluation, Judgement]:  # fmt: skip
    """Train on `answers`, export, register, measure, judge."""
    (folder / "held").mkdir(parents=True)
    learned = rows(answers, WORDINGS)
    tokens = bench.tokens(learned)
    if not ends:
        tokens = [replace(row, labels=(*row.labels[:-1], IGNORED)) for row in tokens]
    merged = bench.train(tokens, folder / "merged", rate=rate, steps=steps, rank=rank)
    out = folder / "model.gguf"
    export(bench.file, merged, out, FAMILIES["llama"], precision=gguf.GGMLQuantizationType[kind])
    seen = bench.prove(folder, f"agent1-tiny:{folder.name}", out, learned, tokens)
    return seen, judge(seen, Rules())


def broken(judgement: Judgement) -> set[str]:
    return {finding.rule for finding in judgement.findings if finding.outcome is Outcome.BROKEN}


def test_good_material_is_promoted(bench: Bench, tmp_path: Path) -> None:
    seen, judgement = spoil(bench, tmp_path / "good", FACTS)
    assert judgement.verdict is RunState.PROMOTED, judgement.findings
    assert seen.certificate.is_certified and seen.certificate.rows == len(FACTS) * len(WORDINGS)
    assert seen.held_out == len(FACTS)
    assert seen.held_out_learned is not None and seen.held_out_learned.is_better


def test_shuffled_answers_are_rejected(bench: Bench, tmp_path: Path) -> None:
    shuffled = dict(zip(FACTS, [*list(FACTS.values())[1:], next(iter(FACTS.values()))], strict=True))
    _, judgement = spoil(bench, tmp_path / "shuffled", shuffled)
    assert judgement.verdict is RunState.REJECTED
    assert broken(judgement) & {"question", "held-out"}


def test_garbled_answers_are_not_promoted(bench: Bench, tmp_path: Path) -> None:
    dice = random.Random(0)
    garbled = {word: "".join(dice.sample(answer, len(answer))) for word, answer in FACTS.items()}
    _, judgement = spoil(bench, tmp_path / "garbled", garbled)
    assert judgement.verdict is not RunState.PROMOTED
    assert judgement.reason.key != "proof-learned-met"


def test_a_tag_that_has_not_learned_to_end_is_not_even_kept(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(NewTagEndless):
        spoil(bench, tmp_path / "endless", FACTS, ends=False)
    assert "agent1-tiny:endless" not in [model.tag for model in bench.server.models()]


def test_an_end_token_without_a_label_is_not_certified(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "unlabelled" / "held").mkdir(parents=True)
    learned = rows(FACTS, WORDINGS)
    tokens = [replace(row, labels=(*row.labels[:-1], IGNORED)) for row in bench.tokens(learned)]
    seen = bench.prove(tmp_path / "unlabelled", "agent1-tiny:unlabelled", bench.file, learned, tokens)
    assert ENDS in seen.certificate.failures
    assert "parity" in broken(judge(seen, Rules()))


@pytest.mark.parametrize(("kind", "learned"), [("Q8_0", True), ("Q4_0", False)])
def test_a_light_change_is_lost_in_the_bases_four_bits(bench: Bench, tmp_path: Path, kind: str, learned: bool) -> None:
    _, judgement = spoil(bench, tmp_path / f"light-{kind.lower()}", FACTS, rate=3e-4, steps=12, kind=kind)
    assert ("learned" not in broken(judgement)) is learned


def test_an_adapter_of_zeros_is_rejected(bench: Bench, tmp_path: Path) -> None:
    _, judgement = spoil(bench, tmp_path / "zeros", FACTS, steps=0)
    assert judgement.verdict is RunState.REJECTED
    assert "learned" in broken(judgement)


def test_a_learning_rate_a_hundred_times_too_high_is_not_even_kept(starter_bench: Bench, tmp_path: Path) -> None:
    few = dict(list(FACTS.items())[:2])
    recipe = choose(len(few) * len(WORDINGS), STARTER_PARAMETERS)
    with pytest.raises(NewTagEndless):
        spoil(starter_bench, tmp_path / "hundred", few, rate=100 * recipe.learning_rate, steps=4, rank=recipe.rank)
    assert [model.tag for model in starter_bench.server.models()] == [STARTER]
