"""The base's own answers to general prompts, asked of the model server and kept for the next run.

Owns the cache file below Home.replay: one JSON line an answer, named by the text that the server rendered, so that
another template or system message asks anew. Does not cover which prompts are drawn nor where an answer is cut
(replay).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ..serving.client import ModelServer


@dataclass(frozen=True)
class KeptAnswer:
    rendered: str  # sha256 of the prompt as the model reads it
    num_predict: int  # tokens at most
    answer: str
    done_reason: str | None  # "length" where the answer was cut

    @property
    def is_whole(self) -> bool:
        return self.done_reason == "stop"


def answer_prompts(
    server: ModelServer,
    tag: str,
    prompts: Mapping[str, str],
    render: Callable[[str], str],
    num_predict: int,
    cache: Path,
    told: Callable[[int, int], None],
) -> dict[str, KeptAnswer]:
    """The answers by the prompts' ids, at temperature 0; only those that are not in `cache` are asked for.

    No penalty on repeated words (Ollama's default is 1.1): an answer that had to avoid the words of its question is not
    what the base would say, and learning it drew a small base away from what it knew.

    `render` gives what the model reads for a prompt; `told` hears (answered, of all). Each answer is kept as soon as it
    is there, so a second try goes on where the first ended. Raises what ModelServer.answer raises.
    """
    kept = {(answer.rendered, answer.num_predict): answer for answer in _read(cache)}
    cache.parent.mkdir(parents=True, exist_ok=True)
    answers = {}
    with cache.open("a", encoding="utf-8") as file:
        names = {name: hashlib.sha256(render(prompt).encode()).hexdigest() for name, prompt in prompts.items()}
        answers = {
            name: kept[rendered, num_predict] for name, rendered in names.items() if (rendered, num_predict) in kept
        }
        asked = [name for name in prompts if name not in answers]
        talks = [[{"role": "user", "content": prompts[name]}] for name in asked]
        options = {"temperature": 0, "repeat_penalty": 1.0, "num_predict": num_predict}
        for name, answer in zip(asked, server.answers(tag, talks, options), strict=True):
            answers[name] = KeptAnswer(names[name], num_predict, answer.content, answer.done_reason)
            file.write(json.dumps(asdict(answers[name]), ensure_ascii=False) + "\n")
            file.flush()
            told(len(answers), len(prompts))
    return {name: answers[name] for name in prompts}


def _read(cache: Path) -> list[KeptAnswer]:
    try:
        with cache.open("r+", encoding="utf-8", newline="\n") as file:
            whole, end, begun = file.read().rpartition("\n")
            if begun:  # a try that was killed while it wrote
                file.seek(0)
                file.truncate(len((whole + end).encode()))
    except FileNotFoundError:
        return []
    return [KeptAnswer(**json.loads(line)) for line in whole.split("\n") if line]
