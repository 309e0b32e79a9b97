"""Section: the data set as it would be trained now, what was left out and why, the rules for that, imports and exports.

The files themselves travel over material_routes.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import gradio as gr

from ...store.records import Choice, Person, PersonalData, Policy, Thresholds, Treatment
from ...trainer.inventory import take_inventory
from ...trainer.lengths import read_lengths
from ...trainer.material import LeftOut, Material, wanted_verdicts
from .. import dataset_view, exchange_view
from ..asset import read_asset
from ..catalogue import Catalogue
from ..dataset_view import HELD_OUT, KINDS, LEARNED, LEFT_OUT, PAGE, LeftOutAnswer, View, last_page
from ..guard import asking, speak
from .desk import PAGES_KNOWN, Desk, Moment
from .fields import button, keep_at, names_of, number, save_policy, show_setting

NUMBERS = tuple(name for name in names_of(Thresholds) if name != "refusals")


@dataclass(frozen=True)
class MaterialSection:
    desk: Desk
    views: "Views" = field(default_factory=lambda: Views())

    def mark(self) -> str:
        known = self.desk.collected.newest()
        run = read_lengths(self.desk.services.store).run
        return f"{known.mark} {self.desk.collected.is_old(known)} {run}" if known else ""

    def show_figures(self, moment: Moment) -> str:
        known = self.desk.collected.newest()
        if known is None:
            return dataset_view.counting_panel(moment.catalogue)
        is_old = self.desk.collected.is_old(known)
        inventory = take_inventory(known.material, read_lengths(moment.store))
        return dataset_view.inventory_panel(moment.catalogue, inventory, is_old)

    def show_cards(self, request: gr.Request) -> str:
        person = asking(self.desk.services.store, request)
        return self._cards(speak(request), person, self.views.of(request.session_hash))

    def turn_to(self, data: gr.EventData, request: gr.Request) -> str:
        """Other cards: another kind, reason or page."""
        kind = data.kind if data.kind in KINDS else LEARNED
        self.views.keep(request.session_hash, View(kind, str(data.reason), max(1, int(data.page))))
        return self.show_cards(request)

    def choose_example(self, data: gr.EventData, request: gr.Request) -> str:
        """Leave an answer out, bring it back, or leave it to the filters again."""
        choice = None if data.choice == "forget" else Choice(data.choice)
        self.desk.services.store.choices.choose(int(data.message), choice)
        return self.show_cards(request)

    def save_thresholds(
        self, shortest: float, triples: float, likeness: float, language: float, refusals: bool, request: gr.Request
    ) -> str:
        numbers = (shortest, triples, likeness, language)

        def change(policy: Policy) -> Policy:
            given = dict(zip(NUMBERS, map(int, numbers), strict=True))
            return replace(policy, thresholds=Thresholds(**given, refusals=bool(refusals)))

        return save_policy(self.desk.services, request, numbers, change)

    def usual_thresholds(self, request: gr.Request) -> str:
        return save_policy(self.desk.services, request, (), lambda policy: replace(policy, thresholds=Thresholds()))

    def save_personal(
        self, mail: str, phone: str, cpf: str, cnpj: str, card: str, iban: str, key: str, request: gr.Request
    ) -> str:
        treated = PersonalData(*map(Treatment, (mail, phone, cpf, cnpj, card, iban, key)))
        return save_policy(self.desk.services, request, (), lambda policy: replace(policy, personal=treated))

    def _cards(self, catalogue: Catalogue, person: Person, view: View) -> str:
        known, store = self.desk.collected.newest(), self.desk.services.store
        if known is None:
            return ""
        lengths, chosen = read_lengths(store), store.choices.chosen()
        inventory = take_inventory(known.material, lengths)
        items = _items(known.material, view)
        view = replace(view, page=min(view.page, last_page(len(items))))
        end = len(items) - PAGE * (view.page - 1)  # the newest first
        page = list(reversed(items[max(0, end - PAGE) : end]))
        if view.kind == LEFT_OUT:
            page = self._answers(page)
        own = store.conversations.owned([item.conversation_id for item in page], person)
        marks = [(chosen.get(item.message_id), item.conversation_id in own) for item in page]
        if view.kind == LEFT_OUT:
            cards = [dataset_view.left_out_card(catalogue, item, *mark) for item, mark in zip(page, marks, strict=True)]
        else:
            cards = [
                dataset_view.example_card(catalogue, one, lengths.of(one), view.kind, *mark)
                for one, mark in zip(page, marks, strict=True)
            ]
        return dataset_view.cards_panel(catalogue, view, inventory, cards, len(items))

    def _answers(self, items: Sequence[LeftOut]) -> list[LeftOutAnswer]:
        """With their words; what was deleted meanwhile is not among them."""
        store = self.desk.services.store
        messages = store.messages.many([item.message_id for item in items])
        verdicts = wanted_verdicts(store, sorted({message.conversation_id for message in messages.values()}))
        return [
            LeftOutAnswer(item.message_id, verdict.message.conversation_id, verdict.before, verdict.answer, item.reason)
            for item in items
            if (verdict := verdicts.get(item.message_id))
        ]


def _items(material: Material, view: View) -> Sequence[Any]:
    """Examples, or what was left out; oldest first."""
    if view.kind != LEFT_OUT:
        return material.held_out if view.kind == HELD_OUT else material.examples
    if not view.reason:
        return material.left_out
    return [item for item in material.left_out if item.reason == view.reason]


class Views:
    """Which cards each open page shows. Kept here and not on the page: two events that cross one another would each
    bring a view of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._views: OrderedDict[str | None, View] = OrderedDict()

    def of(self, page: str | None) -> View:
        with self._lock:
            return self._views.get(page, View())

    def keep(self, page: str | None, view: View) -> None:
        with self._lock:
            self._views[page] = view
            self._views.move_to_end(page)
            if len(self._views) > PAGES_KNOWN:
                self._views.popitem(last=False)


