"""The page of one run: result, answers side by side, curves, what was learned and what was left out, config, log.

A page of its own, without Gradio, so that it has an address, opens in another tab and costs the app nothing.
`read_page` looks at the store and the run's folder; the rest is pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from ..store.records import Message, Reason, Run, RunState
from ..store.store import Store
from ..trainer.dataset import DATASET, LEFT_OUT, RATED, Row, read_left_out, read_rows
from ..trainer.material import LeftOut
from ..trainer.run_folder import RunFolder
from .asset import read_asset
from .catalogue import Catalogue
from .log_view import read_tail
from .moments import moment_text
from .present import face_of
from .proof_table import proof_panel
from .run_view import RunView, panel, read_run, run_panel

SHOWN = 500  # examples on one page; a run with more says how many there are


@dataclass(frozen=True)
class RunPage:
    view: RunView
    rows: Sequence[Row]
    left_out: Sequence[LeftOut]
    said: Mapping[int, Message]  # what was left out, by message id; without those deleted since
    proof: Mapping[str, Any] | None  # the content of evaluation.json
    config: str
    log: str
    lost: int = 0  # messages that it learned from and that were deleted since


def read_page(store: Store, run: Run) -> RunPage:
    """What is not there (a run that failed early, files tidied away) is empty."""
    folder = RunFolder(store.home.run_folder(run.id))
    view = read_run(store, run)
    left_out = read_left_out(folder.path) if (folder.path / LEFT_OUT).exists() else []
    config = folder.path / "axolotl.yml"
    return RunPage(
        view=view,
        rows=read_rows(folder.path) if (folder.path / DATASET).exists() else [],
        left_out=left_out,
        said=store.messages.many([item.message_id for item in left_out]),
        proof=folder.proof(),
        config=config.read_text(encoding="utf-8") if config.exists() else "",
        log=read_tail(folder.stage(view.stage) / "output.log"),
        lost=sum(learned.conversation_id is None for learned in store.runs.learned_by(run)),
    )


def run_page(catalogue: Catalogue, page: RunPage, now: datetime) -> str:
    """The whole HTML page."""
    run = page.view.run
    title = catalogue.say("run-title", run=run.id)
    back = escape(catalogue.say("run-back"))
    parts = (
        run_panel(catalogue, page.view, now, titled=False),
        proof_panel(catalogue, page.proof) if page.proof else "",
        _answers(catalogue, page.proof["figures"]["pairs"] if page.proof else ()),
        _examples(catalogue, page.rows, page.lost),
        _left_out(catalogue, page.left_out, page.said),
        _text(catalogue.say("run-config"), page.config),
        _log(catalogue, run, page.log),
    )
    when = escape(moment_text(catalogue.language, run.created_at))
    return (
        f'<!doctype html><html lang="{catalogue.language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)} · Agent1</title>'
        f"<style>{read_asset('run.css')}{read_asset('admin.css')}</style></head>"
        f'<body><main id="run-page"><p><a href="/">{back}</a></p><h1>{escape(title)}</h1><p class="sub">{when}</p>'
        f"{''.join(parts)}</main></body></html>"
    )


def _answers(catalogue: Catalogue, pairs: Sequence[Mapping[str, Any]]) -> str:
    if not pairs:
        return ""
    names = {name: escape(catalogue.say(f"pair-{name}")) for name in ("wanted", "before", "after")}
    told = "".join(
        f'<article class="pair"><h3>{escape(str(pair["question"]))}</h3><div class="sides">'
        + "".join(f'<div><h4>{names[side]}</h4><p class="said">{escape(str(pair[side]))}</p></div>' for side in names)
        + "</div></article>"
        for pair in pairs
    )
    return panel(f"<h2>{escape(catalogue.say('pairs-title'))}</h2>{told}")


def _examples(catalogue: Catalogue, rows: Sequence[Row], lost: int) -> str:
    rated = [row for row in rows if row.kind == RATED]
    if not rated:
        return ""
    title = escape(catalogue.say("dataset-title", count=len(rated), replay=len(rows) - len(rated)))
    items = "".join(_example(catalogue, row) for row in rated[:SHOWN])
    more = f'<p class="sub">{escape(catalogue.say("dataset-more", shown=SHOWN))}</p>' if len(rated) > SHOWN else ""
    gone = f'<p class="sub">{escape(catalogue.say("lineage-lost", count=lost))}</p>' if lost else ""
    return panel(f'<h2>{title}</h2>{gone}<ul class="examples">{items}</ul>{more}')


def _example(catalogue: Catalogue, row: Row) -> str:
    *before, answer = row.messages
    source = row.source
    link = _conversation_link(catalogue, source.get("conversation"), source.get("message"))
    talk = "".join(f'<p class="said {turn.role}">{escape(turn.content)}</p>' for turn in before[-6:])
    asked = _short(before[-1].content if before else "")
    summary = f'<span class="mark">{face_of(row.score) or ""}</span> {escape(asked)}'
    said = f'{talk}<p class="said answer">{escape(answer.content)}</p>{link}'
    return f"<li><details><summary>{summary}</summary>{said}</details></li>"


def _left_out(catalogue: Catalogue, left_out: Sequence[LeftOut], said: Mapping[int, Message]) -> str:
    if not left_out:
        return ""
    items = []
    for item in left_out[:SHOWN]:
        message = said.get(item.message_id)
        words = escape(_short(message.content)) if message else escape(catalogue.say("message-gone"))
        link = _conversation_link(catalogue, message.conversation_id, message.id) if message else ""
        items.append(f"<li>{words}<br><small>{escape(catalogue.tell(Reason(item.reason)))} {link}</small></li>")
    title = escape(catalogue.say("left-out-title", count=len(left_out)))
    return panel(f'<h2>{title}</h2><ul class="examples">{"".join(items)}</ul>')


def _conversation_link(catalogue: Catalogue, conversation: object, message: object) -> str:
    if not isinstance(conversation, int):
        return ""
    return f'<a href="/?c={conversation}">{escape(catalogue.say("from-message", message=str(message)))}</a>'


def _text(title: str, text: str) -> str:
    if not text:
        return ""
    return panel(f'<details><summary>{escape(title)}</summary><pre class="log">{escape(text)}</pre></details>')


def _log(catalogue: Catalogue, run: Run, log: str) -> str:
    link = f'<a href="/runs/{run.id}/log" download>{escape(catalogue.say("log-download"))}</a>'
    open_ = " open" if run.state is RunState.FAILED else ""
    text = escape(log or catalogue.say("log-empty"))
    title = escape(catalogue.say("run-log"))
    return panel(f'<details{open_}><summary>{title}</summary><pre class="log">{text}</pre></details><p>{link}</p>')


def _short(text: str, most: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rstrip()}…"
