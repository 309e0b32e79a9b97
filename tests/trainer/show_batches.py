"""What Axolotl makes of a run's rows: `python show_batches.py RUN` writes RUN/batches.json.

A process of its own, since pytest's must not import torch with a run's environment. Light at import, as the
stage is: `datasets` may start processes that import it again.
"""

import json
import os
import sys
from pathlib import Path

from agent1.trainer.stages.training import environment


def main(run: Path) -> None:
    os.chdir(run)
    os.environ.update(environment(1, run))
    from axolotl.common.datasets import load_datasets
    from axolotl.train import setup_model_and_trainer

    from agent1.trainer.stages import lora

    config = lora.load_config(resume=False)
    rows = load_datasets(cfg=config)
    trainer, *_ = setup_model_and_trainer(config, rows)
    epochs = [[{name: batch[name].tolist() for name in ("input_ids", "attention_mask", "labels")} for batch in loader]
              for loader in [trainer.get_train_dataloader()] for _ in range(2)]  # fmt: skip
    prepared = [{name: row[name] for name in ("input_ids", "attention_mask", "labels")} for row in rows.train_dataset]
    Path("batches.json").write_text(json.dumps({"prepared": prepared, "epochs": epochs}), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
