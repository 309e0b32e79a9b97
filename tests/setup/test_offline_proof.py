"""The watch of `make offline-proof` sees an attempt, and lets the loopback pass."""

import sys
from pathlib import Path

import pytest
from offline_proof import UNREACHABLE, Failed, namespace, outside, watched

LOOPBACK = [
    '1 connect(3, {sa_family=AF_UNIX, sun_path="/run/nscd"}, 110) = -1 ENOENT (No such file or directory)',
    '1 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    '1 connect(3, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0),'
    ' inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
    '1 connect(3, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0),'
    ' inet_pton(AF_INET6, "::ffff:127.0.0.1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
    "1 sendto(5, \"\"..., 12, 0, NULL, 0) = 12",
    "1 sendto(5, \"\"..., 20, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20",
]  # fmt: skip
ATTEMPTS = [
    '1 connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 ENETUNREACH',
    '1 sendto(3, ""..., 40, MSG_NOSIGNAL, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.2")}, 16)',
    "1 connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0),"
    ' inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = -1 ENETUNREACH',
    '1 sendmsg(3, {msg_name={sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("8.8.8.8")}, msg_namelen=16},',
]


def test_the_loopback_is_no_attempt_and_everything_else_is() -> None:
    assert list(outside(LOOPBACK)) == []
    assert list(outside([*LOOPBACK, *ATTEMPTS])) == ATTEMPTS


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="network namespaces are Linux's")
def test_an_attempt_of_a_grandchild_is_seen(tmp_path: Path) -> None:
    try:
        namespace()
    except Failed as failed:
        pytest.skip(str(failed))
    knock = f"import socket; socket.socket().connect_ex({UNREACHABLE})"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {knock!r}])"
    assert watched([sys.executable, "-c", child], tmp_path / "trace", {"PATH": "/usr/bin:/bin"}) == 0
    attempts = list(outside((tmp_path / "trace").read_text().splitlines()))
    assert len(attempts) == 1 and UNREACHABLE[0] in attempts[0] and "ENETUNREACH" in attempts[0]
