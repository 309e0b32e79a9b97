"""What other programs make of the exports in a folder: `read(folder)`, called by show_batches in its process.

Hugging Face's `datasets` loads kto.jsonl, dpo.jsonl and hf/; Axolotl checks the config of bundle/ and makes token rows
of it, for a base that is written beside it. Writes FOLDER/read.json. Light at import, as show_batches is.
"""

import json
import os
from pathlib import Path

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def write_base(folder: Path) -> None:
    """A Hugging Face folder with a token for each byte."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    plain = Tokenizer(models.BPE(vocab={sign: place for place, sign in enumerate(alphabet)}, merges=[]))
    plain.pre_tokenizer, plain.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=plain, eos_token="<|im_end|>", pad_token="<|pad|>", additional_special_tokens=["<|im_start|>"]
    )
    tokenizer.chat_template = CHATML
    tokenizer.save_pretrained(folder)
    LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1,
        architectures=["LlamaForCausalLM"],
    ).save_pretrained(folder)  # fmt: skip


def read(folder: Path) -> None:
    from axolotl.cli.config import load_cfg
    from axolotl.common.datasets import load_datasets
    from datasets import load_dataset  # type: ignore[import-untyped]
    from transformers import AutoTokenizer

    told = {
        name: load_dataset("json", data_files=str(folder / f"{name}.jsonl"), split="train").to_list()
        for name in ("kto", "dpo")
    }
    told["hf"] = load_dataset(str(folder / "hf"), split="train").to_list()
    os.chdir(folder / "bundle")
    write_base(Path("base"))
    rows = load_datasets(cfg=load_cfg("axolotl.yml")).train_dataset
    tokenizer = AutoTokenizer.from_pretrained("base")
    told["trained"] = [
        tokenizer.decode([id_ for id_, label in zip(row["input_ids"], row["labels"], strict=True) if label != -100])
        for row in rows
    ]
    (folder / "read.json").write_text(json.dumps(told), encoding="utf-8")
