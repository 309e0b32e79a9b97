"""Records into pieces of the page: chat rows and HTML. Pure; every value that is not ours is escaped here.

Does not cover what stands in the catalogue, nor when a piece is shown (chat_page, admin).
"""

import math
import re
from collections.abc import Sequence
from html import escape
from typing import Any

from ..store.records import AnswerState, Conversation, Criterion, Message, Readiness, ReadinessState, Role
from ..trainer.preflight import FEWEST_EXAMPLES
from ..trainer.readiness import missing
from .catalogue import Catalogue

FACES = ("😞", "🙁", "😐", "🙂", "😍")  # scores 1 to 5

# Code and formulas, in which Markdown takes every sign literally.
LITERAL = re.compile(
    r"""(
        ```.*?(?:```|\Z) | ~~~.*?(?:~~~|\Z)
        | (?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)
        | \$\$.+?\$\$
    )""",
    re.DOTALL | re.VERBOSE,
)
ENDINGS = {AnswerState.STOPPED: "answer-stopped", AnswerState.CUT: "answer-cut", AnswerState.FAILED: "answer-failed"}


def score_of(face: str) -> int | None:
    """1 to 5; None for no face: the rating was taken back. Raises ValueError for anything else."""
    return FACES.index(face) + 1 if face else None


def face_of(score: int | None) -> str | None:
    return FACES[score - 1] if score else None


def show_as_written(text: str) -> str:
    """Markdown in which HTML is text: what a person or a model wrote is seen, not obeyed."""
    pieces = []
    last = 0
    for literal in LITERAL.finditer(text):
        pieces += [_as_text(text[last : literal.start()]), literal[0]]
        last = literal.end()
    return "".join((*pieces, _as_text(text[last:])))


def _as_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def chat_rows(catalogue: Catalogue, path: Sequence[Message], most: int) -> list[dict[str, Any]]:
    """The last `most` messages as Gradio's chat takes them; an answer carries its id. System messages are not shown."""
    shown = [message for message in path if message.role is not Role.SYSTEM][-most:]
    rows = []
    for message in shown:
        if message.role is Role.USER:
            rows.append({"role": "user", "content": show_as_written(message.content)})
        else:
            rows.append(answer_row(catalogue, message.content, message.state, message.id))
    return rows


def answer_row(catalogue: Catalogue, content: str, state: AnswerState, message_id: int | None) -> dict[str, Any]:
    """One answer, with how it ended where that was not the usual way."""
    shown = show_as_written(content.strip())
    if state is AnswerState.WRITING:
        shown = shown or catalogue.say("waiting-for-answer")
    elif not shown and state is not AnswerState.STOPPED:
        shown = f'<em class="nothing">{escape(catalogue.say("answer-none"))}</em>'
    elif state in ENDINGS:
        kind = "aside" if shown else "nothing"  # under nothing there is nothing to rate
        shown = f'{_close_code(shown)}\n\n<em class="{kind}">{escape(catalogue.say(ENDINGS[state]))}</em>'.strip()
    row: dict[str, Any] = {"role": "assistant", "content": shown}
    if message_id is not None and content.strip():
        row["metadata"] = {"id": message_id}
    return row


def _close_code(text: str) -> str:
    """An answer that ends inside a code block would swallow what follows it."""
    return f"{text}\n```" if len(re.findall(r"^\s*```", text, re.MULTILINE)) % 2 else text


def faces_of(rows: Sequence[dict[str, Any]], scores: dict[int, int]) -> list[str | None]:
    """The chosen face of each assistant row, in order: what `feedback_value` takes."""
    return [face_of(scores.get(row.get("metadata", {}).get("id"))) for row in rows if row["role"] == "assistant"]


def conversation_list(catalogue: Catalogue, conversations: Sequence[Conversation], shown: int | None) -> str:
    """Real links, so that one can be opened in another tab; the page opens a plain click itself."""
    if not conversations:
        return f'<p class="quiet">{escape(catalogue.say("no-conversations"))}</p>'
    items = []
    for conversation in conversations:
        title = escape(conversation.title.strip() or catalogue.say("untitled"))
        current = ' aria-current="page"' if conversation.id == shown else ""
        link = f'<a href="?c={conversation.id}" data-open="{conversation.id}" title="{title}"{current}>{title}</a>'
        items.append(f"<li>{link}</li>")
    heading = escape(catalogue.say("recent-conversations"))
    return f'<h2>{heading}</h2><nav aria-label="{heading}"><ul class="conversations">{"".join(items)}</ul></nav>'


