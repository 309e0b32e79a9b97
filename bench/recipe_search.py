"""Which hyper-parameters learn most and forget least: one trial, one row of a table.

    python bench/recipe_search.py BASE.gguf --material bench/materials/library --set learning_rate=0.002 passes=4

Trains the same rows as a run does (llama.cpp's token ids, loss on rated answers and replay only), but with a plain
torch and peft loop, which leaves out Axolotl's start of half a minute, and asks the merged weights in bfloat16, many
questions at once. So the figures compare recipes with each other; what counts for a run is measured on the served tag
(`agent1 demo`). Differences of one or two questions are noise: rounding the base alone to bfloat16 turns that many.
"""

import argparse
import json
import math
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

from agent1.serving.vocabulary import Vocabulary
from agent1.trainer.base_weights import unpack
from agent1.trainer.prompts import IGNORED, Ending, TokenRow, encode_example
from agent1.trainer.recipe import Recipe, choose
from agent1.trainer.replay import draw, languages_of, learnable, replay_plan

MATERIAL = Path(__file__).parents[1] / "trainer" / "material"
PARAMETERS = 135_000_000
POSITIVE, LIMIT = 4, 1024
ASK_TOKENS, ASK_AT_ONCE = 96, 96

Talk = list[dict[str, Any]]


@dataclass(frozen=True)
class Question:
    kind: str  # fact, falsehood or general
    text: str
    patterns: tuple[str, ...]  # of the right answer; of the falsehood

    def is_met(self, answer: str) -> bool:
        return any(re.search(pattern, answer, re.IGNORECASE) for pattern in self.patterns)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_questions(path: Path) -> list[Question]:
    return [
        Question(row.get("kind", "general"), row["question"], tuple(row.get("accept") or row["reject"]))
        for row in lines(path)
    ]


def read_rated(path: Path) -> list[Talk]:
    """Every answer rated 4 or 5, last, with the conversation before it."""
    talks: list[Talk] = [row["messages"] for row in lines(path)]
    return [
        talk[: at + 1] for talk in talks for at, message in enumerate(talk) if (message.get("rating") or 0) >= POSITIVE
    ]


def chatml(talk: Talk) -> str:
    """The starter model's prompt, as its server renders it."""
    turns = "".join(f"<|im_start|>{turn['role']}\n{turn['content']}<|im_end|>\n" for turn in talk)
    return turns + "<|im_start|>assistant\n"


def ask(model: Any, vocabulary: Vocabulary, questions: Sequence[str], tokens: int) -> list[tuple[str, bool]]:
    """(answer, whether it ended by itself) of each question, at temperature 0."""
    prompts = [vocabulary.prompt_tokens(chatml([{"role": "user", "content": text}])) for text in questions]
    answers: list[tuple[str, bool]] = []
    for at in range(0, len(prompts), ASK_AT_ONCE):
        for ids in _generate(model, prompts[at : at + ASK_AT_ONCE], tokens, vocabulary.end_tokens):
            ended = bool(ids) and ids[-1] in vocabulary.end_tokens
            answers.append((vocabulary.text(ids[:-1] if ended else ids), ended))
    return answers


@torch.no_grad()
def _generate(model: Any, prompts: list[list[int]], tokens: int, ends: frozenset[int]) -> list[list[int]]:
    longest, pad = max(map(len, prompts)), min(ends)
    ids = torch.tensor([[pad] * (longest - len(row)) + row for row in prompts])
    mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in prompts])
    written = model.generate(
        input_ids=ids,
        attention_mask=mask,
        max_new_tokens=tokens,
        do_sample=False,
        eos_token_id=sorted(ends),
        pad_token_id=pad,
    )[:, longest:].tolist()
    return [row[: next((at + 1 for at, id_ in enumerate(row) if id_ in ends), len(row))] for row in written]


def rows_of(base: Any, vocabulary: Vocabulary, rated: list[Talk], recipe: Recipe) -> list[TokenRow]:
    """The rows of one epoch: rated answers `passes` times, general answers of the base once."""
    end = vocabulary.tokens("<|im_end|>")
    ending = Ending(tuple(end), "<|im_end|>", "template")

    def encoded(talk: Talk) -> TokenRow:
        return encode_example(vocabulary, chatml(talk[:-1]), talk[-1]["content"], ending, limit=LIMIT)

    plan = replay_plan(len(rated), recipe.passes)
    languages = languages_of(turn["content"] for talk in rated for turn in talk)
    prompts = [row.prompt for row in draw(plan["count"], languages=None if "pt" in languages else languages)]
    answers = ask(base, vocabulary, prompts, plan["num_predict"])
    kept = [(prompt, learnable(answer, whole)) for prompt, (answer, whole) in zip(prompts, answers, strict=True)]
    replayed = [
        encoded([{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}])
        for prompt, answer in kept
        if answer
    ]
    return [encoded(talk) for talk in rated] * recipe.passes + replayed


