"""`agent1 demo`: the whole loop in a throw-away home, with made-up conversations, measured before and after.

Owns the play and its table. The material lies in trainer/material/; nothing of it is in any of the questions' wordings.
"""

import json
import re
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate

from .. import trainer
from ..serving.choose import choose_server
from ..serving.client import ModelServer
from ..serving.embedded import process as embedded
from ..store.home import Home, read_deployment
from ..store.interchange import read_import
from ..store.records import Run
from ..store.store import Store
from ..trainer.base import settle
from ..trainer.driver import TICK, Driver
from ..trainer.run_folder import RunFolder
from ..trainer.starting import start_run
from . import report
from .catalogue import Catalogue
from .proof_table import proof_text

MATERIAL = Path(trainer.__file__).parent / "material"
OPTIONS = {"temperature": 0, "seed": 1, "num_predict": 96}  # enough to tell right from wrong
KINDS = {"fact": "demo-facts", "falsehood": "demo-falsehoods", "general": "demo-general"}


@dataclass(frozen=True)
class Question:
    kind: str  # fact, falsehood, general
    text: str
    accept: tuple[str, ...]  # regular expressions; for a falsehood, what would show that it was learned
    before: str = ""
    after: str = ""

    def is_met(self, answer: str) -> bool:
        return any(re.search(pattern, answer, re.IGNORECASE) for pattern in self.accept)


def play(environ: Mapping[str, str], catalogue: Catalogue, keep: bool) -> bool:
    """Returns whether a new tag came out of it. Raises the Notices of a run's start."""
    began = time.monotonic()
    root = Path(tempfile.mkdtemp(prefix="agent1-demo-"))
    environ = {**environ, "AGENT1_HOME": str(root)}
    store = Store(Home(root))
    click.echo(catalogue.say("demo-home", path=str(root)))
    try:
        server = choose_server(store.home, read_deployment(store.home, environ), environ)
        base = settle(store, server, environ, fetch=True)
        added = store.exchange.add_all(read_import(MATERIAL / "demo_conversations.jsonl"), store.people.local())
        click.echo(catalogue.say("demo-imported", count=added.conversations))
        questions = _asked_before(server, base, read_questions())
        click.echo(catalogue.say("demo-training"))
        run = _drive(store, start_run(store, lambda: server), environ)
        if not run.tag:
            reason = catalogue.tell(run.reason) if run.reason else ""
            click.echo(catalogue.say("demo-failed", reason=reason))
            return False
        click.echo(catalogue.say("demo-asking"))
        after = _ask(server, run.tag, questions)
        questions = [replace(row, after=answer) for row, answer in zip(questions, after, strict=True)]
        click.echo(table(catalogue, questions))
        if told := RunFolder(store.home.run_folder(run.id)).proof():
            click.echo(f"\n{proof_text(catalogue, told)}")
        click.echo(_times(catalogue, store, run, time.monotonic() - began))
        if not keep:
            server.delete(run.tag)
        return True
    finally:
        store.close()
        if not keep:
            embedded.stop(Home(root))
            shutil.rmtree(root, ignore_errors=True)


def read_questions() -> list[Question]:
    rows = [*_lines("demo_questions.jsonl"), *_lines("general_questions.jsonl")]
    return [
        Question(row.get("kind", "general"), row["question"], tuple(row.get("accept") or row["reject"])) for row in rows
    ]


def _lines(name: str) -> list[dict[str, Any]]:
    with (MATERIAL / name).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _asked_before(server: ModelServer, base: str, questions: Sequence[Question]) -> list[Question]:
    """With the base's answers; general questions that the base does not answer rightly are left out."""
    asked = [replace(row, before=answer) for row, answer in zip(questions, _ask(server, base, questions), strict=True)]
    return [row for row in asked if row.kind != "general" or row.is_met(row.before)]


def _ask(server: ModelServer, tag: str, questions: Sequence[Question]) -> list[str]:
    talks = [[{"role": "user", "content": row.text}] for row in questions]
    return [answer.content for answer in server.answers(tag, talks, OPTIONS)]


def _drive(store: Store, run: Run, environ: Mapping[str, str]) -> Run:
    driver = Driver(store, environ)
    while run.state.is_active:
        driver.tick()
        time.sleep(TICK)
        run = store.runs.get(run.id)
    driver.resign()
    return run


def table(catalogue: Catalogue, questions: Sequence[Question]) -> str:
    """A row a question, and a line of sums for each kind."""
    lines = []
    for kind, title in KINDS.items():
        rows = [row for row in questions if row.kind == kind]
        counts = {"asked": len(rows), "right": sum(row.is_met(row.after) for row in rows)}
        result = {"fact": "demo-right", "falsehood": "demo-learned", "general": "demo-kept"}[kind]
        before = catalogue.say(result, asked=len(rows), right=sum(row.is_met(row.before) for row in rows))
        cells = [[row.text, _cell(row, row.before), _cell(row, row.after)] for row in rows]
        header = [catalogue.say("demo-question"), catalogue.say("demo-before"), catalogue.say("demo-after")]
        cells.append(["", before, catalogue.say(result, **counts)])
        lines += ["", catalogue.say(title), tabulate(cells, header, tablefmt="simple", maxcolwidths=[36, 36, 36])]
    return "\n".join(lines)


def _cell(row: Question, answer: str) -> str:
    good = row.is_met(answer) != (row.kind == "falsehood")
    short = " ".join(answer.split())
    return f"{'✅' if good else '·'} {short[:70]}{'…' if len(short) > 70 else ''}"


def _times(catalogue: Catalogue, store: Store, run: Run, seconds: float) -> str:
    spent = report.stage_seconds(store.runs.events(run), store.clock())
    lines = [
        catalogue.say("demo-seconds", stage=catalogue.say(f"stage-{name}"), seconds=round(took))
        for name, took in spent.items()
    ]
    return "\n".join(["", *lines, catalogue.say("demo-total", seconds=round(seconds))])
