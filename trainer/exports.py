"""The data set for other programs: OpenAI messages, ShareGPT, KTO, DPO, a Hugging Face folder, an Axolotl bundle.

Owns their shapes. Written is what a run would learn: filtered, with personal data as the admin decided, held-out
answers only where a format has a place for them. Does not cover our own lines, which keep everything
(store/interchange).
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from ..store.errors import Notice
from ..store.records import Role
from ..store.store import Store
from .axolotl_config import render_config
from .dataset import rated_rows
from .material import Example, Material, collect
from .preferences import Preferences, collect_preferences
from .progress import write_whole
from .recipe import choose
from .verdicts import Turn
from .weights import times_learned

DATA_FORMATS = ("openai", "sharegpt", "kto", "dpo", "datasets", "axolotl")
FOLDERS = frozenset({"datasets", "axolotl"})  # formats of several files
TRAIN, TEST = "train.jsonl", "test.jsonl"
SHAREGPT_NAMES = {Role.SYSTEM: "system", Role.USER: "human", Role.ASSISTANT: "gpt"}


class FolderNotEmpty(Notice):
    """An export of several files would mix with others."""

    key = "error-export-folder-not-empty"


class NoPairs(Notice):
    key = "error-export-no-pairs"


class NothingToExport(Notice):
    key = "error-export-empty"


class OutputNeeded(Notice):
    """A folder cannot go to standard output."""

    key = "error-export-needs-output"


class BaseModelNeeded(Notice):
    """The base here is a GGUF file, which Axolotl elsewhere cannot take."""

    key = "error-export-needs-base-model"


class ExportNotWritten(Notice):
    key = "error-export-not-written"


def openai_lines(material: Material) -> Iterator[dict[str, Any]]:
    """One example a line; `weight` 0 keeps the loss off the answers before the last."""
    for example in material.examples:
        *before, answer = _messages(example)
        weighed = [message | {"weight": 0} if message["role"] == "assistant" else message for message in before]
        yield {"messages": [*weighed, answer | {"weight": 1}]}


def sharegpt_lines(material: Material) -> Iterator[dict[str, Any]]:
    for example in material.examples:
        turns = (*example.before, Turn(Role.ASSISTANT, example.answer))
        yield {
            "id": str(example.message_id),
            "conversations": [{"from": SHAREGPT_NAMES[turn.role], "value": turn.content} for turn in turns],
        }


def kto_lines(preferences: Preferences) -> Iterator[dict[str, Any]]:
    """Unpaired good and bad answers, in TRL's shape for conversations."""
    for answers, label in ((preferences.good, True), (preferences.bad, False)):
        for one in answers:
            yield {"prompt": _said(one.before), "completion": [_message(one.answer)], "label": label}


def dpo_lines(preferences: Preferences) -> Iterator[dict[str, Any]]:
    """Pairs in the shape of Axolotl's `chat_template.default`."""
    for pair in preferences.pairs:
        yield {
            "messages": _said(pair.before),
            "chosen": _message(pair.chosen),
            "rejected": _message(pair.rejected),
        }


def write_datasets_folder(folder: Path, material: Material) -> int:
    """A folder that Hugging Face's `load_dataset(folder)` reads. Returns the number of examples.

    Raises FolderNotEmpty, NothingToExport, OSError.
    """
    _make(folder, material)
    (folder / "data").mkdir()
    splits = {"train": material.examples, "test": material.held_out}
    files = []
    for name, examples in splits.items():
        if examples:
            rows = ({"messages": _messages(one), "score": one.score, "corrected": one.is_corrected} for one in examples)
            write_whole(folder / "data" / f"{name}.jsonl", _lines(rows))
            files.append(f"  - split: {name}\n    path: data/{name}.jsonl\n")
    write_whole(folder / "README.md", f"---\nconfigs:\n- config_name: default\n  data_files:\n{''.join(files)}---\n")
    return len(material.examples)


