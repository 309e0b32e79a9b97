"""Which models can be trained, and why the others cannot, as a piece of the Admin page. Pure."""

from collections.abc import Sequence
from html import escape

from ..serving.tags import canonical
from ..trainer.base import Candidate
from .catalogue import Catalogue
from .run_view import panel


def base_list(catalogue: Catalogue, candidates: Sequence[Candidate], base: str) -> str:
    """Those that can be trained first; each but the present base carries the button that makes it the base."""
    rows = "".join(
        _row(catalogue, candidate, base) for candidate in sorted(candidates, key=lambda each: each.why_not is not None)
    )
    title, info = escape(catalogue.say("base-title")), escape(catalogue.say("base-info"))
    return panel(f'<h2>{title}</h2><p class="sub">{info}</p><ul class="models">{rows}</ul>')


def _row(catalogue: Catalogue, candidate: Candidate, base: str) -> str:
    tag = escape(candidate.tag)
    button = badge = ""
    if base and canonical(candidate.tag) == canonical(base):
        badge = f'<span class="badge">{escape(catalogue.say("model-base"))}</span>'
    elif candidate.why_not is None:
        word = escape(catalogue.say("base-choose"))
        button = f'<button type="button" data-ask="base" data-tag="{tag}" aria-label="{word}: {tag}">{word}</button>'
    told = catalogue.say("base-trainable")
    if candidate.why_not:
        told = catalogue.say("base-not-trainable", reason=catalogue.tell(candidate.why_not))
    return f'<li><span class="tag">{tag}</span>{badge}{button}<span class="about">{escape(told)}</span></li>'
