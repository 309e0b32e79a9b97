"""Memory for the training: where it is short the model server's models make room, and a chat waits until that is over.

Does not cover whether a run fits at all (preflight). Nothing has to bring a model back: a server loads it for whoever
asks, and registering asks as soon as the training is over.
"""

import json
from pathlib import Path

import psutil

from ..serving import tags
from ..serving.choose import reach_server
from ..serving.client import ModelServer, is_loopback
from ..store.errors import Notice
from ..store.home import Home
from ..store.records import RunState
from ..store.store import Store
from . import supervise
from .progress import write_whole
from .run_folder import RunFolder


class ChatMakesRoom(Notice):
    """The training of run `run` has the memory that the model would take."""

    key = "error-chat-makes-room"


def unloadable(server: ModelServer) -> int:
    """Bytes of this machine's memory that the server's models take; none where it is another machine's."""
    return sum(server.loaded().values()) if is_loopback(server.url) else 0


def make_room(folder: RunFolder, wanted: float) -> list[str]:
    """Ask the run's server to unload its models; returns their tags. `wanted` is what the training will take, in bytes.

    An answer that is being written is written to its end. A server that is away has nothing to unload.
    """
    order = folder.order()
    write_whole(folder.room_made, json.dumps({"wanted": wanted}))  # first: a chat must not load one again
    try:
        server = reach_server(Home(Path(order.home)), order.server)
        loaded = list(server.loaded()) if is_loopback(server.url) else []
        for tag in loaded:
            server.unload(tag)
    except Notice as notice:
        print(f"no room was made: {notice}", flush=True)  # noqa: T201 - the stage's log
        return []
    return loaded


def check_chat(store: Store, server: ModelServer, tag: str) -> None:
    """Whether `tag` may be loaded beside a training for which the models made room. Raises ChatMakesRoom."""
    run = store.runs.active()
    if run is None or run.state is not RunState.TRAINING or not is_loopback(server.url):
        return
    folder = RunFolder(store.home.run_folder(run.id))
    try:
        wanted = json.loads(folder.room_made.read_text(encoding="utf-8"))["wanted"]
    except FileNotFoundError:
        return
    if any(tags.same(tag, loaded) for loaded in server.loaded()):
        return
    size = next((model.size for model in server.models() if tags.same(tag, model.tag)), 0)
    if psutil.virtual_memory().available - size < wanted - _taken(folder):
        raise ChatMakesRoom(run=run.id)


def _taken(folder: RunFolder) -> int:
    """Bytes that the training's process has already."""
    match supervise.look(folder.stage(RunState.TRAINING)):
        case supervise.Running(pid=pid):
            try:
                return int(psutil.Process(pid).memory_info().rss)
            except psutil.NoSuchProcess:
                return 0
        case _:
            return 0
