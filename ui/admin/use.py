"""Section: charts of use."""

from datetime import timedelta

import gradio as gr

from ..use_view import DAYS, use_panel
from .desk import Desk, Moment


def build(desk: Desk) -> None:
    desk.show(gr.HTML(elem_id="use"), show_use, mark_use)


def mark_use(moment: Moment) -> str:
    return f"{moment.store.usage.version()} {moment.now.astimezone().date()}"


def show_use(moment: Moment) -> str:
    usage, begin = moment.store.usage, moment.now - timedelta(days=DAYS)
    return use_panel(moment.catalogue, usage.days(begin), usage.means_by_day(begin), moment.now.astimezone().date())
