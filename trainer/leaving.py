"""What would leave this machine: chats to a model server elsewhere, and models that run on somebody else's.

A server that is not on this machine is asked only once an admin has allowed its address; a cloud model never is. Does
not cover which server is chosen (serving/choose) nor what is downloaded at install.
"""

from collections.abc import Iterable

from ..serving import tags
from ..serving.client import ModelServer, is_loopback
from ..serving.facts import ServedModel
from ..store.errors import Notice
from ..store.store import Store


class ChatsWouldLeave(Notice):
    """The model server is on another machine, and no admin has agreed to that."""

    key = "error-chats-would-leave"


class RunsElsewhere(Notice):
    """A cloud model: the server on this machine hands the chat on."""

    key = "error-runs-elsewhere"


def check_stays(store: Store, server: ModelServer) -> None:
    """Before anything is asked of it. Raises ChatsWouldLeave."""
    if not is_loopback(server.url) and store.settings.policy().remote != server.url:
        raise ChatsWouldLeave(address=server.url)


def check_here(models: Iterable[ServedModel], tag: str) -> None:
    """Raises RunsElsewhere."""
    if any(model.is_cloud and tags.same(model.tag, tag) for model in models):
        raise RunsElsewhere(tag=tag)
