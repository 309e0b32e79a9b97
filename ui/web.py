"""The web app: FastAPI with Gradio at /, a health check, and the download of a run's log.

Owns the mounting and its switches: nothing is shared, counted or fetched from elsewhere. Importing this module takes
seconds (Gradio), so only the process that serves pages does.
"""

import os
from collections.abc import Iterator
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read once, at gradio's import

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse

from .. import __version__
from ..store.errors import Notice
from ..store.records import Run
from ..store.store import Store
from ..trainer.run_folder import STAGES, RunFolder
from .access import NotAdmin, check_admin, person_of
from .account_pages import account_routes
from .admin.tab import build_admin_tab
from .asset import read_asset
from .catalogue import ENGLISH, LANGUAGES, Catalogue
from .chat.tab import build_chat_tab
from .door import Door
from .limiter import Limiter
from .material_routes import material_routes
from .middleware import Gate, PageLanguage, catalogue_for
from .pages import Pages
from .run_page import read_page, run_page
from .services import Services
from .streams import Streams

SYSTEM_FONTS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
SYSTEM_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
LARGEST_REQUEST = 20_000_000  # bytes: the page sends the shown chat along with a rating
PIECE = 1 << 16  # bytes of a log at a time


def build_app(services: Services) -> FastAPI:
    """The whole app, ready for uvicorn."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, max_body_size=LARGEST_REQUEST)
    # Each is put around those before it: a request passes the gate, then the door, then the limiter.
    app.add_middleware(PageLanguage, outside=services.outside)
    app.add_middleware(Streams, largest=LARGEST_REQUEST)
    app.add_middleware(Limiter, deployment=services.deployment)
    app.add_middleware(Door, store=services.store, deployment=services.deployment)
    app.add_middleware(Gate, deployment=services.deployment)
    app.include_router(account_routes(services))
    app.include_router(material_routes(services.store))

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok", "version": __version__}

    @app.get("/readyz")
    def readyz() -> Response:
        return tell_readiness(services)

    @app.get("/runs/{run_id}/log")
    def run_log(run_id: int, request: Request) -> Response:
        return send_log(services.store, run_id, request)

    @app.get("/runs/{run_id}")
    def show_run(run_id: int, request: Request) -> Response:
        return send_run_page(services, run_id, request)

    gr.mount_gradio_app(
        app,
        build_pages(services),
        path="/",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        i18n=texts(),
        theme=theme(),
        css=read_asset("page.css") + read_asset("admin.css"),
        head=f"<style>{read_asset('frame.css')}</style><script>{scripts()}</script>",
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        show_error=False,
        max_file_size=1,  # byte: nothing is uploaded to Gradio
    )
    return app


def scripts() -> str:
    return "".join(map(read_asset, ("stream.js", "chat.js", "announce.js", "page.js")))


def build_pages(services: Services) -> gr.Blocks:
    """The two tabs; each with a sidebar of its own."""
    i18n = texts()
    pages: gr.Blocks
    with Pages(title=Catalogue.load(ENGLISH).say("app-name"), analytics_enabled=False, fill_width=True) as pages:
        gr.HTML(read_asset("header.html"), elem_id="header")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(i18n("tab-chat"), id="chat", elem_id="chat-tab") as chat_tab:
                build_chat_tab(services, i18n, chat_tab)
            with gr.Tab(i18n("tab-admin"), id="admin", elem_id="admin-tab") as admin_tab:
                timer = build_admin_tab(services, i18n, admin_tab)
        chat_tab.select(lambda: gr.Timer(active=False), None, timer, api_visibility="private", show_progress="hidden")
    pages.queue(max_size=64, api_open=False)
    pages._queue.progress_update_sleep_when_free = 1.0  # no event tells its progress that way
    return pages


def texts() -> gr.I18n:
    """Each language under its own name and, as browsers also ask for it, without its country."""
    told = {language: Catalogue.load(language).flat() for language in LANGUAGES}
    return gr.I18n(**{language.partition("-")[0]: sentences for language, sentences in told.items()} | told)


def theme() -> Any:
    return gr.themes.Base(
        primary_hue="indigo", secondary_hue="indigo", neutral_hue="slate", radius_size="lg",
        font=SYSTEM_FONTS, font_mono=SYSTEM_MONO,
    ).set(
        # 600 on light and 400 on dark ground: 500 has too little contrast (WCAG AA).
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover_dark="*primary_500",
        button_primary_text_color="white",
        button_primary_text_color_dark="white",
        color_accent="*primary_600",
        link_text_color="*primary_600",
        link_text_color_dark="*primary_300",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
    )  # fmt: skip


def tell_readiness(services: Services) -> Response:
    """For what watches the app: whether the database and the model server answer. Starts nothing, names nothing."""
    parts = {"store": services.store.accounts.exist, "model_server": services.look_at_server}
    told = {}
    for name, look in parts.items():
        try:
            look()
            told[name] = "ok"
        except Notice:
            told[name] = "failed"
    return JSONResponse(told, 200 if set(told.values()) == {"ok"} else 503)


def send_run_page(services: Services, run_id: int, request: Request) -> Response:
    """The page of one run, for admins."""
    run = run_for_admin(services.store, run_id, request)
    if isinstance(run, Response):
        return run
    page = read_page(services.store, run)
    return HTMLResponse(run_page(catalogue_for(request.headers), page, services.clock()))


def send_log(store: Store, run_id: int, request: Request) -> Response:
    """Every stage's output of a run, one after the other, as a download for admins."""
    run = run_for_admin(store, run_id, request)
    if isinstance(run, Response):
        return run
    folder = RunFolder(store.home.run_folder(run.id))
    headers = {"content-disposition": f'attachment; filename="agent1-run-{run.id}.log"'}
    return StreamingResponse(read_log(folder), media_type="text/plain; charset=utf-8", headers=headers)


def run_for_admin(store: Store, run_id: int, request: Request) -> Run | Response:
    """The run, or the refusal in the language of whoever asks."""
    try:
        check_admin(person_of(store, request.headers))
        return store.runs.get(run_id)
    except Notice as notice:
        status = 403 if isinstance(notice, NotAdmin) else 404
        return PlainTextResponse(catalogue_for(request.headers).tell(notice), status)


def read_log(folder: RunFolder) -> Iterator[bytes]:
    for stage in STAGES:
        path = folder.stage(stage) / "output.log"
        if path.is_file():
            yield f"==== {stage} ====\n".encode()
            with path.open("rb") as file:
                while piece := file.read(PIECE):
                    yield piece
            yield b"\n"
