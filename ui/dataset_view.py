"""The data set as the command line tells it. Pure."""

from dataclasses import asdict
from typing import Any

from ..trainer.inventory import Inventory, about_tokens
from ..trainer.material import Material
from .catalogue import Catalogue
from .present import FACES

LEARNED, HELD_OUT, LEFT_OUT = KINDS = ("learned", "held_out", "left_out")


def dataset_json(inventory: Inventory, material: Material) -> dict[str, Any]:
    items = [
        {"message": one.message_id, "conversation": one.conversation_id, "kind": kind, "score": one.score,
         "corrected": one.is_corrected, "about_tokens": about_tokens(one), "personal": list(one.personal)}
        for kind, examples in ((LEARNED, material.examples), (HELD_OUT, material.held_out))
        for one in examples
    ]  # fmt: skip
    left_out = [{"message": one.message_id, "kind": LEFT_OUT, "reason": one.reason} for one in material.left_out]
    return asdict(inventory) | {"items": items + left_out}


def dataset_text(catalogue: Catalogue, inventory: Inventory) -> str:
    """For the command line."""
    lines = [
        catalogue.say("dataset-learned", count=inventory.learned),
        *([catalogue.say("dataset-held-out", count=inventory.held_out)] if inventory.held_out else []),
        *(f"  {FACES[score - 1]} {count}" for score, count in inventory.faces.items()),
        *([f"  ✍️ {inventory.corrections}"] if inventory.corrections else []),
        catalogue.say("dataset-lengths", middle=inventory.middle, longest=inventory.longest),
        *(f"- {count} × {catalogue.say(reason)}" for reason, count in inventory.left_out.items()),
        *(f"{catalogue.say(f'personal-{kind}')}: {count}" for kind, count in inventory.personal.items()),
    ]
    return "\n".join(lines)
