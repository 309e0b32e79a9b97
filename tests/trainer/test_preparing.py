"""Preparing with real parts: the embedded server over llama.cpp, a tiny model in a real GGUF file, a real store."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent1.serving.client import CreateRequest, ModelServer
from agent1.serving.embedded import process as embedded
from agent1.serving.vocabulary import Vocabulary
from agent1.store.home import Home
from agent1.store.records import ImportedConversation, ImportedMessage, Role, RunState
from agent1.store.store import Store
from agent1.tests.tiny_models import tiny_llama_gguf
from agent1.trainer import stage
from agent1.trainer.dataset import freeze, read_left_out, read_rows
from agent1.trainer.lengths import LENGTHS
from agent1.trainer.material import collect
from agent1.trainer.prompts import IGNORED, Messages
from agent1.trainer.recipe import Recipe
from agent1.trainer.rendering import FILE, SERVER, ConversationRefused, Renderer
from agent1.trainer.replay import draw, read_bank
from agent1.trainer.replay_answers import KeptAnswer
from agent1.trainer.run_folder import Order, RunFolder
from agent1.trainer.stage import run_stage
from agent1.trainer.stages import preparing
from agent1.trainer.stages.preparing import without_oldest
from agent1.trainer.verdicts import Turn

TAG = "tiny:1"
END = "<|im_end|>"
RATED = {
    "When does the lighthouse open?": "It opens at eight in the morning.",
    "Qual é a capital da França?": "A capital da França é Paris.",
}

Said = Sequence[tuple[str, str, int | None]]  # question, answer and its rating, turn by turn
MakeRun = Callable[..., RunFolder]


@dataclass(frozen=True)
class Base:
    home: Home
    server: ModelServer
    file: Path
    digest: str


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    home = Home(tmp_path_factory.mktemp("preparing") / "home")
    file = tiny_llama_gguf(tmp_path_factory.mktemp("tiny") / "tiny.gguf")
    digest = f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    server = ModelServer(embedded.find_or_start(home, timeout=120))
    server.upload(file, digest)
    list(server.create(TAG, CreateRequest(files={"base.gguf": digest}, system="Be brief.")))
    yield Base(home, server, file, digest)
    server.close()
    embedded.stop(home)


@pytest.fixture
def make_run(base: Base, tmp_path: Path) -> MakeRun:
    """A run as it is when it has been queued: examples out of a store, run.json. Nothing is answered yet."""
    shutil.rmtree(base.home.replay, ignore_errors=True)

    def make(*talks: Said, number: int = 1, sequence_len: int = 256, **told: Any) -> RunFolder:
        store = Store(Home(tmp_path / f"store-{number}"))
        store.exchange.add_all(map(imported, talks), store.people.local())
        run = RunFolder(base.home.run_folder(number))
        run.path.mkdir(parents=True, exist_ok=True)
        freeze(run.path, collect(store))
        store.close()
        order = Order(
            run=number,
            base=TAG,
            base_digest=base.digest,
            base_file=str(base.file),
            server=base.server.url,
            home=str(base.home.root),
            threads=1,
            tag="agent1-tiny:1",
            in_use=TAG,
            recipe=Recipe(sequence_len=sequence_len),
            replay={"count": 2, "num_predict": 8},
        )
        run.write_order(replace(order, **told))
        return run

    return make


def imported(said: Said) -> ImportedConversation:
    messages = [
        message
        for question, answer, score in said
        for message in (ImportedMessage(Role.USER, question), ImportedMessage(Role.ASSISTANT, answer, score))
    ]
    return ImportedConversation("", datetime(2026, 11, 1, tzinfo=UTC), tuple(messages))


def prepare(run: RunFolder) -> int:
    return run_stage(RunState.PREPARING, preparing.work, [str(run.path)])


def rated_talks() -> list[Said]:
    return [[(question, answer, 5)] for question, answer in RATED.items()]


def token_rows(run: RunFolder) -> list[dict[str, list[int]]]:
    return [json.loads(line) for line in (run.path / "tokens.jsonl").read_text().splitlines()]


def learned(row: dict[str, list[int]]) -> list[int]:
    return [label for label in row["labels"] if label != IGNORED]


def evidence(run: RunFolder) -> dict[str, bytes]:
    names = ("dataset.jsonl", "left_out.jsonl", "tokens.jsonl", "lengths.json", "axolotl.yml", "parity.json")
    return {name: (run.path / name).read_bytes() for name in names}


def reason_key(run: RunFolder) -> str | None:
    reason = run.reason(RunState.PREPARING)
    return reason.key if reason else None


def test_the_further_passes_learn_the_same_answer_to_other_wordings_as_the_server_renders_them(
    base: Base, make_run: MakeRun
) -> None:
    question, answer = "Which day is the museum of the old town closed on?", "On Tuesdays."
    run = make_run([(question, answer, 5)], recipe=Recipe(sequence_len=256, passes=6, word_dropout=0.35))
    assert prepare(run) == 0
    first, *others = token_rows(run)[:6]
    assert all(learned(row) == learned(first) for row in others)
    with Vocabulary(base.file) as vocabulary:
        asked = [vocabulary.text([id_ for id_, label in zip(row["input_ids"], row["labels"], strict=True)
                                  if label == IGNORED]) for row in (first, *others)]  # fmt: skip
    before, after = asked[0].split(question)
    questions = [text.removeprefix(before).removesuffix(after) for text in asked]
    assert all(text.startswith(before) and text.endswith(after) for text in asked)
    assert len(set(questions)) > 3 and all(set(text.split()) <= set(question.split()) for text in questions)


def test_only_rated_answers_and_their_end_token_are_trained(base: Base, make_run: MakeRun) -> None:
    run = make_run(*rated_talks())
    assert prepare(run) == 0
    with Vocabulary(base.file) as vocabulary:
        for row, (question, answer) in zip(token_rows(run), RATED.items(), strict=False):
            rendered = base.server.render(TAG, [{"role": "user", "content": question}])
            assert vocabulary.text(learned(row)) == answer + END
            assert vocabulary.text(row["input_ids"]) == f"{rendered}{answer}{END}"
            assert row["attention_mask"] == [1] * len(row["input_ids"])
    assert [(characters, tokens) for _, characters, tokens in json.loads((run.path / LENGTHS).read_text())] == [
        (len(question + answer), len(row["input_ids"]))
        for row, (question, answer) in zip(token_rows(run), RATED.items(), strict=False)
    ]


def test_of_two_turns_with_only_the_second_rated_the_first_answer_is_not_trained(base: Base, make_run: MakeRun) -> None:
    run = make_run([("Who are you?", "The keeper.", None), ("Since when?", "Since yesterday.", 5)])
    assert prepare(run) == 0
    row = token_rows(run)[0]
    with Vocabulary(base.file) as vocabulary:
        assert vocabulary.text(learned(row)) == "Since yesterday." + END
        ignored = [token for token, label in zip(row["input_ids"], row["labels"], strict=True) if label == IGNORED]
        assert "The keeper." in vocabulary.text(ignored)
    trained = len(learned(row))
    assert row["labels"] == [IGNORED] * (len(row["labels"]) - trained) + row["input_ids"][-trained:]


def test_the_name_of_the_end_token_inside_an_answer_does_not_end_it(base: Base, make_run: MakeRun) -> None:
    run = make_run([("What ends a turn?", f"The mark {END} does.", 5)])
    assert prepare(run) == 0
    with Vocabulary(base.file) as vocabulary:
        [end] = vocabulary.tokens(END)
    assert learned(token_rows(run)[0]).count(end) == 1


def keep_answers(base: Base, *answers: tuple[str, str]) -> None:
    """Put (answer, done reason) into the cache, as if the base had answered the prompts of the next run so."""
    cache = base.home.replay / f"{base.digest[7:23]}-unpenalized.jsonl"
    cache.parent.mkdir(exist_ok=True)
    with cache.open("a") as file:
        for prompt, (answer, done_reason) in zip(draw(len(answers)), answers, strict=True):
            rendered = base.server.render(TAG, [{"role": "user", "content": prompt.prompt}]) or ""
            kept = KeptAnswer(hashlib.sha256(rendered.encode()).hexdigest(), 31, answer, done_reason)
            file.write(json.dumps(asdict(kept)) + "\n")


def test_general_prompts_are_learned_beside_the_rated_answers_up_to_their_last_whole_sentence(
    base: Base, make_run: MakeRun
) -> None:
    run = make_run(*rated_talks(), replay={"count": 3, "num_predict": 31})
    keep_answers(base, ("It is Rome. The city", "length"), ("Rome, of course", "stop"), ("no sentence", "length"))
    assert prepare(run) == 0
    first, second, _ = draw(3)
    assert [(row.kind, row.messages) for row in read_rows(run.path)[2:]] == [
        ("replay", (Turn(Role.USER, first.prompt), Turn(Role.ASSISTANT, "It is Rome."))),
        ("replay", (Turn(Role.USER, second.prompt), Turn(Role.ASSISTANT, "Rome, of course"))),
    ]
    with Vocabulary(base.file) as vocabulary:
        trained = [vocabulary.text(learned(row)) for row in token_rows(run)]
    assert trained == [*(answer + END for answer in RATED.values()), "It is Rome." + END, "Rome, of course" + END]


def test_what_the_base_answers_is_kept_for_the_next_run(base: Base, make_run: MakeRun) -> None:
    run = make_run(*rated_talks(), replay={"count": 2, "num_predict": 5})
    assert prepare(run) == 0
    lines = (base.home.replay / f"{base.digest[7:23]}-unpenalized.jsonl").read_text().splitlines()
    kept = [answer for answer in (KeptAnswer(**json.loads(line)) for line in lines) if answer.num_predict == 5]
    options = {"temperature": 0, "num_predict": 5}
    asked = [base.server.answer(TAG, [{"role": "user", "content": one.prompt}], options) for one in draw(2)]
    assert [answer.answer for answer in kept] == [answer.content for answer in asked]


def test_preparing_again_gives_the_same_and_asks_nothing_twice(base: Base, make_run: MakeRun) -> None:
    run = make_run(*rated_talks())
    assert prepare(run) == 0
    first, cache = evidence(run), base.home.replay / f"{base.digest[7:23]}-unpenalized.jsonl"
    answers = cache.read_bytes()
    assert prepare(run) == 0
    assert evidence(run) == first
    assert cache.read_bytes() == answers


def test_an_answer_that_was_half_written_to_the_cache_is_asked_again(base: Base, make_run: MakeRun) -> None:
    run = make_run(*rated_talks())
    assert prepare(run) == 0
    cache = base.home.replay / f"{base.digest[7:23]}-unpenalized.jsonl"
    whole, first = cache.read_bytes(), evidence(run)
    cache.write_bytes(whole[:-20])
    assert prepare(run) == 0
    assert sorted(cache.read_bytes().splitlines()) == sorted(whole.splitlines())
    assert evidence(run) == first


def test_a_long_conversation_is_learned_from_its_last_turns_with_the_whole_answer(
    base: Base, make_run: MakeRun
) -> None:
    old = [("Tell me the story of the lighthouse " * 4, "Once upon a time. " * 8, None)] * 3
    run = make_run([*old, ("And then?", "Then the sun went down.", 5)], sequence_len=90)
    assert prepare(run) == 0
    row = read_rows(run.path)[0]
    assert row.messages == (Turn(Role.USER, "And then?"), Turn(Role.ASSISTANT, "Then the sun went down."))
    with Vocabulary(base.file) as vocabulary:
        assert vocabulary.text(learned(token_rows(run)[0])) == "Then the sun went down." + END


LONG = " ".join(prompt.prompt for prompt in read_bank()[:30])  # a text in which nothing comes twice


@pytest.mark.parametrize("every", [False, True], ids=["one", "all"])
def test_a_conversation_that_the_template_does_not_take_is_left_out(
    base: Base, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, every: bool
) -> None:
    run = make_run(*rated_talks())
    refused = [row for row in read_rows(run.path) if row.source.get("message")][1]
    render = Renderer.__call__

    def picky(self: Renderer, messages: Messages) -> str:
        talks = list(RATED) if every else [refused.messages[-2].content]
        if messages[-1]["content"] in talks:
            raise ConversationRefused(tag=TAG, error="no")
        return render(self, messages)

    monkeypatch.setattr(Renderer, "__call__", picky)
    assert prepare(run) == (1 if every else 0)
    if every:
        reason = run.reason(RunState.PREPARING)
        assert reason and reason.key == "error-template-refused"
    else:
        assert [(out.message_id, out.reason) for out in read_left_out(run.path)] == [
            (refused.source["message"], "left-out-template")
        ]
        assert [row.source.get("message") for row in read_rows(run.path)].count(refused.source["message"]) == 0


def test_what_does_not_fit_is_left_out_with_its_reason(make_run: MakeRun) -> None:
    run = make_run([("Say yes.", "Yes.", 5)], [("Tell me all.", LONG, 5)], sequence_len=90)
    left_out = read_rows(run.path)[1].source["message"]
    assert prepare(run) == 0
    assert [row.messages[-1].content for row in read_rows(run.path) if row.kind == "rated"] == ["Yes."]
    assert [(item.message_id, item.reason) for item in read_left_out(run.path)] == [(left_out, "left-out-too-long")]
    assert prepare(run) == 0
    assert len(read_left_out(run.path)) == 1


def test_a_run_in_which_nothing_fits_ends_with_the_reason(make_run: MakeRun) -> None:
    run = make_run([("Tell me all.", LONG, 5)], sequence_len=50, number=2)
    assert prepare(run) == 1
    assert reason_key(run) == "error-nothing-fits"
    assert not run.has_evidence(RunState.PREPARING)


def test_the_evidence_is_whole_and_holds_no_path_of_this_machine(base: Base, make_run: MakeRun) -> None:
    run = make_run(*rated_talks())
    assert prepare(run) == 0
    assert run.has_evidence(RunState.PREPARING)
    assert (run.path / "base" / "model.safetensors").is_file()
    assert not (run.path / "base").readlink().is_absolute()
    assert str(base.home.root) not in (run.path / "axolotl.yml").read_text()
    parity = json.loads((run.path / "parity.json").read_text())
    assert parity["rendered_by"] == SERVER
    assert parity["checked"] == len(token_rows(run)) == parity["rated"] + parity["replayed"]
    assert parity["ending_text"] == END


def test_a_base_file_that_is_gone_is_told(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run(*rated_talks(), number=3, base_file=str(tmp_path / "gone.gguf"))
    assert prepare(run) == 1
    assert reason_key(run) == "error-base-file-gone"


def test_a_server_that_is_gone_is_told_and_the_next_try_forgets_it(
    base: Base, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(*rated_talks(), number=4, server="http://127.0.0.1:9")
    monkeypatch.setattr(stage, "TRIES", 1)
    assert prepare(run) == 1
    assert reason_key(run) == "error-server-unreachable"
    assert not run.has_evidence(RunState.PREPARING)
    run.write_order(replace(run.order(), server=base.server.url))
    assert prepare(run) == 0
    assert reason_key(run) is None


def test_the_stage_runs_as_a_process_of_its_own_without_torch(make_run: MakeRun) -> None:
    run = make_run(*rated_talks())
    code = (
        "import sys; from agent1.trainer.stages.preparing import work; from agent1.trainer.stage import run_stage;"
        "code = run_stage('preparing', work, sys.argv[1:]);"
        "sys.exit(code or 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(run.path)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert run.has_evidence(RunState.PREPARING)


class SilentServer(ModelServer):
    """A server that does not know how to render without answering."""

    def render(self, tag: str, messages: Messages, options: object = None) -> None:
        return None


def test_the_template_in_the_file_renders_what_the_server_renders(base: Base) -> None:
    talks: list[list[dict[str, str]]] = [
        [{"role": "user", "content": "Hello"}],
        [{"role": "system", "content": "Be long."}, {"role": "user", "content": "Hello"}],
        [
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": "Hi!"},
            {"role": "user", "content": "Olá\n"},
        ],
    ]
    served, filed = Renderer(base.server, TAG, base.file), Renderer(SilentServer(base.server.url), TAG, base.file)
    assert (served.rendered_by, filed.rendered_by) == (SERVER, FILE)
    assert [filed(talk) for talk in talks] == [served(talk) for talk in talks]
    assert "Be brief." in filed(talks[0])
    assert "Be brief." not in filed(talks[1])


def test_the_oldest_turns_go_first_and_the_system_message_stays() -> None:
    system, one, answer, two = (
        Turn(Role.SYSTEM, "Be brief."),
        Turn(Role.USER, "One?"),
        Turn(Role.ASSISTANT, "1"),
        Turn(Role.USER, "Two?"),
    )
    assert without_oldest([system, one, answer, two]) == [system, two]
    assert without_oldest([one, answer, two]) == [two]
    assert without_oldest([system, two]) == []
