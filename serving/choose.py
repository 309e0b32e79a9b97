"""Which model server is used: the one OLLAMA_HOST names, an Ollama that runs, one that can be started,
or the embedded one.

Owns that order and the reading of OLLAMA_HOST. Does not cover what is asked of the server (client.py).
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from ..store.home import Deployment, Home
from .client import ModelServer, is_loopback
from .embedded import process as embedded
from .errors import BadServerAddress, NamedServerSilent, NoServerRunning, OllamaNotInstalled
from .ollama_process import answers, find_program, start_ollama

USUAL_ADDRESS = "http://127.0.0.1:11434"
EMBEDDED = "embedded"
_PORTS = {"": 11434, "http": 80, "https": 443}  # as the `ollama` program reads an address without a port


def read_address(value: str) -> str:
    """OLLAMA_HOST as `scheme://host:port[/path]`: host, host:port and full addresses are understood.

    0.0.0.0 and [::], where a server listens everywhere, are asked on the loopback.
    Raises BadServerAddress.
    """
    text = value.strip().strip("\"'").strip()
    scheme, has_scheme, rest = text.partition("://")
    if not has_scheme:
        scheme, rest = "", text
    if rest.count(":") > 1 and not rest.startswith("["):
        rest = f"[{rest}]"  # a bare IPv6 address
    try:
        parts = urlsplit(f"//{rest}")
        host, port = parts.hostname or "127.0.0.1", parts.port
    except ValueError as error:
        raise BadServerAddress(value=value) from error
    if scheme not in _PORTS or parts.username or parts.query or any(sign.isspace() for sign in text):
        raise BadServerAddress(value=value)
    shown = _asked_host(host)
    return f"{scheme or 'http'}://{shown}:{port or _PORTS[scheme]}{parts.path.rstrip('/')}"


def address_outside(environ: Mapping[str, str]) -> str:
    """The address that OLLAMA_HOST names where it is another machine's, else "". Raises BadServerAddress."""
    named = environ.get("OLLAMA_HOST", "").strip()
    address = read_address(named) if named else ""
    return "" if not address or is_loopback(address) else address


def _asked_host(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
    return f"[{address}]" if address.version == 6 else str(address)


def choose_server(
    home: Home,
    deployment: Deployment,
    environ: Mapping[str, str],
    looking_only: bool = False,
    usual: str = USUAL_ADDRESS,
) -> ModelServer:
    """The model server of this installation, started if need be.

    With `looking_only` nothing is started and nothing written: NoServerRunning is raised instead.
    Raises BadServerAddress, NamedServerSilent, OllamaNotInstalled, ServerDidNotStart, and what
    embedded/process.py raises.
    """
    if deployment.server == EMBEDDED:
        return _embedded_server(home, looking_only)
    named = environ.get("OLLAMA_HOST", "").strip()
    server = ModelServer(read_address(named) if named else usual)
    if answers(server):
        return server
    if named:
        raise NamedServerSilent(address=server.url)
    program = find_program(environ)
    if program and looking_only:
        raise NoServerRunning()
    if program:
        start_ollama(program, server, home, environ)
        return server
    if deployment.server == "ollama":
        raise OllamaNotInstalled(address=server.url)
    return _embedded_server(home, looking_only)


def address_for_later(home: Home, server: ModelServer) -> str:
    """How a run remembers its server: the home's embedded one, whose port changes, as "embedded"; else its address."""
    return EMBEDDED if embedded.find(home) == server.url else server.url


def reach_server(home: Home, address: str) -> ModelServer:
    """The server that `address_for_later` named. The embedded one ends when it is idle for long, as it is during a
    training, so it is started again; any other is somebody else's to start.
    """
    return ModelServer(embedded.find_or_start(home) if address == EMBEDDED else address)


def _embedded_server(home: Home, looking_only: bool) -> ModelServer:
    url = embedded.find(home) if looking_only else embedded.find_or_start(home)
    if url is None:
        raise NoServerRunning()
    return ModelServer(url)
