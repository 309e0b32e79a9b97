"""The models of the server as a piece of the Admin page. Pure."""

from collections.abc import Sequence
from html import escape

from ..serving.client import ServedModel
from .catalogue import Catalogue
from .run_view import panel, size_text


def models_panel(
    catalogue: Catalogue, served: Sequence[ServedModel], in_use: str | None, previous: str | None, problem: str
) -> str:
    """The models that can chat, the one in use first, then newest first; each other one carries a button, and the
    one that was in use before carries "go back"."""
    title = f"<h2>{escape(catalogue.say('models-title'))}</h2>"
    listed = [model for model in served if not (model.is_cloud or model.is_embedding)]
    if problem or not listed:
        return panel(f'{title}<p class="sub">{escape(problem or catalogue.say("models-empty"))}</p>')
    listed.sort(key=lambda model: (model.tag != in_use, -(model.modified_at.timestamp() if model.modified_at else 0)))
    rows = "".join(_model(catalogue, model, in_use, previous) for model in listed)
    return panel(f'{title}<ul class="models">{rows}</ul>')


def _model(catalogue: Catalogue, model: ServedModel, in_use: str | None, previous: str | None) -> str:
    tag = escape(model.tag)
    if model.tag == in_use:
        action = f'<span class="badge">{escape(catalogue.say("model-current"))}</span>'
    else:
        named = escape(catalogue.say("model-use-named", tag=model.tag))
        word = escape(catalogue.say("model-go-back" if model.tag == previous else "model-use"))
        action = f'<button type="button" data-use="{tag}" aria-label="{word}: {named}">{word}</button>'
    size = escape(size_text(catalogue, model.size))
    return f'<li><span class="tag">{tag}</span><span class="size">{size}</span>{action}</li>'
