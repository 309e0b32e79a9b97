"""Learning without forgetting: on general rows the loss is how far the model has drifted from its base.

There the base's own probabilities of all tokens are the target, not the one token that its answer happened to have
(Li and Hoiem, Learning without Forgetting, https://arxiv.org/abs/1606.09282). The base is the same model with its
adapter switched off. Owns the loss of these rows; which rows they are and how much they count is told by the caller.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn.functional import kl_div

IGNORED = -100  # torch's and Axolotl's mark of a token without a loss

Loss = Callable[..., Any]


def distil(loss: Loss, general: frozenset[tuple[int, ...]], weight: float) -> Loss:
    """A trainer's `compute_loss` under which the rows whose ids are in `general` are measured against the base.

    The sum over their trained tokens of the Kullback-Leibler divergence base || model, times `weight`, stands in place
    of the cross-entropy, over the same number of tokens. Rows of an evaluation are measured as before.
    """

    def with_base(
        model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        labels, mask = inputs["labels"], inputs["attention_mask"].bool()
        rows = [tuple(ids[seen].tolist()) in general for ids, seen in zip(inputs["input_ids"], mask, strict=True)]
        if not model.training or not any(rows):
            return loss(model, inputs, return_outputs=return_outputs, num_items_in_batch=num_items_in_batch)
        chosen = torch.tensor(rows, device=labels.device)
        count = (labels[:, 1:] != IGNORED).sum() if num_items_in_batch is None else num_items_in_batch
        rated = {**inputs, "labels": labels.masked_fill(chosen[:, None], IGNORED)}
        learned, outputs = loss(model, rated, return_outputs=True, num_items_in_batch=count)
        drifted = _drift(model, {name: inputs[name][chosen] for name in ("input_ids", "attention_mask")},
                         outputs.logits[chosen], labels[chosen])  # fmt: skip
        whole = learned + weight * drifted / count
        return (whole, outputs) if return_outputs else whole

    return with_base


def _drift(model: Any, inputs: dict[str, torch.Tensor], logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The divergence, summed over the tokens that carry a label. `logits`: rows x places x vocabulary."""
    learned = labels[:, 1:] != IGNORED  # the token at a place is told by the logits of the place before
    with torch.no_grad(), _as_base(model):
        base = model(**inputs).logits[:, :-1][learned].float()
    return kl_div(
        logits[:, :-1][learned].float().log_softmax(-1), base.log_softmax(-1), log_target=True, reduction="sum"
    )


@contextmanager
def _as_base(model: Any) -> Iterator[None]:
    """The model without its adapter, and without the noise that NEFTune puts on the embeddings in training."""
    whole = getattr(model, "module", model)  # accelerate wraps it on several devices
    embeddings = whole.get_input_embeddings()
    with whole.disable_adapter():
        embeddings.eval()
        yield
        embeddings.train()
