"""Fetches the starter model for `make run`. Runs in .venv, once everything is installed."""

import os
import sys

from words import words_for

from agent1.serving import starter
from agent1.store.home import user_cache


def main() -> int:
    say = words_for(os.environ)
    cache = user_cache(os.environ)
    if starter.starter_file(cache):
        return 0
    print(say("starter"), file=sys.stderr, flush=True)
    try:
        starter.fetch_starter(cache, show=True)
    except starter.StarterUnreachable as notice:
        return _fail(f"{notice.params['reason']}\n{say('starter-unreachable')}")
    except starter.StarterDamaged:
        return _fail(say("starter-wrong"))
    except starter.CacheNotWritable as notice:
        return _fail(say("starter-no-room", folder=notice.params["folder"], reason=notice.params["problem"]))
    except KeyboardInterrupt:
        print("\n" + say("stopped"), file=sys.stderr)
        return 130
    return 0


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
