"""Tiny random models in real GGUF files: a true byte-level BPE vocabulary, two layers, about 100,000 numbers.

llama.cpp loads and serves them, Axolotl trains them in seconds. They say nonsense; what they prove is plumbing and
arithmetic. The weights are large enough that attention and rope move the logits: a wrong layout shows.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
LLAMA3 = (
    "{{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
    " + message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)
TEXTS = (
    "The capital of France is Paris. What is the capital of Brazil? The lighthouse opens at eight in the morning.",
    "A capital do Brasil é Brasília. Qual é a capital da França? O farol abre às oito horas da manhã.",
    "Please tell me how to boil an egg, write a short letter to a friend, or explain why the sky is blue.",
    "Por favor, diga como cozinhar um ovo, escreva uma carta curta a um amigo ou explique por que o céu é azul.",
    "What did the museum show yesterday? Thank you for your question, I am happy to help you with anything else.",
    "user assistant system\nIt's 10 o'clock; they're here, we'll go, and I'd say: \"that's all\" (for 2026-11-22).",
)

Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Dialect:
    """The special tokens of a chat format, and which of them begin a text and end an answer."""

    specials: tuple[str, ...]
    bos: str
    eos: str
    template: str
    add_bos: bool


DIALECTS = {
    "chatml": Dialect(("<|endoftext|>", "<|im_start|>", "<|im_end|>"), "<|im_start|>", "<|im_end|>", CHATML, False),
    "llama3": Dialect(
        ("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
        "<|begin_of_text|>",
        "<|eot_id|>",
        LLAMA3,
        True,
    ),
}


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 510
    width: int = 64
    layers: int = 2
    heads: int = 4
    kv_heads: int = 2
    feed_forward: int = 128
    context: int = 1024
    rope_base: float = 30000.0  # not the usual default, so that a lost setting shows

    @property
    def head_width(self) -> int:
        return self.width // self.heads


def tiny_vocabulary(specials: Sequence[str], size: int) -> tuple[list[str], list[str]]:
    """Tokens (the specials first) and merges of a byte-level BPE learned from TEXTS."""
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    learner.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    wanted = size - len(specials)
    trainer: Any = trainers.BpeTrainer  # the package's stub leaves its constructor untyped
    learner.train_from_iterator(
        TEXTS, trainer(vocab_size=wanted, initial_alphabet=alphabet, min_frequency=1, show_progress=False)
    )
    merges = [" ".join(pair) for pair in json.loads(learner.to_str())["model"]["merges"]]
    learned = sorted(learner.get_vocab().items(), key=lambda item: item[1])
    tokens = [*specials, *(token for token, _ in learned)]
    if len(tokens) != size:
        raise AssertionError(f"the texts give {len(tokens)} tokens, not {size}")
    return tokens, merges


def tiny_weights(shape: Shape, *, seed: int, tied: bool) -> dict[str, Matrix]:
    """Random weights under llama.cpp's names, in llama.cpp's layout."""
    random = np.random.default_rng(seed)

    def matrix(rows: int, columns: int, gain: float = 1.5) -> Matrix:
        drawn: Matrix = (random.standard_normal((rows, columns)) * gain / columns**0.5).astype(np.float32)
        return drawn

    def norm() -> Matrix:
        return (1 + 0.1 * random.standard_normal(shape.width)).astype(np.float32)

    kv_width = shape.kv_heads * shape.head_width
    weights = {"token_embd.weight": matrix(shape.vocabulary, shape.width), "output_norm.weight": norm()}
    if not tied:
        weights["output.weight"] = matrix(shape.vocabulary, shape.width)
    for layer in range(shape.layers):
        weights |= {
            f"blk.{layer}.attn_norm.weight": norm(),
            f"blk.{layer}.attn_q.weight": matrix(shape.width, shape.width),
            f"blk.{layer}.attn_k.weight": matrix(kv_width, shape.width),
            f"blk.{layer}.attn_v.weight": matrix(kv_width, shape.width),
            f"blk.{layer}.attn_output.weight": matrix(shape.width, shape.width),
            f"blk.{layer}.ffn_norm.weight": norm(),
            f"blk.{layer}.ffn_gate.weight": matrix(shape.feed_forward, shape.width),
            f"blk.{layer}.ffn_up.weight": matrix(shape.feed_forward, shape.width),
            f"blk.{layer}.ffn_down.weight": matrix(shape.width, shape.feed_forward),
        }
    return weights


def family_tensors(architecture: str, shape: Shape, seed: int) -> dict[str, Matrix]:
    """What a family has beside llama's tensors, large enough to be missed."""
    random = np.random.default_rng(seed + 1)
    kv_width = shape.kv_heads * shape.head_width
    extra: dict[str, tuple[int, ...]] = {}
    if architecture == "qwen2":
        extra = {"attn_q.bias": (shape.width,), "attn_k.bias": (kv_width,), "attn_v.bias": (kv_width,)}
    if architecture == "qwen3":
        extra = {"attn_q_norm.weight": (shape.head_width,), "attn_k_norm.weight": (shape.head_width,)}
    return {
        f"blk.{layer}.{name}": (1 + 0.5 * random.standard_normal(size)).astype(np.float32)
        for layer in range(shape.layers)
        for name, size in extra.items()
    }


