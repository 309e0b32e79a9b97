"""`agent1 doctor`: what this installation can do, one finding a line. Looks only; starts and changes nothing."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

import psutil

from ..serving.choose import choose_server
from ..serving.client import ModelServer
from ..store.backups import check_file, list_backups
from ..store.errors import Notice
from ..store.home import Deployment, Home
from ..store.records import Reason
from ..store.store import Store
from ..trainer import preflight
from ..trainer.base import find_file, judge_tag
from ..trainer.families import check_trainable
from ..trainer.housekeeping import disk_use, removable


@dataclass(frozen=True)
class Finding:
    fine: bool
    reason: Reason


def examine(home: Home, deployment: Deployment, environ: Mapping[str, str]) -> list[Finding]:
    findings = [_look(lambda: _database(home)), _look(lambda: _backups(home)), _look(lambda: _disk_use(home))]
    findings += [_look(_axolotl), _look(lambda: _machine(home))]
    try:
        server = choose_server(home, deployment, environ, looking_only=True)
    except Notice as notice:
        return [*findings, Finding(False, Reason(notice.key, notice.params))]
    return [*findings, _look(lambda: _server(server)), _look(lambda: _base(home, server))]


def _look(check: Callable[[], Reason]) -> Finding:
    try:
        return Finding(True, check())
    except Notice as notice:
        return Finding(False, Reason(notice.key, notice.params))


def _database(home: Home) -> Reason:
    with closing(Store(home)) as store:
        store.check()
        figures = store.ratings.figures()
    return Reason("doctor-home", {"path": str(home.root), "conversations": figures.conversations})


def _backups(home: Home) -> Reason:
    backups = list_backups(home.backups)
    if not backups:
        return Reason("doctor-no-backup")
    check_file(backups[0].path)
    return Reason("doctor-backups", {"count": len(backups), "moment": backups[0].made_at.isoformat()})


def _disk_use(home: Home) -> Reason:
    with closing(Store(home)) as store:
        free = removable(store)
    megabytes = {kind: round(size / 1e6, 1) for kind, size in disk_use(home).items()}
    return Reason("doctor-disk-use", {**megabytes, "removable": round(free / 1e6, 1)})


def _axolotl() -> Reason:
    preflight.check_axolotl()
    return Reason("doctor-axolotl", {"version": preflight.AXOLOTL})


def _machine(home: Home) -> Reason:
    preflight.check_room(home.root, 0)
    memory, disk = psutil.virtual_memory().available, psutil.disk_usage(str(home.root)).free
    gigabyte = preflight.GB
    return Reason("doctor-machine", {"memory": round(memory / gigabyte, 1), "disk": round(disk / gigabyte, 1)})


def _server(server: ModelServer) -> Reason:
    version, models = server.version(), server.models()
    return Reason("doctor-server", {"address": server.url, "version": version, "models": len(models)})


def _base(home: Home, server: ModelServer) -> Reason:
    store = Store(home)
    try:
        base = store.settings.policy().base
        candidates = [judge_tag(server, model) for model in server.models() if model.tag == base]
        if not candidates:
            return Reason("doctor-no-base")
        if candidates[0].why_not:
            return candidates[0].why_not
        check_trainable(find_file(store, server.describe(base)))
        return Reason("doctor-base", {"tag": base})
    finally:
        store.close()
