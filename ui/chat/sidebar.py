"""The sidebar of the Chat tab: the list of conversations, the search, rename and delete with a way back.

Does not cover the conversation that is open (events).
"""

import threading
from dataclasses import dataclass
from typing import Any

import gradio as gr

from ...store.conversations import WAY_BACK
from ...store.errors import Notice
from ...store.records import Conversation, Person
from .. import present
from ..catalogue import Catalogue
from ..guard import asking, speak
from ..services import Services
from ..talk import own_title
from ..titles import suggest_title
from . import view

A_PAGE = 50  # conversations


@dataclass(frozen=True)
class Sidebar:
    """`number` is the open conversation's id as text; `find` what is looked for; `pages` how many are listed."""

    services: Services

    def show(self, number: str, find: str, pages: float, request: gr.Request) -> dict[str, Any]:
        return self._after(request, number, find, pages)

    def more(self, number: str, find: str, pages: float, request: gr.Request) -> dict[str, Any]:
        return {**self._after(request, number, find, pages + 1), "pages": pages + 1}

    def act(
        self, number: str, find: str, pages: float, data: gr.EventData, request: gr.Request
    ) -> dict[str, Any]:  # fmt: skip
        """Rename a conversation (`do` is "rename"), let the model title it ("suggest"), delete or restore it."""
        catalogue, person, store = speak(request), asking(self.services.store, request), self.services.store
        id_, undo = int(data.id), ""
        try:
            if data.do == "restore":
                store.conversations.restore(id_, person)
                return self._after(request, number, find, pages)
            conversation = store.conversations.get(id_, person)
            match data.do:
                case "rename":
                    store.conversations.rename(conversation, own_title(str(data.title)))
                case "suggest":
                    title = suggest_title(self.services, conversation, catalogue)
                    store.conversations.rename(conversation, title)
                case "delete":
                    self._delete(conversation)
                    learned = len(store.runs.tags_of_conversation(conversation))
                    undo = view.way_back(catalogue, conversation, int(WAY_BACK.total_seconds()), learned)
        except Notice as notice:
            return {"list_notice": present.notice_box(catalogue.tell(notice))}
        return {**self._after(request, number, find, pages), "list_notice": undo}

    def listed(
        self, catalogue: Catalogue, person: Person, conversation: Conversation | None, find: str, pages: int
    ) -> str:
        """The list's HTML: what was said last comes first, or what a search found."""
        conversations, wanted = self.services.store.conversations, pages * A_PAGE
        shown = conversation.id if conversation else None
        if find.strip():
            found = conversations.search(person, find, wanted + 1)
            return view.found_list(catalogue, found[:wanted], shown, len(found) > wanted)
        newest = conversations.newest(person, wanted + 1)
        today = self.services.clock().astimezone().date()
        return view.conversation_list(catalogue, newest[:wanted], shown, today, len(newest) > wanted)

    def _after(self, request: gr.Request, number: str, find: str, pages: float) -> dict[str, Any]:
        catalogue, person = speak(request), asking(self.services.store, request)
        try:
            conversation = self.services.store.conversations.get(int(number or 0), person)
        except (Notice, ValueError):
            conversation = None
        return {"list": self.listed(catalogue, person, conversation, find, int(pages)), "list_notice": ""}

    def _delete(self, conversation: Conversation) -> None:
        """The app purges when the way back is over, and again at its next start."""
        self.services.store.conversations.delete(conversation)
        timer = threading.Timer(WAY_BACK.total_seconds() + 1, self._purge)
        timer.daemon = True
        timer.start()

    def _purge(self) -> None:
        if self.services.store.is_open:
            self.services.store.conversations.purge()
