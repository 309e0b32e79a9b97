"""What Axolotl makes of runs and of exports: `python show_batches.py RUN EXPORTS REFUSED...`.

Writes RUN/batches.json, the rows and batches that its trainer takes, reads the exports in the folder EXPORTS
(read_exports), then runs the training stage on each of the others. A process of its own, since pytest's must not
import torch with a run's environment, and one for all, since Axolotl takes ten seconds to import. Light at import, as
the stage is: `datasets` may import it again.
"""

import json
import os
import sys
from pathlib import Path

from agent1.store.records import RunState
from agent1.tests.trainer.read_exports import read
from agent1.trainer.stage import run_stage
from agent1.trainer.stages import training, without_triton


def show(run: Path) -> None:
    os.chdir(run)
    os.environ.update(training.environment(1, run))
    without_triton.stand_in()
    from axolotl.common.datasets import load_datasets
    from axolotl.train import setup_model_and_trainer

    from agent1.trainer.stages import lora

    lora.keep_to_cpu()
    config = lora.load_config()
    rows = load_datasets(cfg=config)
    trainer, *_ = setup_model_and_trainer(config, rows)
    names = ("input_ids", "attention_mask", "labels")
    loader = trainer.get_train_dataloader()
    epochs = [[{name: batch[name].tolist() for name in names} for batch in loader] for _ in range(2)]
    prepared = [{name: row[name] for name in names} for row in rows.train_dataset]
    Path("batches.json").write_text(json.dumps({"prepared": prepared, "epochs": epochs}), encoding="utf-8")


if __name__ == "__main__":
    show(Path(sys.argv[1]))
    read(Path(sys.argv[2]))
    for refused in sys.argv[3:]:
        print(refused, run_stage(RunState.TRAINING, training.work, [refused]), flush=True)