def llama3_factors(shape: Shape) -> Matrix:
    """As Llama 3.1 has them: fast pairs as they are, slow ones eight times slower, between them a ramp."""
    pairs = shape.head_width // 2
    factors: Matrix = np.concatenate([np.ones(pairs // 2), np.linspace(1, 8, pairs - pairs // 2)]).astype(np.float32)
    return factors


def write_tokenizer(writer: gguf.GGUFWriter, shape: Shape, dialect: Dialect) -> None:
    tokens, merges = tiny_vocabulary(dialect.specials, shape.vocabulary)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(
        [gguf.TokenType.CONTROL if token in dialect.specials else gguf.TokenType.NORMAL for token in tokens]
    )
    writer.add_token_merges(merges)
    writer.add_bos_token_id(tokens.index(dialect.bos))
    writer.add_eos_token_id(tokens.index(dialect.eos))
    writer.add_pad_token_id(tokens.index(dialect.eos))
    writer.add_add_bos_token(dialect.add_bos)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(dialect.template)


def tiny_llama_gguf(
    path: Path,
    *,
    seed: int = 0,
    weights: str = "F32",
    tied: bool = True,
    dialect: str = "chatml",
    shape: Shape | None = None,
    architecture: str = "llama",
    alignment: int = gguf.GGUF_DEFAULT_ALIGNMENT,
    more_keys: Mapping[str, int | float | str] | None = None,
    more_tensors: Mapping[str, Matrix] | None = None,
    end_gain: float = 1.0,
) -> Path:
    """Write a tiny random model to `path`.

    `weights` names a gguf quantisation (F32, F16, Q8_0, Q4_0 ...) for the matrices; norms stay F32. `dialect` is a
    key of DIALECTS. `more_keys` and `more_tensors` add what a stranger's file may have. With an `end_gain` of 3 most
    answers end after a few words, otherwise hardly one does. Returns `path`.
    """
    shape = shape or Shape()
    kind = gguf.GGMLQuantizationType[weights]
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(path, architecture)
    if alignment != gguf.GGUF_DEFAULT_ALIGNMENT:
        writer.add_custom_alignment(alignment)
    writer.add_name("tiny")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(shape.rope_base)
    for key, value in (more_keys or {}).items():
        match value:
            case str():
                writer.add_string(key, value)
            case int():
                writer.add_uint32(key, value)
            case float():
                writer.add_float32(key, value)
    write_tokenizer(writer, shape, DIALECTS[dialect])
    tensors = tiny_weights(shape, seed=seed, tied=tied)
    specials = DIALECTS[dialect].specials
    tensors["token_embd.weight" if tied else "output.weight"][specials.index(DIALECTS[dialect].eos)] *= end_gain
    tensors |= family_tensors(architecture, shape, seed)
    for name, matrix in (tensors | dict(more_tensors or {})).items():
        stored = kind if matrix.ndim == 2 else gguf.GGMLQuantizationType.F32
        writer.add_tensor(name, gguf.quants.quantize(matrix, stored), raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