def build(desk: Desk) -> None:
    i18n, page = desk.i18n, MaterialSection(desk)
    figures = gr.HTML(elem_id="dataset")
    desk.show(figures, page.show_figures, lambda moment: page.mark())
    files = gr.HTML(elem_id="exchange", js_on_load=read_asset("exchange.js"))
    desk.show(files, lambda moment: exchange_view.exchange_panel(moment.catalogue), lambda moment: "")
    notice = gr.HTML(elem_id="material-notice")
    _build_thresholds(desk, page, notice)
    _build_personal(desk, page, notice)
    cards = gr.HTML(elem_id="cards", js_on_load=read_asset("cards.js"))
    desk.on(cards.turn_to, page.turn_to, None, cards)
    desk.on(cards.choose_example, page.choose_example, None, cards)
    # The figures change with the material, whoever changed it: the cards follow.
    desk.on(figures.change, page.show_cards, None, cards)
    gr.Markdown(i18n("material-privacy"), elem_classes="quiet")


def _build_thresholds(desk: Desk, page: MaterialSection, notice: Any) -> None:
    i18n = desk.i18n
    with gr.Accordion(i18n("thresholds-title"), open=False, elem_id="thresholds"):
        gr.Markdown(i18n("thresholds-info"))
        with gr.Row():
            numbers = [
                number(desk, name, f"threshold-{name}", ("thresholds", name), f"threshold-{name}-info")
                for name in NUMBERS
            ]
        refusals = gr.Checkbox(label=i18n("threshold-refusals"), info=i18n("threshold-refusals-info"), container=False)
        keep_at(desk, refusals, partial(show_setting, ("thresholds", "refusals")))
        with gr.Row():
            save = button(desk, "settings-save", "save-thresholds")
            usual = gr.Button(i18n("thresholds-usual"), size="sm", elem_id="usual-thresholds")
    desk.on(save.click, page.save_thresholds, [*numbers, refusals], notice)
    desk.on(usual.click, page.usual_thresholds, None, notice)


def _build_personal(desk: Desk, page: MaterialSection, notice: Any) -> None:
    i18n = desk.i18n
    choices = [(i18n(f"treatment-{treatment}"), treatment.value) for treatment in Treatment]
    with gr.Accordion(i18n("personal-title"), open=False, elem_id="personal"):
        gr.Markdown(i18n("personal-info"))
        kinds = []
        with gr.Row():
            for name in names_of(PersonalData):
                kind = gr.Radio(choices, label=i18n(f"personal-{name}"), min_width=260)
                keep_at(desk, kind, partial(show_setting, ("personal", name)))
                kinds.append(kind)
        save = button(desk, "settings-save", "save-personal")
    desk.on(save.click, page.save_personal, kinds, notice)
