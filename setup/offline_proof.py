"""`make offline-proof`: the whole loop without a network, and under a watch for every attempt to reach one.

In a network namespace that has the loopback and no route; strace writes down each connect, sendto and sendmsg of the
app, the model server, the stages and all their children. It passes when the loop works and none of these names an
address outside the loopback. Where the kernel does not allow a namespace, or strace is missing, it says so and fails:
a proof that was not made is none.
"""

import ipaddress
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CALLS = "trace=connect,sendto,sendmsg"
ADDRESS = re.compile(
    r'sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)|'
    r'sin6_port=htons\((\d+)\),.*?inet_pton\(AF_INET6, "([^"]+)"'
)
MATERIAL = ROOT / "trainer" / "material" / "demo_conversations.jsonl"
TALKS = 24  # conversations: enough for a run, small enough for minutes
INSIDE = "AGENT1_OFFLINE_TRACE"  # tells the inner call where the trace is written
UNREACHABLE = ("192.0.2.1", 443)  # RFC 5737: an address that is nobody's


class Failed(Exception):
    """With the sentence for the person."""


def outside(trace: Iterable[str]) -> Iterator[str]:
    """The lines of an strace that name an address which is not this machine's own."""
    for line in trace:
        for match in ADDRESS.finditer(line):
            address = ipaddress.ip_address(match[2] or match[4])
            if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
                address = address.ipv4_mapped
            # Unspecified means this machine; port 0 is no attempt, it asks which source address would be used.
            if not (address.is_loopback or address.is_unspecified) and (match[1] or match[3]) != "0":
                yield line.strip()


def namespace() -> list[str]:
    """The command that runs another without a network. Raises Failed."""
    if not shutil.which("unshare") or not shutil.which("strace"):
        raise Failed(
            "make offline-proof needs Linux with unshare and strace. Install the package strace and try again."
        )
    flags = ["--net"] if os.geteuid() == 0 else ["--net", "--map-root-user"]
    command = ["unshare", *flags, "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    tried = subprocess.run([*command, "strace", "-f", "-e", CALLS, "true"], capture_output=True, text=True)
    if tried.returncode:
        raise Failed(
            f"This machine allows no network namespace or no strace ({tried.stderr.strip()[-200:]}). "
            "Run it as root, or on a machine where unprivileged user namespaces are on."
        )
    return command


def watched(command: list[str], trace: Path, environ: dict[str, str]) -> int:
    """Run a command without a network; returns its exit code once all its children have ended. Raises Failed."""
    strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", CALLS, "-s", "0", "-o", str(trace)]
    return subprocess.run([*namespace(), *strace, *command], env=environ).returncode


def loop(home: Path) -> None:
    """Import, page, chat, fine-tuning, and a question to the new model, each in a process of its own. Raises Failed."""
    for number, value in {"conversations": 5, "messages": 10, "ratings": 5, "mean_rating": 1}.items():
        agent1("settings", number, str(value))
    talks = home / "talks.jsonl"
    talks.write_text("\n".join(MATERIAL.read_text(encoding="utf-8").splitlines()[:TALKS]) + "\n", encoding="utf-8")
    agent1("import", str(talks))
    with subprocess.Popen([program(), "serve"], stdout=subprocess.PIPE, text=True) as app:
        try:
            assert app.stdout is not None
            address = re.search(r"http://\S+", app.stdout.readline())
            if not address:
                raise Failed("The app did not start.")
            tell("the page", ask_page(address[0]))
            tell("an answer of the base", agent1("ask", "What is the capital of France?"))
            run = json.loads(agent1("train", "--wait", "--json"))
            if not run["tag"]:
                raise Failed(f"The fine-tuning gave no model: {run['reason']}")
            tell("the new model", run["tag"])
            tell("its answer", agent1("ask", "What is the capital of France?", "--model", run["tag"]))
        finally:
            app.terminate()


def ask_page(address: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        try:
            with opener.open(address, timeout=60) as page:
                return f"{page.status}, {len(page.read())} bytes"
        except OSError:
            time.sleep(0.5)
    raise Failed("The page did not open.")


def program() -> str:
    return str(Path(sys.executable).parent / "agent1")


def agent1(*arguments: str) -> str:
    done = subprocess.run([program(), *arguments], capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"agent1 {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def tell(what: str, value: str) -> None:
    print(f"{what}: {value}", flush=True)


def main() -> int:
    home = Path(os.environ.get(INSIDE) or tempfile.mkdtemp(prefix="agent1-offline-"))
    try:
        if INSIDE in os.environ:
            from agent1.serving.embedded import process
            from agent1.store.home import Home

            try:
                loop(home)
            finally:
                process.stop(Home(home))
            return 0
        trace = home / "network.trace"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AGENT1_", "OLLAMA_"))}
        environ = kept | {
            "AGENT1_HOME": str(home),
            "AGENT1_SERVER": "embedded",
            "AGENT1_LANGUAGE": "en",
            INSIDE: str(home),
        }
        if cache := os.environ.get("AGENT1_CACHE"):
            environ["AGENT1_CACHE"] = cache
        code = watched([sys.executable, __file__], trace, environ)
        lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
        tried = list(outside(lines))
        print("\n".join(tried[:20]))
        if code or tried:
            raise Failed(f"NOT PROVED: {len(tried)} attempts to leave this machine; the loop ended with {code}.")
        print(f"PROVED: the loop works without a network, and none of {len(lines)} calls names an address outside.")
        return 0
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    finally:
        if INSIDE not in os.environ:
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
