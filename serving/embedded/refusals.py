"""Refused: what the server says no to, with the status and the words of a real Ollama.

Not a Notice: these cross HTTP and are told to people by the client of the server.
"""

ONLY_HERE = "Agent1's embedded model server does not do this; install Ollama and set OLLAMA_HOST to have it"


class Refused(Exception):
    """`status` is an HTTP status, `error` the text of the answer's {"error": ...}."""

    def __init__(self, status: int, error: str) -> None:
        self.status = status
        self.error = error
        super().__init__(status, error)


def not_offered(what: str) -> Refused:
    return Refused(501, f"{what}: {ONLY_HERE}")
