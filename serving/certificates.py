"""The certificates by which a model server on another machine is known, read once.

Reading them takes 40 ms, and httpx does it for each client it makes, also for one that asks over plain http.
"""

import ssl
from functools import cache

import httpx


@cache
def known() -> ssl.SSLContext:
    return httpx.create_ssl_context()