def model_line(catalogue: Catalogue, tag: str | None) -> str:
    sentence = catalogue.say("model-in-use", tag=tag) if tag else catalogue.say("model-unknown")
    return f'<p class="quiet model" id="model-in-use">{escape(sentence)}</p>'


def notice_box(sentence: str) -> str:
    """A failure; read aloud at once when it appears. Empty for none."""
    return f'<div class="notice" role="alert">{escape(sentence)}</div>' if sentence else ""


def news_box(sentence: str) -> str:
    """Something that worked; read aloud when there is a pause."""
    return f'<div class="notice good" role="status">{escape(sentence)}</div>'


def quiet_panel(sentence: str) -> str:
    """A section that has nothing to show yet."""
    return f'<section class="panel"><p class="quiet">{escape(sentence)}</p></section>'


def monitor(catalogue: Catalogue, readiness: Readiness, running: bool, usable: int, wait: float | None = None) -> str:
    """State, four criteria with mark, figure, target and bar, what is missing in words, the next step.

    `usable` counts the examples that the filters leave; `wait` is in days, at the pace of the last ones.
    """
    rows = "".join(_criterion(catalogue, criterion) for criterion in readiness.criteria)
    lacking = missing(readiness)
    words = "".join(f"<li>{escape(catalogue.tell(reason))}</li>" for reason in lacking)
    needed = f'<p class="lead">{escape(catalogue.say("missing-title"))}</p><ul class="missing">{words}</ul>'
    if wait is not None:
        needed += f'<p class="pace">{escape(catalogue.say("pace", days=math.ceil(wait)))}</p>'
    few = usable < FEWEST_EXAMPLES
    kept = catalogue.say("usable-few" if few else "usable", count=usable, fewest=FEWEST_EXAMPLES)
    next_step = "next-watch" if running else _next_step(readiness)
    title = escape(catalogue.say("monitor-title"))
    return (
        f'<section class="monitor" data-state="{readiness.state}" aria-label="{title}">'
        f'<h2 id="readiness">{escape(catalogue.say(f"state-{readiness.state}"))}</h2>'
        f'<div class="criteria">{rows}</div><p class="usable">{escape(kept)}</p>{needed if lacking else ""}'
        f'<p class="next">{escape(catalogue.say(next_step))}</p></section>'
    )


def _criterion(catalogue: Catalogue, criterion: Criterion) -> str:
    name = catalogue.say(f"criterion-{criterion.name}")
    share = min(1.0, (criterion.value or 0) / criterion.target)
    figure = figure_text(catalogue, criterion)
    mark = "✅" if criterion.met else "⚠️"
    told = catalogue.say("criterion-met" if criterion.met else "criterion-not-met")
    return (
        f'<div class="criterion{" met" if criterion.met else ""}" data-criterion="{criterion.name}">'
        f'<span class="name"><span class="mark" role="img" aria-label="{escape(told)}">{mark}</span>'
        f"{escape(name)}</span>"
        f'<span class="figure">{escape(figure)}</span>'
        f'<div class="bar" role="progressbar" aria-label="{escape(name)}" aria-valuemin="0" aria-valuemax="100"'
        f' aria-valuenow="{share * 100:.0f}" aria-valuetext="{escape(figure)}"><i style="width:{share * 100:.1f}%"></i>'
        "</div></div>"
    )


def figure_text(catalogue: Catalogue, criterion: Criterion) -> str:
    if criterion.value is None:
        return catalogue.say("mean-unknown-of-target", target=criterion.target)
    if criterion.name == "mean_rating":
        return catalogue.say("mean-of-target", value=criterion.value, target=criterion.target)
    return catalogue.say("figure-of-target", value=criterion.value, target=criterion.target)


def _next_step(readiness: Readiness) -> str:
    if readiness.state is ReadinessState.READY:
        return "next-start"
    open_ = {criterion.name for criterion in readiness.criteria if not criterion.met}
    if open_ & {"conversations", "messages"}:
        return "next-chat"
    return "next-rate" if "ratings" in open_ else "next-better"
