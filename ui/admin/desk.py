"""What every section of the Admin tab is built with: the services, the guard, and the common look.

A section registers the pieces of the page that it shows (`show`) and ties its events (`on`). One timer looks at the
store for all of them, while the tab is open: the sidebar's pieces each time, a section's only while it is the open
one; what has not changed is not sent. Does not cover what stands in a section.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

import gradio as gr

from ...store.errors import Notice
from ...store.records import Policy, Run
from ...store.store import Store
from ..catalogue import Catalogue
from ..guard import admin_only, speak
from ..run_view import RunView, read_run
from ..services import Services
from .collected import Collected

LOOK_EVERY = 2.0  # seconds, while the tab is open
PAGES_KNOWN = 200  # open pages whose looks are remembered; one more sends the oldest everything again
LOOKS_AT_ONCE = 4  # so that one that waits for a silent model server does not hold up the others
HIDDEN: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True)
class Moment:
    """What one look sees. Each part is read when a piece first asks for it, and then is the same for all pieces."""

    services: Services
    catalogue: Catalogue
    now: datetime

    @property
    def store(self) -> Store:
        return self.services.store

    @cached_property
    def policy(self) -> Policy:
        return self.store.settings.policy()

    @cached_property
    def run(self) -> Run | None:
        """The newest run, active or ended."""
        return next(iter(self.store.runs.newest(1)), None)

    @cached_property
    def base_parameters(self) -> int:
        """Of the base, as the model server tells; 0 where nobody tells."""
        try:
            facts = self.services.server().describe(self.policy.base)
        except Notice:
            return 0
        return int(facts.model_info.get("general.parameter_count") or 0)

    @property
    def active(self) -> Run | None:
        return self.run if self.run and self.run.state.is_active else None

    @cached_property
    def view(self) -> RunView | None:
        """The newest run with what its folder tells."""
        return read_run(self.store, self.run) if self.run else None


@dataclass(frozen=True)
class Piece:
    section: str  # "" for the sidebar
    component: Any
    show: Callable[[Moment], Any]
    mark: Callable[[Moment], str] | None


@dataclass
class Sent:
    """What a page was sent last, a mark for each piece. Its looks take turns: two at once would both send everything,
    and the later one would write over what the person has typed meanwhile."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    marks: dict[int, str] = field(default_factory=dict)


class Desk:
    """Made inside the Blocks that are being built; `finish` once every section is there."""

    def __init__(self, services: Services, i18n: gr.I18n, first: str) -> None:
        self.services, self.i18n = services, i18n
        self.collected = Collected(services.store)
        self.section = ""  # that is being built
        self._guard = admin_only(services.store)
        self._pieces: list[Piece] = []
        self._done: list[Any] = []
        self._open = gr.Textbox(first, visible=False)
        self._sent: OrderedDict[str | None, Sent] = OrderedDict()
        self._sent_lock = threading.Lock()

    def show(self, component: Any, show: Callable[[Moment], Any], mark: Callable[[Moment], str] | None = None) -> None:
        """Keep `component` at what `show` gives. Where that costs much, `mark` tells in a short text, and cheaply,
        what it depends on: `show` is called when the text is another than at the last look."""
        self._pieces.append(Piece(self.section, component, show, mark))

    def on(self, event: Any, function: Callable[..., Any], inputs: Any = None, outputs: Any = None) -> Any:
        """Tie an event to a guarded function with a `gr.Request` parameter; a look follows, so that the page shows
        what came of it. Returns the dependency, for `.then`."""
        done = event(self._guard(function), inputs, outputs, **HIDDEN)
        self._done.append(done)
        return done

    def finish(self, tab: gr.Tab, sections: Sequence[tuple[gr.Tab, str]]) -> gr.Timer:
        """Tie the looks. Returns the timer, to be stopped when another tab is opened."""
        timer = gr.Timer(LOOK_EVERY, active=False)
        look = self._guard(self.look)
        known, shown = [self._open], [piece.component for piece in self._pieces]
        options = HIDDEN | {"concurrency_limit": LOOKS_AT_ONCE, "concurrency_id": "look"}
        tab.select(look, known, shown, **options)
        tab.select(self._guard(self.wake), None, timer, **HIDDEN)
        timer.tick(look, known, shown, **options)
        for section, name in sections:
            section.select(self._guard(opener(name)), None, self._open, **HIDDEN).then(look, known, shown, **options)
        for done in self._done:
            done.then(look, known, shown, **options)
        return timer

    def look(self, section: str, request: gr.Request) -> list[Any]:
        """Each piece, or gr.skip() for what has not changed or is not in the open section."""
        sent = self._sent_to(request.session_hash)
        with sent.turn:
            return self._look(section, sent.marks, speak(request))

    def _sent_to(self, page: str | None) -> Sent:
        with self._sent_lock:
            sent = self._sent.setdefault(page, Sent())
            self._sent.move_to_end(page)
            if len(self._sent) > PAGES_KNOWN:
                self._sent.popitem(last=False)
            return sent

    def _look(self, section: str, marks: dict[int, str], catalogue: Catalogue) -> list[Any]:
        moment = Moment(self.services, catalogue, self.services.clock())
        told: list[Any] = []
        for place, piece in enumerate(self._pieces):
            if piece.section not in ("", section):
                told.append(gr.skip())
                continue
            value = None if piece.mark else piece.show(moment)
            content = piece.mark(moment) if piece.mark else json.dumps(value, default=str)
            mark = sha256(f"{catalogue.language}{content}".encode()).hexdigest()[:12]
            if marks.get(place) == mark:
                told.append(gr.skip())
                continue
            told.append(piece.show(moment) if piece.mark else value)
            marks[place] = mark
        return told

    def wake(self, request: gr.Request) -> Any:
        """The tab is open: look again and again."""
        return gr.Timer(active=True)


def opener(name: str) -> Callable[[gr.Request], str]:
    def open_section(request: gr.Request) -> str:
        """Remember which section is open, so that a look reads no other."""
        return name

    return open_section
