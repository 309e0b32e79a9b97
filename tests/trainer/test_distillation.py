"""General rows are measured against the base; a real tiny model with a real adapter."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

from agent1.trainer.stages.distillation import IGNORED, distil

RATED, GENERAL = (1, 5, 6, 7, 2), (1, 9, 8, 2)
BATCH = {
    "input_ids": torch.tensor([RATED, (*GENERAL, 0)]),
    "attention_mask": torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]]),
    "labels": torch.tensor([[IGNORED, IGNORED, 6, 7, 2], [IGNORED, IGNORED, 8, 2, IGNORED]]),
}


@pytest.fixture
def model() -> Any:
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=32, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2,
    )  # fmt: skip
    lora = LoraConfig(r=4, target_modules=["q_proj", "down_proj"], task_type="CAUSAL_LM")
    return get_peft_model(LlamaForCausalLM(config), lora).train()  # type: ignore[no-untyped-call]


def shift(model: Any) -> None:
    """As if something had been learned: a fresh adapter changes nothing."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=20)


def cross_entropy(
    model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
) -> Any:
    """As the trainer's own."""
    outputs = model(**inputs, num_items_in_batch=num_items_in_batch)
    return (outputs.loss, outputs) if return_outputs else outputs.loss


def measured(model: Any, weight: float = 1.0, batch: dict[str, Any] = BATCH) -> torch.Tensor:
    loss: Callable[..., torch.Tensor] = distil(cross_entropy, frozenset({GENERAL}), weight)
    return loss(model, batch, num_items_in_batch=5)


def only(row: int, batch: dict[str, Any] = BATCH) -> dict[str, Any]:
    return {name: values[row : row + 1] for name, values in batch.items()}


def test_a_model_that_has_not_moved_has_no_loss_on_general_rows(model: Any) -> None:
    assert measured(model, batch=only(1)).item() == pytest.approx(0, abs=1e-6)
    assert measured(model).item() == pytest.approx(cross_entropy(model, only(0), num_items_in_batch=5).item())


def test_the_further_it_moves_from_its_base_the_more_it_costs(model: Any) -> None:
    shift(model)
    drift = measured(model, batch=only(1)).item()
    assert drift > 0.001
    assert measured(model, weight=3, batch=only(1)).item() == pytest.approx(3 * drift)
    rated = cross_entropy(model, only(0), num_items_in_batch=5).item()
    assert measured(model).item() == pytest.approx(rated + drift)


def test_its_gradient_leads_back_to_the_base(model: Any) -> None:
    shift(model)
    learner = torch.optim.SGD([weight for weight in model.parameters() if weight.requires_grad], lr=0.5)
    before = measured(model, batch=only(1))
    for _ in range(5):
        learner.zero_grad()
        measured(model, batch=only(1)).backward()  # type: ignore[no-untyped-call]
        learner.step()
    assert measured(model, batch=only(1)) < before


def test_an_evaluation_and_rated_rows_are_measured_as_ever(model: Any) -> None:
    shift(model)
    assert measured(model, batch=only(0)) == cross_entropy(model, only(0), num_items_in_batch=5)
    model.eval()
    assert measured(model) == cross_entropy(model, BATCH, num_items_in_batch=5)


def test_the_base_is_asked_without_the_noise_of_training(model: Any) -> None:
    noisy = model.get_input_embeddings()
    noisy.register_forward_hook(lambda module, _, out: out + 5 if module.training else out)
    assert measured(model, batch=only(1)).item() > 0.001  # the adapter is fresh: all of it is the noise
    assert noisy.training
