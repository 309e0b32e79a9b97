"""The admin tab: the monitor and the button in its sidebar; the run, its log and the models beside it.

Everything is read from the store and the run's folder at each look; the page itself knows nothing. Each function
carries the guard (admin_only), and a test walks all of them. Does not cover how a piece looks (present, run_view).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import gradio as gr

from ..serving.client import ServedModel
from ..store.errors import Notice
from ..store.records import ReadinessState, Targets
from ..trainer.base import previous_tag, use_tag
from ..trainer.readiness import judge
from . import present, run_view
from .asset import read_asset
from .catalogue import Catalogue
from .guard import admin_only, speak
from .services import Services

LOOK_EVERY = 2.0  # seconds, while the tab is open


@dataclass(frozen=True)
class AdminPage:
    """The functions behind the tab. `seen` tells what the page shows already, so that a look sends news only."""

    services: Services

    def look(self, seen: str, request: gr.Request) -> list[Any]:
        """monitor, start, cancel, run, log, models, automatic, seen; gr.skip() for what has not changed."""
        catalogue, store = speak(request), self.services.store
        known: dict[str, str] = json.loads(seen) if seen else {}
        runs = store.runs.newest(1)
        run = runs[0] if runs else None
        active = run if run and run.state.is_active else None
        policy = store.settings.policy()
        readiness = judge(store.ratings.figures(), policy.targets)
        met = sum(criterion.met for criterion in readiness.criteria)
        view = run_view.read_run(store, run) if run else None
        now = self.services.clock()
        promotions = store.promotions.newest(1)
        models = f"{catalogue.language} {promotions[:1]} {run and run.state}"
        pieces = {
            "monitor": present.monitor(catalogue, readiness, active is not None),
            "start": f"{active is not None} {readiness.state} {met}",
            "cancel": f"{active is not None} {bool(active and active.cancel_asked)}",
            "run": run_view.run_panel(catalogue, view, now),
            "log": run_view.log_panel(catalogue, view),
            "models": models,
            "automatic": str(policy.automatic),
        }
        marks = {name: sha256(piece.encode()).hexdigest()[:12] for name, piece in pieces.items()}
        if marks == known:
            return [gr.skip()] * (len(pieces) + 1)
        shown: dict[str, Callable[[], Any]] = {
            "start": lambda: _start_button(
                catalogue, readiness.state, met, len(readiness.criteria), active is not None
            ),
            "cancel": lambda: _cancel_button(catalogue, active is not None, bool(active and active.cancel_asked)),
            "models": lambda: self._models(catalogue),
            "automatic": lambda: policy.automatic,
        }
        fresh = [
            gr.skip() if marks[name] == known.get(name) else shown.get(name, lambda piece=piece: piece)()
            for name, piece in pieces.items()
        ]
        return [*fresh, json.dumps(marks)]

    def wake(self, request: gr.Request) -> Any:
        """The tab is open: look again and again."""
        return gr.Timer(active=True)

    def start(self, request: gr.Request) -> str:
        """Start a run, or say why not."""
        catalogue = speak(request)
        try:
            self.services.start_run()
        except Notice as notice:
            return present.notice_box(catalogue.tell(notice))
        return ""

    def cancel(self, request: gr.Request) -> str:
        run = self.services.store.runs.active()
        if run is not None:
            self.services.cancel_run(run)
        return ""

    def use(self, data: gr.EventData, request: gr.Request) -> str:
        """Switch the chat to a tag of the list."""
        return self._switch(str(data.tag), speak(request))

    def set_automatic(self, wanted: bool, request: gr.Request) -> None:
        settings = self.services.store.settings
        settings.save(replace(settings.policy(), automatic=bool(wanted)))

    def show_targets(self, request: gr.Request) -> tuple[float, ...]:
        targets = self.services.store.settings.policy().targets
        return targets.conversations, targets.messages, targets.ratings, targets.mean_rating

    def save_targets(
        self, conversations: float, messages: float, ratings: float, mean: float, request: gr.Request
    ) -> str:
        """Set the four targets, or say which lies out of bounds."""
        catalogue, settings = speak(request), self.services.store.settings
        if None in (conversations, messages, ratings, mean):
            return present.notice_box(catalogue.say("targets-empty"))
        try:
            targets = Targets(int(conversations), int(messages), int(ratings), float(mean))
            settings.save(replace(settings.policy(), targets=targets))
        except Notice as notice:
            return present.notice_box(catalogue.tell(notice))
        return present.news_box(catalogue.say("targets-saved"))

    def _switch(self, tag: str, catalogue: Catalogue) -> str:
        try:
            chosen = use_tag(self.services.store, self.services.server(), tag)
        except Notice as notice:
            return present.notice_box(catalogue.tell(notice))
        return present.news_box(catalogue.say("model-switched", tag=chosen))

    def _models(self, catalogue: Catalogue) -> str:
        store = self.services.store
        served: list[ServedModel] = []
        problem = ""
        try:
            served = self.services.server().models()
        except Notice as notice:
            problem = catalogue.tell(notice)
        return run_view.models_panel(catalogue, served, store.promotions.in_use(), previous_tag(store), problem)


def build_admin_page(services: Services, i18n: gr.I18n, tab: gr.Tab) -> gr.Timer:
    """Lay the tab out and tie its events, inside the Blocks that are being built.

    Returns the timer of its looks, to be stopped when another tab is opened.
    """
    with gr.Sidebar(elem_id="admin-sidebar", width=340):
        monitor = gr.HTML(elem_id="monitor")
        start = gr.Button(i18n("start-training"), elem_id="start-training", variant="primary", interactive=False)
        cancel = gr.Button(i18n("cancel-training"), elem_id="cancel-training", size="sm", visible=False)
        notice = gr.HTML(elem_id="admin-notice")
        automatic = gr.Checkbox(
            label=i18n("automatic-training"), info=i18n("automatic-info"), elem_id="automatic", container=False
        )
        with gr.Accordion(i18n("targets-title"), open=False, elem_id="targets"):
            targets = [
                gr.Number(label=i18n("criterion-conversations"), precision=0, minimum=1),
                gr.Number(label=i18n("criterion-messages"), precision=0, minimum=1),
                gr.Number(label=i18n("criterion-ratings"), precision=0, minimum=1),
                gr.Number(label=i18n("criterion-mean_rating"), precision=2, minimum=1, maximum=5, step=0.1),
            ]
            save = gr.Button(i18n("targets-save"), size="sm", elem_id="save-targets")
    with gr.Column(elem_id="admin-column"):
        run = gr.HTML(elem_id="run")
        log = gr.HTML(elem_id="log", js_on_load=read_asset("follow_log.js"))
        model_notice = gr.HTML(elem_id="model-notice")
        models = gr.HTML(elem_id="models", js_on_load=read_asset("use_model.js"))
    seen = gr.Textbox(visible=False)
    timer = gr.Timer(LOOK_EVERY, active=False)
    page = AdminPage(services)
    guard = admin_only(services.store)
    hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    looked = [monitor, start, cancel, run, log, models, automatic, seen]
    look = guard(page.look)

    tab.select(look, seen, looked, **hidden).then(guard(page.show_targets), None, targets, **hidden)
    tab.select(guard(page.wake), None, timer, **hidden)
    timer.tick(look, seen, looked, **hidden)
    for done in (
        start.click(guard(page.start), None, notice, **hidden),
        cancel.click(guard(page.cancel), None, notice, **hidden),
        models.use_model(guard(page.use), None, model_notice, **hidden),
        automatic.input(guard(page.set_automatic), automatic, None, **hidden),
        save.click(guard(page.save_targets), targets, notice, **hidden),
    ):
        done.then(look, seen, looked, **hidden)
    return timer


def _start_button(catalogue: Catalogue, state: ReadinessState, met: int, criteria: int, running: bool) -> Any:
    """Only when all is met and nothing runs it reads as promised and can be pressed."""
    if running:
        return gr.update(value=catalogue.say("start-running"), interactive=False)
    if state is not ReadinessState.READY:
        return gr.update(value=catalogue.say("start-locked", met=met, criteria=criteria), interactive=False)
    return gr.update(value=catalogue.say("start-training"), interactive=True)


def _cancel_button(catalogue: Catalogue, running: bool, asked: bool) -> Any:
    label = catalogue.say("cancel-asked" if asked else "cancel-training")
    return gr.update(value=label, visible=running, interactive=not asked)
