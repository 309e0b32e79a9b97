"""A driver that does not wait a second between two looks: `python quick_driver.py HOME TRAINING SECONDS PATIENCE`.

TRAINING is real (Axolotl) or standin, SECONDS are added to the clock as if it had been set, PATIENCE is patient or
impatient: then a stage that misses its model server soon gives up.
"""

import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent1.store.home import Home
from agent1.store.records import RunState
from agent1.store.store import Store
from agent1.trainer import driver

TRAINING = Path(__file__).with_name("standin_training.py")
IMPATIENT = (
    "import runpy, sys; from agent1.trainer import stage; stage.TRIES = 2;"
    "runpy.run_module(sys.argv.pop(1), run_name='__main__')"
)


def command_of(training: str, patience: str) -> Callable[[RunState, Path], list[str]]:
    def command(state: RunState, folder: Path) -> list[str]:
        if state is RunState.TRAINING and training == "standin":
            return [sys.executable, "-P", str(TRAINING), str(folder)]
        if patience == "impatient":
            return [sys.executable, "-P", "-c", IMPATIENT, f"agent1.trainer.stages.{state}", str(folder)]
        return driver.stage_command(state, folder)

    return command


if __name__ == "__main__":
    home, training, shift, patience = sys.argv[1:]
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    driver.TICK, driver.NICE = 0.05, 0
    off = timedelta(seconds=float(shift))
    store = Store(Home(Path(home)), lambda: datetime.now(UTC) + off)
    driver.drive_to_end(store, driver.Driver(store, os.environ, command_of(training, patience)))
