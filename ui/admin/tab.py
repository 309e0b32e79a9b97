"""The Admin tab: the sidebar with monitor and button, and beside it the sections, in the order of SECTIONS."""

from collections.abc import Callable

import gradio as gr

from ..services import Services
from . import blind, material, models, now, people, proof, runs, settings, use
from .desk import Desk
from .sidebar import build_sidebar

# A section is a file with `build(desk)`: it lays its components out, keeps them at what the store tells with
# `desk.show`, and ties its events with `desk.on`, which puts the guard before each function. Its title is the text
# `section-<name>`; tests/ui/test_web.py wants arguments for each of its functions. The first is open when the tab is.
SECTIONS: tuple[tuple[str, Callable[[Desk], None]], ...] = (
    ("now", now.build),
    ("runs", runs.build),
    ("models", models.build),
    ("material", material.build),
    ("proof", proof.build),
    ("blind", blind.build),
    ("use", use.build),
    ("settings", settings.build),
    ("people", people.build),
)


def build_admin_tab(services: Services, i18n: gr.I18n, tab: gr.Tab) -> gr.Timer:
    """Lay the tab out and tie its events, inside the Blocks that are being built.

    Returns the timer of its looks, to be stopped when another tab is opened.
    """
    desk = Desk(services, i18n, first=SECTIONS[0][0])
    with gr.Sidebar(elem_id="admin-sidebar", width=340):
        build_sidebar(desk)
    opened = []
    with gr.Column(elem_id="admin-column"), gr.Tabs(elem_id="sections"):
        for name, build in SECTIONS:
            desk.section = name
            with gr.Tab(i18n(f"section-{name}"), id=name) as section:
                build(desk)
            opened.append((section, name))
    return desk.finish(tab, opened)