def write_axolotl_bundle(folder: Path, material: Material, base: str) -> int:
    """A folder in which `axolotl train axolotl.yml` runs as it is, on any machine with Axolotl; `base` is the base
    model for it, a hub id or a path there. Returns the number of examples.

    Raises FolderNotEmpty, NothingToExport, OSError.
    """
    _make(folder, material)
    recipe = choose(len(material.examples), 0)
    drawn = zip(material.examples, rated_rows(material.examples), strict=True)
    rows = [_flagged(one) for one, row in drawn for _ in range(times_learned(row, recipe.passes))]
    write_whole(folder / TRAIN, _lines(rows))
    if material.held_out:
        write_whole(folder / TEST, _lines(map(_flagged, material.held_out)))
    config = render_config(recipe, "base", len(rows), tokens=TRAIN, held_out=TEST if material.held_out else None)
    write_whole(folder / "axolotl.yml", _for_messages(config, base))
    return len(material.examples)


def export_dataset(store: Store, format_: str, output: Path | None, base_model: str | None = None) -> int:
    """Write what a run would learn; to standard output where no path is given and the format is one file.

    Returns the number of lines, or of examples in a folder. Raises OutputNeeded, BaseModelNeeded, FolderNotEmpty,
    NothingToExport, NoPairs, ExportNotWritten.
    """
    material = collect(store)
    try:
        if format_ in FOLDERS:
            if output is None:
                raise OutputNeeded(format=format_)
            if format_ == "datasets":
                return write_datasets_folder(output, material)
            if not base_model:
                raise BaseModelNeeded()
            return write_axolotl_bundle(output, material, base_model)
        lines = [json.dumps(line, ensure_ascii=False) + "\n" for line in _lines_of(store, format_, material)]
        if not lines:
            raise NoPairs() if format_ == "dpo" else NothingToExport()
        if output is None:
            sys.stdout.writelines(lines)
        else:
            write_whole(output, "".join(lines))
        return len(lines)
    except OSError as error:
        if output is None:  # whoever read the standard output has gone
            raise
        raise ExportNotWritten(path=str(output), error=error.strerror or str(error)) from error


def _lines_of(store: Store, format_: str, material: Material) -> Iterator[dict[str, Any]]:
    match format_:
        case "openai":
            return openai_lines(material)
        case "sharegpt":
            return sharegpt_lines(material)
        case "kto":
            return kto_lines(collect_preferences(store, material))
        case _:
            return dpo_lines(collect_preferences(store, material))


def _make(folder: Path, material: Material) -> None:
    if not material.examples:
        raise NothingToExport()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(path=str(folder))
    folder.mkdir(parents=True, exist_ok=True)


def _for_messages(config: str, base: str) -> str:
    """The run's own config, for rows of messages in place of ready token ids: the template is the base's own there."""
    yaml = YAML()
    settings = yaml.load(config)
    settings["base_model"] = base
    settings["chat_template"] = "tokenizer_default"
    for part in ("datasets", "test_datasets"):
        for rows in settings.get(part, []):
            rows |= {
                "type": "chat_template",
                "field_messages": "messages",
                "message_property_mappings": {"role": "role", "content": "content"},
                "roles_to_train": [],
                "message_field_training": "train",
            }
    text = StringIO()
    yaml.dump(settings, text)
    return text.getvalue()


def _flagged(example: Example) -> dict[str, Any]:
    *before, answer = _messages(example)
    return {"messages": [*(message | {"train": False} for message in before), answer | {"train": True}]}


def _messages(example: Example) -> list[dict[str, Any]]:
    return [*_said(example.before), _message(example.answer)]


def _said(turns: Iterable[Turn]) -> list[dict[str, Any]]:
    return [{"role": turn.role.value, "content": turn.content} for turn in turns]


def _message(answer: str) -> dict[str, Any]:
    return {"role": Role.ASSISTANT.value, "content": answer}


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
