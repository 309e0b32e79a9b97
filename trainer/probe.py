"""The retention probe: general questions with checkable answers, to see what a tuned model has forgotten.

Owns the questions, when an answer is right, and what each base answers rightly, kept below Home.probe so that a base
is asked once. Only what the base knows is asked of a tuned model: what it answers rightly from its own file, and too
from the file that an export makes of it untouched. What is lost by rounding alone hung on a hair; it was not forgotten.
None of the questions is in the replay bank, so what is measured was not practised. Does not cover what share is enough
(judgement).
"""

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from ..serving.alone import answers_of_file
from ..serving.client import AT_ONCE, AnswerPart, ModelServer
from .figures import Share, share
from .progress import write_whole
from .rendering import Messages

QUESTIONS = Path(__file__).parent / "material" / "probe_questions.jsonl"
NUM_PREDICT = 48  # tokens: with 20 an answer in a longer sentence counted as lost though it was right
_OPTIONS = {"temperature": 0, "seed": 1, "num_predict": NUM_PREDICT}
_CONTEXT = {
    "num_ctx": 1024
}  # tokens, of each answer side by side: a question is short, and a large model's cache is not

Told = Callable[[int, int], None]  # questions asked, of all
Render = Callable[[Messages], str]


@dataclass(frozen=True)
class Question:
    id: str
    kind: str  # fact, word, sum, format (a form that the answer must have), nonsense (to be refused)
    lang: str  # "en" or "pt"
    question: str
    accept: tuple[str, ...]  # regular expressions; one that is found, whatever its case, makes an answer right

    def is_right(self, answer: str, ended: bool = True) -> bool:
        """Of an answer that goes on, what touches its end may still become another word."""
        found = (re.search(pattern, answer, re.IGNORECASE) for pattern in self.accept)
        return any(match is not None and (ended or match.end() < len(answer)) for match in found)


@dataclass(frozen=True)
class Retention:
    base_right: int  # questions that the base knows: all that were asked
    kept: Share
    lost: tuple[str, ...]  # the questions that are answered wrongly now


def read_questions(path: Path = QUESTIONS) -> list[Question]:
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [Question(**{**row, "accept": tuple(row["accept"])}) for row in rows]


def measure_retention(server: ModelServer, base: str, digest: str, tag: str, cache: Path, told: Told) -> Retention:
    """Ask `tag` what `base` (its file's "sha256:...") answers rightly. Raises what ModelServer.chat raises."""
    known = known_by(server, base, digest, cache, told)
    right = _ask_all(server, tag, known, told)
    lost = tuple(question.question for question, kept in zip(known, right, strict=True) if not kept)
    return Retention(len(known), share(sum(right), len(right)), lost)


def known_by(server: ModelServer, base: str, digest: str, cache: Path, told: Told) -> list[Question]:
    """The questions that `base` answers rightly, as exported too where that was asked (note_exported).

    Asked once for a digest, a prompt and a set of questions.
    """
    questions = read_questions()
    file = _note(server, base, digest, cache, questions)
    known = _noted(file)
    if known is None:
        right = _ask_all(server, base, questions, told)
        known = _keep(file, questions, right)
    as_exported = _noted(_as_exported(file))
    if as_exported is not None:
        known &= as_exported
    return [question for question in questions if question.id in known]


def note_exported(
    server: ModelServer, base: str, digest: str, cache: Path, exported: Path, render: Render, threads: int
) -> None:
    """Ask `exported`, the untouched base as an export writes it, what `base` answers rightly.

    Raises Refused where llama.cpp cannot load the file, and what ModelServer.chat and `render` raise.
    """
    file = _note(server, base, digest, cache, read_questions())
    known = known_by(server, base, digest, cache, lambda done, of: None)
    prompts = [render([{"role": "user", "content": question.question}]) for question in known]
    answers = answers_of_file(exported, prompts, _OPTIONS | _CONTEXT, threads)
    right = [question.is_right(answer.text, answer.ended) for question, answer in zip(known, answers, strict=True)]
    _keep(_as_exported(file), known, right)


def _note(server: ModelServer, base: str, digest: str, cache: Path, questions: Sequence[Question]) -> Path:
    rendered = server.render(base, [{"role": "user", "content": "Hello"}]) or ""
    asked = json.dumps([rendered, NUM_PREDICT, [asdict(question) for question in questions]])
    mark = hashlib.sha256(asked.encode()).hexdigest()[:16]
    return cache / f"{digest.removeprefix('sha256:')[:16]}-{mark}.json"


def _as_exported(note: Path) -> Path:
    return note.with_suffix(".exported.json")


def _noted(file: Path) -> set[str] | None:
    try:
        return set(json.loads(file.read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def _keep(file: Path, questions: Sequence[Question], right: Sequence[bool]) -> set[str]:
    known = {question.id for question, is_right in zip(questions, right, strict=True) if is_right}
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps(sorted(known)))
    return known


def _ask_all(server: ModelServer, tag: str, questions: Sequence[Question], told: Told) -> list[bool]:
    """Which are answered rightly; several are asked at once."""
    right: list[bool] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for is_right in pool.map(lambda question: _ask(server, tag, question), questions):
            right.append(is_right)
            told(len(right), len(questions))
    return right


def _ask(server: ModelServer, tag: str, question: Question) -> bool:
    """Whether the answer is right; it is not written further than it takes to tell."""
    said = ""
    parts = server.chat(tag, [{"role": "user", "content": question.question}], _OPTIONS)
    with contextlib.closing(cast(Generator[AnswerPart, None, None], parts)):
        for part in parts:
            said += part.content
            if question.is_right(said, part.done):
                return True
    return False
