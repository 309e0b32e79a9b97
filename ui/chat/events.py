"""What happens in the Chat tab: asked, asked again, worded anew, rated, corrected, stopped, opened.

Each function answers with what changes on the page, by the names that tab.py gives its components. Everything is read
from the store; a page holds only its conversation's number. Does not cover the sidebar, nor what is saved (talk,
answering).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import gradio as gr

from ...store.conversations import NoSuchConversation
from ...store.errors import Notice
from ...store.records import Conversation, Message, ModelOptions, Person, Role
from ...trainer.readiness import judge
from ...trainer.watch import went_back
from .. import present
from ..answering import Answers
from ..catalogue import Catalogue
from ..guard import asking, speak
from ..pages import Growing
from ..services import Services
from ..talk import checked, save_other_wording, save_question, system_of
from . import view
from .sidebar import Sidebar

Shown = dict[str, Any]

IDLE: dict[str, Any] = {"submit_btn": True, "stop_btn": False}
WRITING: dict[str, Any] = {"submit_btn": False, "stop_btn": True}


@dataclass(frozen=True)
class ChatEvents:
    """`number` is the conversation's id as text, empty for a new one; `most` the number of messages shown."""

    services: Services
    answers: Answers
    sidebar: Sidebar

    def open(self, number: str, most: float, find: str, pages: float, request: gr.Request) -> Shown:
        """A conversation, or the empty page with a notice where there is none of that number."""
        catalogue, person = speak(request), self._person(request)
        notice = ""
        try:
            conversation = self._conversation(number, person)
        except NoSuchConversation as told:
            conversation, notice = None, present.notice_box(catalogue.tell(told))
        shown = self._open(catalogue, person, conversation, int(most))
        listed = self.sidebar.listed(catalogue, person, conversation, find, int(pages))
        return {**shown, "list": listed, "notice": notice}

    def lengthen(self, number: str, most: float, request: gr.Request) -> Shown:
        """Show more of the open conversation."""
        with told_in(speak(request)):
            person = self._person(request)
            return self._open(speak(request), person, self._conversation(number, person), int(most))

    def leave_deleted(self, number: str, request: gr.Request) -> Shown:
        """The empty page where the open conversation is no longer there."""
        try:
            self._conversation(number, self._person(request))
        except NoSuchConversation:
            return self._empty(speak(request))
        return {}

    def greet(self, number: str, request: gr.Request) -> Shown:
        """A first look at the model server, which may have to be started."""
        catalogue, person = speak(request), self._person(request)
        notice = ""
        try:
            self.services.server()
        except Notice as told:
            notice = present.notice_box(catalogue.tell(told))
        try:
            conversation = self._conversation(number, person)
        except NoSuchConversation:
            return {}
        return {"head": self._head(catalogue, person, conversation), **({"notice": notice} if notice else {})}

    def ask(
        self, text: str, number: str, most: float, system: str, temperature: float | None, context: float | None,
        request: gr.Request,
    ) -> Iterator[Shown]:  # fmt: skip
        """Save the question, show it, then the answer as it grows."""
        catalogue, person = speak(request), self._person(request)
        options = ModelOptions(temperature, None if context is None else int(context))
        with told_in(catalogue):
            known = self._conversation(number, person)
            if known:
                self.answers.check_idle(known)
            conversation, question = save_question(
                self.services.store, person, known.id if known else None, text, system=system or "", options=options
            )
            answer = self.answers.begin(conversation, question)
        listed = self.sidebar.listed(catalogue, person, conversation, "", 1)
        first = {"box": gr.update(value="", **WRITING), "list": listed, "find": "", "pages": 1}
        yield from self._watch(catalogue, person, answer, int(most), first)

    def say(self, most: float, data: gr.EventData, request: gr.Request) -> Iterator[Shown]:
        """Ask again for an answer (`do` is "retry"), or say something in other words ("edit")."""
        catalogue, person, store = speak(request), self._person(request), self.services.store
        with told_in(catalogue):
            if data.do == "edit":
                conversation, question = save_other_wording(store, person, int(data.id), str(data.text))
            else:
                message = store.messages.get(int(data.id), person)
                conversation = store.conversations.get(message.conversation_id, person)
                asked = message if message.role is Role.USER else store.messages.parent(message)
                question = asked or message
            answer = self.answers.begin(conversation, question)
        yield from self._watch(catalogue, person, answer, int(most), {"box": gr.update(**WRITING)})

    def follow(self, number: str, most: float, request: gr.Request) -> Iterator[Shown]:
        """Go on watching an answer that was being written when the conversation was opened."""
        catalogue, person = speak(request), self._person(request)
        conversation = self._conversation(number, person)
        answer = self.answers.pending(conversation) if conversation else None
        if answer is None:  # it has ended meanwhile
            yield self._open(catalogue, person, conversation, int(most)) if conversation else {}
            return
        yield from self._watch(catalogue, person, answer, int(most), {"box": gr.update(**WRITING)})

    def stop(self, number: str, request: gr.Request) -> Shown:
        """Whoever watches the answer shows how it ended."""
        conversation = self._conversation(number, self._person(request))
        if conversation and (answer := self.answers.pending(conversation)):
            self.answers.stop(answer.id)
        return {"box": gr.update(**IDLE)}

    def rate(self, history: list[dict[str, Any]], data: gr.LikeData, request: gr.Request) -> Shown:
        """Set or take back a rating. Gradio sends each click twice, so it must not matter how often it comes."""
        catalogue, person, store = speak(request), self._person(request), self.services.store
        row = history[data.index if isinstance(data.index, int) else data.index[0]]
        with told_in(catalogue):
            message = store.messages.get(int((row.get("metadata") or {}).get("id") or 0), person)
            score = present.score_of(str(data.liked or ""))
            if score is None:
                store.ratings.take_back(message, person)
            else:
                store.ratings.rate(message, person, score)
            conversation = store.conversations.get(message.conversation_id, person)
        return {"turns": view.judged(message, score), "head": self._head(catalogue, person, conversation)}

    def act(self, most: float, data: gr.EventData, request: gr.Request) -> Shown:
        """Page to another version ("show"), keep or withdraw a correction, give reasons."""
        catalogue, person, store = speak(request), self._person(request), self.services.store
        with told_in(catalogue):
            message = store.messages.get(int(data.id), person)
            match data.do:
                case "show":
                    store.messages.show(message)
                case "correct":
                    store.ratings.correct(message, person, checked(str(data.text)))
                case "withdraw":
                    store.ratings.withdraw_correction(message, person)
                case "give-reason":
                    store.ratings.give_reason(message, person, str(data.reason))
                case "withdraw-reason":
                    store.ratings.withdraw_reason(message, person, str(data.reason))
            conversation = store.conversations.get(message.conversation_id, person)
        return self._open(catalogue, person, conversation, int(most))

    # What is shown

    def _watch(self, catalogue: Catalogue, person: Person, answer: Message, most: int, first: Shown) -> Iterator[Shown]:
        """The conversation with the answer's place, then the answer as it grows, then all as it was kept."""
        conversation = self.services.store.conversations.get(answer.conversation_id, person)
        talk = self._talk(conversation, person, most)
        *before, _ = rows = view.chat_rows(catalogue, talk.shown)
        faces = view.faces_of(before, talk.thoughts)
        around = self._around(catalogue, person, talk)
        del around["head"]  # it counts all there is: not while somebody waits for a first word
        yield {
            **around,
            "chat": gr.update(value=rows, feedback_value=[*faces, None]),
            "notice": "",
            **first,
        }
        growing, last = Growing(before), None
        for last in self.answers.follow(answer.id, person):
            if last.has_ended:
                break
            shown: Shown = {"chat": growing.ending_in(view.answer_row(catalogue, last.message))}
            if last.message.thinking and not last.message.content:
                shown["turns"] = view.growing(last.message)
            yield shown
        notice = present.notice_box(catalogue.tell(last.notice)) if last and last.notice else ""
        conversation = self.services.store.conversations.get(answer.conversation_id, person)
        yield {**self._open(catalogue, person, conversation, most), "notice": notice}

    def _open(self, catalogue: Catalogue, person: Person, conversation: Conversation | None, most: int) -> Shown:
        if conversation is None:
            return self._empty(catalogue)
        talk = self._talk(conversation, person, most)
        rows = view.chat_rows(catalogue, talk.shown)
        pending = self.answers.pending(conversation) is not None
        return {
            **self._around(catalogue, person, talk, follow=pending),
            "chat": gr.update(value=rows, feedback_value=view.faces_of(rows, talk.thoughts)),
            "box": gr.update(**(WRITING if pending else IDLE)),
        }

    def _around(self, catalogue: Catalogue, person: Person, talk: view.Talk, follow: bool = False) -> Shown:
        """All but the chat's rows and the box."""
        options = talk.conversation.options
        return {
            "number": str(talk.conversation.id),
            "turns": view.turns(catalogue, talk, follow),
            "earlier": gr.update(visible=talk.has_earlier),
            "head": self._head(catalogue, person, talk.conversation, talk.unrated),
            "system": system_of(list(talk.path)),
            "temperature": options.temperature,
            "context": options.context,
        }

    def _empty(self, catalogue: Catalogue) -> Shown:
        placeholder = f"## {catalogue.say('empty-title')}\n{catalogue.say('empty-text')}"
        examples = [{"text": catalogue.say(f"example-{number}")} for number in (1, 2, 3)]
        return {
            "number": "",
            "turns": view.no_turns(),
            "chat": gr.update(value=[], feedback_value=[], placeholder=placeholder, examples=examples),
            "box": gr.update(**IDLE),
            "earlier": gr.update(visible=False),
            "head": self._line(catalogue, 0),
            "system": self.services.store.settings.policy().system,
            "temperature": None,
            "context": None,
        }

    def _head(
        self, catalogue: Catalogue, person: Person, conversation: Conversation | None, unrated: int | None = None
    ) -> str:
        if conversation is not None and unrated is None:
            unrated = self._talk(conversation, person, 0).unrated
        return self._line(catalogue, unrated or 0)

    def _line(self, catalogue: Catalogue, unrated: int) -> str:
        store = self.services.store
        readiness = judge(store.ratings.figures(), store.settings.policy().targets)
        running, back = store.runs.active() is not None, went_back(store)
        worse = back[0].went_back_from if back else ""
        return view.head(catalogue, store.promotions.in_use(), unrated, readiness, running, worse)

    def _talk(self, conversation: Conversation, person: Person, most: int) -> view.Talk:
        store = self.services.store
        path = store.messages.path(conversation.leaf_id)
        if path and (live := self.answers.pending(conversation)):
            path[-1] = live  # further than what was saved of it
        return view.Talk(
            conversation, path, store.messages.siblings(path), store.ratings.thoughts(path, person), most,
            store.runs.tags_of([message.id for message in path]),
        )  # fmt: skip

    def _person(self, request: gr.Request) -> Person:
        return asking(self.services.store, request)

    def _conversation(self, number: str, person: Person) -> Conversation | None:
        if not number:
            return None
        if not (number.isascii() and number.isdigit()):
            raise NoSuchConversation(id=number[:20])
        return self.services.store.conversations.get(int(number), person)


@contextmanager
def told_in(catalogue: Catalogue) -> Iterator[None]:
    """Notices as the page's own errors, in words."""
    try:
        yield
    except Notice as notice:
        raise gr.Error(catalogue.tell(notice), print_exception=False) from notice
