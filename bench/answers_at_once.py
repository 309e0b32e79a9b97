"""Short answers of the starter model: one after the other against AT_ONCE side by side, on the embedded server.

    python bench/answers_at_once.py BASE.gguf

What a run asks of the server (general answers before the training, questions after it). Rounds alternate, so that what
else the machine does meets both; the ratio of their times counts, not the times.
"""

import argparse
import hashlib
import statistics
import tempfile
import time
from pathlib import Path

from agent1.serving.client import AT_ONCE, CreateRequest, ModelServer
from agent1.serving.embedded import process as embedded
from agent1.serving.starter import JINJA_TEMPLATE
from agent1.store.home import Home
from agent1.trainer.replay import draw

TAG = "starter:1"
OPTIONS = {"temperature": 0, "num_predict": 48}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path, help="the starter model's GGUF file")
    parser.add_argument("--questions", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    talks = [[{"role": "user", "content": prompt.prompt}] for prompt in draw(options.questions)]
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        server = ModelServer(embedded.find_or_start(home))
        try:
            add(server, options.base)
            ratios = [one_by_one(server, talks) / side_by_side(server, talks) for _ in range(options.rounds)]
        finally:
            embedded.stop(home)
    print(f"{AT_ONCE} at once: {statistics.median(ratios):.2f} times as fast ({', '.join(f'{r:.2f}' for r in ratios)})")


def add(server: ModelServer, file: Path) -> None:
    digest = f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    server.upload(file, digest)
    for _ in server.create(TAG, CreateRequest(files={file.name: digest}, template=JINJA_TEMPLATE)):
        pass
    server.answer(TAG, [{"role": "user", "content": "Hi"}], OPTIONS)  # loads it


def one_by_one(server: ModelServer, talks: list[list[dict[str, str]]]) -> float:
    began = time.monotonic()
    for talk in talks:
        server.answer(TAG, talk, OPTIONS)
    return time.monotonic() - began


def side_by_side(server: ModelServer, talks: list[list[dict[str, str]]]) -> float:
    began = time.monotonic()
    for _ in server.answers(TAG, talks, OPTIONS):
        pass
    return time.monotonic() - began


if __name__ == "__main__":
    main()
