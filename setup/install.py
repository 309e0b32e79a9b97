"""Makes .venv what requirements.lock and pyproject.toml say, from whatever state it is in.

Owns the steps, their stamps in .venv/setup/ and the lock between two makes. Only the standard library: it
runs before anything is installed. Does not cover finding a Python (find_python.sh), whether the machine is
fit (machine.py), how one step is carried out (steps.py) or the browser of the tests (chromium.py).
"""

import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import machine
from steps import Checkout, Step, StepFailed, is_usable, steps_of
from words import Say, words_for


def bring_up_to_date(checkout: Checkout, say: Say) -> None:
    """Do every step whose stamp is not what it should be, and all steps after it.

    Raises StepFailed. Killed at any moment, the next call goes on.
    """
    if not stale(checkout):
        return
    found = machine.obstacle(machine.look(checkout.root, checkout.venv))
    if found:
        raise StepFailed(say(found[0], **found[1]))
    with only_one_make(checkout, say) as lock:
        checkout.keep_open = (lock,)
        todo = stale(checkout)  # again: another make may have done it meanwhile
        if todo and not is_usable(checkout):
            todo = steps_of(checkout)
        count = len(steps_of(checkout))
        for step in todo:
            for later in todo[todo.index(step) :]:
                later.stamp.unlink(missing_ok=True)
            number = count - len(todo) + todo.index(step) + 1
            tell(say("step", number=number, count=count, what=say(step.name)))
            step.carry_out(checkout, say)
            step.stamp.parent.mkdir(parents=True, exist_ok=True)
            step.stamp.write_text(step.key(checkout), encoding="utf-8")
    if todo:
        if not machine.engine_runs(checkout.python):
            tell(say("no-engine"))
        tell(say("done"))


def stale(checkout: Checkout) -> list[Step]:
    """The first step that is not done as it should be, and all after it."""
    steps = steps_of(checkout)
    for at, step in enumerate(steps):
        try:
            if step.stamp.read_text(encoding="utf-8") != step.key(checkout):
                return steps[at:]
        except FileNotFoundError:
            return steps[at:]
    return []


@contextmanager
def only_one_make(checkout: Checkout, say: Say) -> Iterator[int]:
    """Hold the checkout's lock. The children inherit it: one that outlives its make still holds it."""
    place = checkout.root / "build" / "setup.lock"
    try:
        place.parent.mkdir(exist_ok=True)
        lock = os.open(place, os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as error:
        raise StepFailed(say("no-write", folder=checkout.root)) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(say("another-make"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt  # subprocess.run then ends the child before it goes on


def main() -> int:
    say = words_for(os.environ)
    # SIGINT too: a shell that starts make in the background leaves it ignored, and children inherit that.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        bring_up_to_date(Checkout(Path(__file__).resolve().parent.parent), say)
    except StepFailed as failure:
        tell(str(failure))
        return 1
    except KeyboardInterrupt:
        tell("\n" + say("stopped"))
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
