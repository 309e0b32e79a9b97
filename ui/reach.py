"""The app's way to its model server: chosen anew each time, its clients kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..serving.choose import choose_server
from ..serving.client import ModelServer
from ..store.home import Deployment
from ..store.store import Store
from ..trainer.base import settle
from ..trainer.leaving import check_stays


@dataclass(frozen=True)
class Reach:
    """Each raises the Notices of `choose_server`, and all but `look` those of `check_stays` and `settle`."""

    store: Store
    deployment: Deployment
    environ: Mapping[str, str]
    known: dict[str, ModelServer] = field(default_factory=dict)  # by address: a kept client keeps its connections

    def settled(self) -> ModelServer:
        """A server that has a base and the model in use."""
        server = self.quickly()
        settle(self.store, server, self.environ)
        return server

    def quickly(self) -> ModelServer:
        """The same, but what it has is looked at only the first time: each answer waits for this."""
        server = choose_server(self.store.home, self.deployment, self.environ)
        check_stays(self.store, server)
        if server.url not in self.known or self.store.promotions.in_use() is None:
            settle(self.store, server, self.environ)
        return self.known.setdefault(server.url, server)

    def look(self) -> str:
        """The version of a server that runs; starts none, uploads nothing."""
        return choose_server(self.store.home, self.deployment, self.environ, looking_only=True).version()
