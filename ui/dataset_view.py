"""The data set as people see it: figures, bars, and each answer with the part that is trained marked. Pure.

Does not cover what an admin can do with it (admin/material).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from ..store.records import Choice, Role
from ..trainer.inventory import Inventory
from ..trainer.lengths import Length, Lengths
from ..trainer.material import BY_HAND, STAYS_OUT, Example, Material
from ..trainer.verdicts import Turn
from .catalogue import Catalogue
from .present import FACES, quiet_panel

LEARNED, HELD_OUT, LEFT_OUT = KINDS = ("learned", "held_out", "left_out")
PAGE = 10  # cards
LONGEST_SHOWN = 2000  # characters of one turn


def dataset_json(inventory: Inventory, material: Material, lengths: Lengths) -> dict[str, Any]:
    items = [
        {"message": one.message_id, "conversation": one.conversation_id, "kind": kind, "score": one.score,
         "corrected": one.is_corrected, "tokens": length.tokens, "tokens_counted": length.is_counted,
         "personal": list(one.personal)}
        for kind, examples in ((LEARNED, material.examples), (HELD_OUT, material.held_out))
        for one, length in zip(examples, map(lengths.of, examples), strict=True)
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
        *_lengths(catalogue, inventory),
        *(f"- {count} × {catalogue.say(reason)}" for reason, count in inventory.left_out.items()),
        *(f"{catalogue.say(f'personal-{kind}')}: {count}" for kind, count in inventory.personal.items()),
    ]
    return "\n".join(lines)


def _lengths(catalogue: Catalogue, inventory: Inventory) -> list[str]:
    if not inventory.learned:
        return []
    told = catalogue.say("dataset-lengths", middle=inventory.middle, longest=inventory.longest)
    return [told, _counted(catalogue, inventory)]


def _counted(catalogue: Catalogue, inventory: Inventory) -> str:
    """What the figures of tokens are worth."""
    if not inventory.counted:
        return catalogue.say("dataset-tokens-estimated")
    return catalogue.say(
        "dataset-tokens-counted", counted=inventory.counted, others=inventory.learned - inventory.counted
    )


@dataclass(frozen=True)
class View:
    """Which cards are shown."""

    kind: str = LEARNED
    reason: str = ""  # of what was left out; "" for all
    page: int = 1


@dataclass(frozen=True)
class LeftOutAnswer:
    message_id: int
    conversation_id: int
    before: tuple[Turn, ...]
    answer: str
    reason: str


def inventory_panel(catalogue: Catalogue, inventory: Inventory, is_old: bool) -> str:
    """How much there is, and bars of faces, lengths, reasons and personal data."""
    say = catalogue.say
    figures = (
        ("dataset-figure-learned", inventory.learned),
        ("dataset-figure-held-out", inventory.held_out),
        ("dataset-figure-left-out", sum(inventory.left_out.values())),
        ("dataset-figure-middle", inventory.middle),
        ("dataset-figure-longest", inventory.longest),
    )
    cells = "".join(
        f"<div><dt>{escape(say(key))}</dt><dd>{escape(say('number', value=count))}</dd></div>" for key, count in figures
    )
    faces = {FACES[score - 1]: count for score, count in inventory.faces.items()}
    if inventory.corrections:
        faces[say("dataset-corrections")] = inventory.corrections
    lengths = {name.replace(">=", "≥ ").replace("<", "< "): count for name, count in inventory.lengths.items()}
    groups = (
        ("dataset-faces", faces),
        ("dataset-token-bars", lengths),
        ("dataset-reasons", {say(reason): count for reason, count in inventory.left_out.items()}),
        ("dataset-personal", {say(f"personal-{kind}"): count for kind, count in inventory.personal.items()}),
    )
    bars = "".join(_bars(catalogue, say(key), counts) for key, counts in groups if any(counts.values()))
    counting = f'<p class="sub" role="status">{escape(say("dataset-counting-again"))}</p>' if is_old else ""
    tokens = f'<p class="sub">{escape(_counted(catalogue, inventory))}</p>' if inventory.learned else ""
    return (
        f'<section class="panel dataset"><h2>{escape(say("material-title"))}</h2>'
        f'<p class="sub">{escape(say("material-note"))}</p>{counting}'
        f'<dl class="figures">{cells}</dl>{tokens}<div class="bar-groups">{bars}</div></section>'
    )


def _bars(catalogue: Catalogue, title: str, counts: Mapping[str, int]) -> str:
    most = max(counts.values())
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td><div class="bar" aria-hidden="true">'
        f'<i style="width:{100 * count / most:.0f}%"></i></div></td>'
        f'<td class="count">{escape(catalogue.say("number", value=count))}</td></tr>'
        for name, count in counts.items()
    )
    return f"<table><caption>{escape(title)}</caption>{rows}</table>"


def counting_panel(catalogue: Catalogue) -> str:
    return quiet_panel(catalogue.say("dataset-counting"))


def cards_panel(catalogue: Catalogue, view: View, inventory: Inventory, cards: Sequence[str], count: int) -> str:
    """The buttons that choose what is shown, the cards of one page, and the way to the others."""
    counts = {LEARNED: inventory.learned, HELD_OUT: inventory.held_out, LEFT_OUT: sum(inventory.left_out.values())}
    kinds = "".join(
        _choice(catalogue, catalogue.say(f"choice-{kind}"), counts[kind], View(kind), kind == view.kind)
        for kind in KINDS
    )
    if cards:
        shown = f'<ol class="cards">{"".join(cards)}</ol>'
    else:
        shown = f'<p class="quiet">{escape(catalogue.say(f"none-{view.kind}"))}</p>'
    title = escape(catalogue.say("dataset-answers"))
    return (
        f'<section class="panel"><div class="chips" role="group" aria-label="{title}">{kinds}</div>'
        f"{_reasons(catalogue, view, inventory)}{shown}{_pager(catalogue, view, count)}</section>"
    )


def _reasons(catalogue: Catalogue, view: View, inventory: Inventory) -> str:
    if view.kind != LEFT_OUT or len(inventory.left_out) < 2:
        return ""
    every = sum(inventory.left_out.values())
    choices = [_choice(catalogue, catalogue.say("choice-every-reason"), every, View(LEFT_OUT), not view.reason)]
    choices += [
        _choice(catalogue, catalogue.say(reason), count, View(LEFT_OUT, reason), reason == view.reason)
        for reason, count in inventory.left_out.items()
    ]
    title = escape(catalogue.say("dataset-reasons"))
    return f'<div class="chips small" role="group" aria-label="{title}">{"".join(choices)}</div>'


def _choice(catalogue: Catalogue, name: str, count: int, view: View, chosen: bool) -> str:
    told = escape(catalogue.say("number", value=count))
    return (
        f'<button type="button" {_aim(view)} aria-pressed="{str(chosen).lower()}">{escape(name)} <b>{told}</b></button>'
    )


def _aim(view: View) -> str:
    return f'data-show="{view.kind}" data-reason="{escape(view.reason)}" data-page="{view.page}"'


def last_page(count: int) -> int:
    return max(1, -(-count // PAGE))


def _pager(catalogue: Catalogue, view: View, count: int) -> str:
    last = last_page(count)
    if last == 1:
        return ""
    ways = (("first", 1), ("previous", view.page - 1), ("next", view.page + 1), ("last", last))
    signs = {"first": "«", "previous": "‹", "next": "›", "last": "»"}
    buttons = {}
    for name, page in ways:
        off = "" if 1 <= page <= last and page != view.page else " disabled"
        aim = _aim(View(view.kind, view.reason, page))
        label = escape(catalogue.say(f"page-{name}"))
        buttons[name] = f'<button type="button" {aim} aria-label="{label}" title="{label}"{off}>{signs[name]}</button>'
    first = PAGE * (view.page - 1) + 1
    told = catalogue.say("page-shown", first=first, last=min(count, first + PAGE - 1), count=count)
    return (
        f'<nav class="pager" aria-label="{escape(catalogue.say("dataset-pages"))}">'
        f"{buttons['first']}{buttons['previous']}<span>{escape(told)}</span>{buttons['next']}{buttons['last']}</nav>"
    )


def example_card(
    catalogue: Catalogue, example: Example, length: Length, kind: str, choice: Choice | None, is_own: bool
) -> str:
    """`choice` is what was chosen by hand, which the next collection follows; of one's own there is a link to the
    conversation, which nobody else can open."""
    marks = [catalogue.say("dataset-corrections") if example.is_corrected else FACES[example.score - 1]]
    told = "dataset-tokens" if length.is_counted else "dataset-about-tokens"
    marks.append(catalogue.say(told, count=length.tokens))
    if example.personal:
        names = ", ".join(catalogue.say(f"personal-{kind}") for kind in example.personal)
        marks.append(catalogue.say("dataset-personal-found", kinds=names))
    if choice is Choice.LEAVE_OUT:
        marks.append(catalogue.say(BY_HAND))
        button = _button(catalogue, "dataset-bring-back", example.message_id, None)
    else:
        button = (
            "" if kind == HELD_OUT else _button(catalogue, "dataset-leave-out", example.message_id, Choice.LEAVE_OUT)
        )
    answer = f"<mark>{escape(_short(example.answer))}</mark>" if kind == LEARNED else escape(_short(example.answer))
    foot = _link(catalogue, example.conversation_id, is_own) + button
    return _card(catalogue, example.before, answer, marks, foot, is_out=choice is Choice.LEAVE_OUT)


def left_out_card(catalogue: Catalogue, item: LeftOutAnswer, choice: Choice | None, is_own: bool) -> str:
    marks, button = [catalogue.say(item.reason)], ""
    comes_back = choice is Choice.BRING_BACK and item.reason not in STAYS_OUT
    if comes_back:
        marks.append(catalogue.say("dataset-brought-back"))
        button = _button(catalogue, "dataset-leave-out", item.message_id, None)
    elif item.reason not in STAYS_OUT:
        wanted = None if item.reason == BY_HAND else Choice.BRING_BACK
        button = _button(catalogue, "dataset-bring-back", item.message_id, wanted)
    answer = escape(_short(item.answer))
    foot = _link(catalogue, item.conversation_id, is_own) + button
    return _card(catalogue, item.before, answer, marks, foot, is_out=not comes_back)


def _link(catalogue: Catalogue, conversation_id: int, is_own: bool) -> str:
    if not is_own:
        return ""
    return f'<a href="/?c={conversation_id}" target="_blank">{escape(catalogue.say("dataset-conversation"))}</a>'


def _card(
    catalogue: Catalogue, before: Sequence[Turn], answer: str, marks: Sequence[str], buttons: str, is_out: bool
) -> str:
    *earlier, asked = before or (Turn(Role.USER, ""),)
    folded = ""
    if earlier:
        told = escape(catalogue.say("dataset-earlier", count=len(earlier)))
        turns = "".join(_turn(catalogue, turn.role, escape(_short(turn.content))) for turn in earlier)
        folded = f"<details><summary>{told}</summary>{turns}</details>"
    question = _turn(catalogue, asked.role, escape(_short(asked.content)))
    foot = "".join(f"<span>{escape(mark)}</span>" for mark in marks)
    return (
        f'<li class="card{" out" if is_out else ""}">{folded}{question}{_turn(catalogue, Role.ASSISTANT, answer)}'
        f'<div class="foot">{foot}{buttons}</div></li>'
    )


def _turn(catalogue: Catalogue, role: Role, html: str) -> str:
    return f'<p class="said {role}"><b>{escape(catalogue.say(f"turn-{role}"))}</b> {html}</p>'


def _button(catalogue: Catalogue, key: str, message_id: int, choice: Choice | None) -> str:
    told = choice or "forget"
    return (
        f'<button type="button" data-message="{message_id}" data-choice="{told}">{escape(catalogue.say(key))}</button>'
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + " …"