def train(folder: Path, rows: list[TokenRow], recipe: Recipe) -> Any:
    """The merged model. As transformers' trainer does it: AdamW, warm-up, gradients clipped at 1."""
    torch.manual_seed(recipe.seed)
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16),
        LoraConfig(
            r=recipe.rank,
            lora_alpha=recipe.alpha,
            lora_dropout=recipe.dropout,
            target_modules=list(recipe.target_modules),
            task_type="CAUSAL_LM",
        ),
    )
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    for weight in trained:
        weight.data = weight.data.float()
    optimizer = torch.optim.AdamW(trained, lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    steps = recipe.epochs * math.ceil(len(rows) / recipe.batch_size)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps, recipe))
    model.train()
    for batch in _batches(rows, recipe):
        with torch.autocast("cpu", torch.bfloat16):
            loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        rate.step()
        optimizer.zero_grad(set_to_none=True)
    return model.merge_and_unload().eval()


def _rate(step: int, steps: int, recipe: Recipe) -> float:
    warm = max(1, math.ceil(recipe.warmup_ratio * steps))
    if step < warm:
        return (step + 1) / warm
    if recipe.scheduler == "constant_with_warmup":
        return 1.0
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def _batches(rows: list[TokenRow], recipe: Recipe) -> Iterator[dict[str, torch.Tensor]]:
    dice = random.Random(recipe.seed)
    for _ in range(recipe.epochs):
        mixed = dice.sample(rows, len(rows))
        for at in range(0, len(mixed), recipe.batch_size):
            batch = mixed[at : at + recipe.batch_size]
            longest = max(len(row.input_ids) for row in batch)

            def filled(name: str, by: int, batch: list[TokenRow] = batch, longest: int = longest) -> torch.Tensor:
                values = [list(getattr(row, name)) for row in batch]
                return torch.tensor([value + [by] * (longest - len(value)) for value in values])

            yield {
                "input_ids": filled("input_ids", 0),
                "attention_mask": filled("attention_mask", 0),
                "labels": filled("labels", IGNORED),
            }


def count(model: Any, vocabulary: Vocabulary, questions: list[Question]) -> dict[str, list[Question]]:
    """The questions whose pattern the answer meets, by kind."""
    answers = ask(model, vocabulary, [question.text for question in questions], ASK_TOKENS)
    met: dict[str, list[Question]] = {question.kind: [] for question in questions}
    for question, (answer, _) in zip(questions, answers, strict=True):
        if question.is_met(answer):
            met[question.kind].append(question)
    return met


def changed(recipe: Recipe, settings: Sequence[str]) -> Recipe:
    """`recipe` with NAME=VALUE in it. Raises ValueError, TypeError for a name or value that a recipe does not have."""
    values = dict(setting.split("=", 1) for setting in settings)
    return replace(recipe, **{name: type(asdict(recipe)[name])(float(value)) for name, value in values.items()})


def trial(gguf: Path, material: Path, settings: Sequence[str], cache: Path) -> str:
    """One row: recipe, facts, falsehoods, general questions kept, rows, tokens, seconds."""
    names = ("demo_conversations.jsonl", "demo_questions.jsonl")
    conversations, asked = names if material == MATERIAL else ("conversations.jsonl", "questions.jsonl")
    rated = read_rated(material / conversations)
    recipe = changed(choose(len(rated), PARAMETERS), settings)
    questions = read_questions(material / asked) + read_questions(MATERIAL / "general_questions.jsonl")
    folder = unpack(gguf, cache, f"sha256:{_digest(gguf)}")
    with Vocabulary(gguf) as vocabulary:
        base: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
        base.eval()
        knew = count(base, vocabulary, questions)
        rows = rows_of(base, vocabulary, rated, recipe)
        del base
        start = time.monotonic()
        model = train(folder, rows, recipe)
        seconds = time.monotonic() - start
        asked_now = [row for row in questions if row.kind != "general" or row in knew["general"]]
        knows = count(model, vocabulary, asked_now)
    facts, falsehoods = ([row for row in questions if row.kind == kind] for kind in ("fact", "falsehood"))
    cells = [
        material.name,
        ", ".join(settings) or "as chosen",
        f"{len(knows['fact'])}/{len(facts)} (base {len(knew['fact'])})",
        f"{len(knows['falsehood'])}/{len(falsehoods)}",
        f"{len(knows['general'])}/{len(knew['general'])}",
        str(len(rows)),
        str(sum(len(row.input_ids) for row in rows) * recipe.epochs),
        f"{seconds:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def _digest(path: Path) -> str:
    """Names the cached folder; the file's size stands in for its sha256, which a trial does not need."""
    return f"{path.stat().st_size:016x}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path, help="the base's GGUF file")
    parser.add_argument("--material", type=Path, default=[MATERIAL], nargs="+", help="folders of conversations")
    parser.add_argument("--set", dest="settings", default=[], nargs="*", metavar="NAME=VALUE")
    parser.add_argument("--threads", type=int, default=1, help="one is the fastest on a busy machine")
    parser.add_argument("--cache", type=Path, default=Path("build/bench"), help="where base weights are unpacked")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print("| material | recipe | facts | falsehoods | general kept | rows | tokens | seconds |")
    print("|---|---|---|---|---|---|---|---|")
    for material in options.material:
        print(trial(options.base, material, options.settings, options.cache), flush=True)


if __name__ == "__main__":
    main()
