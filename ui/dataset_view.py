"""The data set as people see it: figures, bars, and each example with the part that is trained marked. Pure.

Does not cover what the admin can do with it (admin/material).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from ..store.records import Choice, Message
from ..trainer.inventory import Inventory, about_tokens
from ..trainer.material import BY_HAND, Example, Material
from .catalogue import Catalogue
from .present import FACES

LEARNED, HELD_OUT, LEFT_OUT = KINDS = ("learned", "held_out", "left_out")
LONGEST_SHOWN = 1200  # characters of one turn
NEVER_BACK = frozenset({"left-out-empty", "left-out-no-question", "left-out-too-long", "left-out-personal"})


@dataclass(frozen=True)
class LeftOutAnswer:
    message: Message
    question: str
    reason: str


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


def inventory_panel(catalogue: Catalogue, inventory: Inventory) -> str:
    say = catalogue.say
    figures = (
        ("dataset-figure-learned", inventory.learned),
        ("dataset-figure-held-out", inventory.held_out),
        ("dataset-figure-left-out", sum(inventory.left_out.values())),
        ("dataset-figure-middle", inventory.middle),
        ("dataset-figure-longest", inventory.longest),
    )
    cells = "".join(f"<div><dt>{escape(say(key))}</dt><dd>{count}</dd></div>" for key, count in figures)
    faces = {FACES[score - 1]: count for score, count in inventory.faces.items()}
    if inventory.corrections:
        faces["✍️"] = inventory.corrections
    groups = (
        ("dataset-faces", faces),
        ("dataset-token-bars", inventory.lengths),
        ("dataset-reasons", {say(reason): count for reason, count in inventory.left_out.items()}),
        ("dataset-personal", {say(f"personal-{kind}"): count for kind, count in inventory.personal.items()}),
    )
    bars = "".join(_bars(say(key), counts) for key, counts in groups if any(counts.values()))
    note = escape(say("dataset-note"))
    title = escape(say("dataset-title"))
    return (
        f'<section class="panel dataset"><h2>{title}</h2><p class="sub">{note}</p>'
        f'<dl class="figures">{cells}</dl><div class="bar-groups">{bars}</div></section>'
    )


def _bars(title: str, counts: Mapping[str, int]) -> str:
    most = max(counts.values())
    rows = "".join(
        f"<tr><th scope=row>{escape(name)}</th><td><div class=bar><i style='width:{100 * count / most:.0f}%'></i></div>"
        f"</td><td class=count>{count}</td></tr>"
        for name, count in counts.items()
    )
    return f"<table><caption>{escape(title)}</caption>{rows}</table>"


def example_cards(catalogue: Catalogue, examples: Sequence[Example], kind: str) -> str:
    cards = []
    for example in examples:
        before = "".join(_turn(catalogue, turn.role, turn.content) for turn in example.before)
        mark = "✍️" if example.is_corrected else FACES[example.score - 1]
        about = catalogue.say("dataset-about-tokens", count=about_tokens(example))
        button = _button(catalogue, example.message_id, Choice.LEAVE_OUT) if kind == LEARNED else ""
        role = escape(catalogue.say("role-assistant"))
        trained = f"<mark>{escape(_short(example.answer))}</mark>"
        cards.append(
            f'<li class=card>{before}<div class="turn assistant"><b>{role}</b> {trained}'
            f"</div><footer><span>{mark} · {escape(about)}</span>{button}</footer></li>"
        )
    return _list(catalogue, cards)


def left_out_cards(catalogue: Catalogue, answers: Sequence[LeftOutAnswer]) -> str:
    cards = []
    for answer in answers:
        choice = None if answer.reason == BY_HAND else Choice.BRING_BACK
        button = "" if answer.reason in NEVER_BACK else _button(catalogue, answer.message.id, choice)
        cards.append(
            f"<li class=card>{_turn(catalogue, 'user', answer.question)}"
            f"{_turn(catalogue, 'assistant', answer.message.content)}"
            f"<footer><span>{escape(catalogue.say(answer.reason))}</span>{button}</footer></li>"
        )
    return _list(catalogue, cards)


def _list(catalogue: Catalogue, cards: Sequence[str]) -> str:
    if not cards:
        return f'<p class="quiet">{escape(catalogue.say("dataset-nothing-here"))}</p>'
    return f'<ul class="cards">{"".join(cards)}</ul>'


def _turn(catalogue: Catalogue, role: str, text: str) -> str:
    return f'<div class="turn {role}"><b>{escape(catalogue.say(f"role-{role}"))}</b> {escape(_short(text))}</div>'


def _button(catalogue: Catalogue, message_id: int, choice: Choice | None) -> str:
    told = choice or "forget"
    key = "dataset-leave-out" if choice is Choice.LEAVE_OUT else "dataset-bring-back"
    return f'<button data-message="{message_id}" data-choice="{told}">{escape(catalogue.say(key))}</button>'


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + " …"
