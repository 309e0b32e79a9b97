"""The sheet before the start: what will be learned and what not, on which base, how long, with what room. Pure."""

from html import escape

from ..trainer.plan import Plan, minutes_about
from .catalogue import Catalogue
from .run_view import size_text


def start_sheet(catalogue: Catalogue, plan: Plan) -> str:
    """What will happen, or every reason why it cannot."""
    rows = [
        ("sheet-examples", catalogue.say("sheet-examples-told", count=plan.examples, new=plan.new)),
        ("sheet-base", plan.base or "—"),
    ]
    if plan.seconds is not None:
        shortest, longest = minutes_about(plan.seconds)
        key = "sheet-time-earlier" if plan.from_earlier else "sheet-time-guess"
        rows.append(("sheet-time", catalogue.say(key, shortest=shortest, longest=longest, cores=plan.cores)))
    if plan.parameters:
        rows += [
            ("sheet-memory", _room(catalogue, plan.memory_wanted, plan.memory_free)),
            ("sheet-disk", _room(catalogue, plan.disk_wanted, plan.disk_free)),
            ("sheet-processor", catalogue.say("sheet-processor-told", cores=plan.cores)),
            ("sheet-chat", catalogue.say("sheet-chat-fast" if plan.chat_stays_fast else "sheet-chat-slow")),
        ]
    told = "".join(f"<div><dt>{escape(catalogue.say(key))}</dt><dd>{escape(value)}</dd></div>" for key, value in rows)
    title = catalogue.say("sheet-refused" if plan.refusals else "sheet-title")
    refused = "".join(f"<li>{escape(catalogue.tell(reason))}</li>" for reason in plan.refusals)
    reasons = f'<ul class="notice" role="alert">{refused}</ul>' if refused else ""
    return f'<h2>{escape(title)}</h2>{reasons}<dl class="sheet">{told}</dl>{_left_out(catalogue, plan)}'


def _room(catalogue: Catalogue, wanted: float, free: float) -> str:
    return catalogue.say("sheet-room", wanted=size_text(catalogue, int(wanted)), free=size_text(catalogue, int(free)))


def _left_out(catalogue: Catalogue, plan: Plan) -> str:
    if not plan.left_out:
        return ""
    title = escape(catalogue.say("sheet-left-out", count=sum(plan.left_out.values())))
    items = "".join(
        f"<li>{count} × {escape(catalogue.say(reason))}</li>"
        for reason, count in sorted(plan.left_out.items(), key=lambda item: -item[1])
    )
    return f"<details><summary>{title}</summary><ul>{items}</ul></details>"
