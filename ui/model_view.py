"""The models of the server as a piece of the Admin page. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from ..serving.client import ServedModel
from ..serving.tags import canonical
from ..store.records import Run
from ..store.usage import TagMean
from .catalogue import Catalogue
from .present import face_of
from .run_view import panel, size_text


@dataclass(frozen=True)
class Shelf:
    """The models with all that is told of them."""

    served: Sequence[ServedModel]
    in_use: str | None = None
    previous: str | None = None  # what "go back" means
    base: str = ""
    pinned: Collection[str] = ()
    made: Mapping[str, Run] = field(default_factory=dict)  # by tag, the run that made it
    means: Mapping[str, TagMean] = field(default_factory=dict)  # by tag
    keep: int = 5
    lost: Mapping[str, int] = field(default_factory=dict)  # by tag, the messages it learned from that were deleted


def models_panel(catalogue: Catalogue, shelf: Shelf, problem: str = "") -> str:
    """The models that can chat, the one in use first, then newest first; each other one carries its buttons."""
    title = f"<h2>{escape(catalogue.say('models-title'))}</h2>"
    listed = [model for model in shelf.served if not (model.is_cloud or model.is_embedding)]
    if problem or not listed:
        return panel(f'{title}<p class="sub">{escape(problem or catalogue.say("models-empty"))}</p>')
    listed.sort(
        key=lambda model: (model.tag != shelf.in_use, -(model.modified_at.timestamp() if model.modified_at else 0))
    )
    tuned = [model for model in listed if model.tag in shelf.made]
    told = catalogue.say(
        "models-kept", count=len(tuned), size=size_text(catalogue, sum(model.size for model in tuned)), keep=shelf.keep
    )
    rows = "".join(_model(catalogue, model, shelf) for model in listed)
    return panel(f'{title}<p class="sub">{escape(told)}</p><ul class="models">{rows}</ul>')


def _model(catalogue: Catalogue, model: ServedModel, shelf: Shelf) -> str:
    tag = escape(model.tag)
    badges = "".join(
        f'<span class="badge {kind}">{escape(catalogue.say(key))}</span>'
        for holds, kind, key in (
            (model.tag == shelf.in_use, "", "model-current"),
            (canonical(model.tag) == canonical(shelf.base or "-"), "plain", "model-base"),
            (model.tag in shelf.pinned, "plain", "model-pinned"),
        )
        if holds
    )
    return (
        f'<li data-model="{tag}"><span class="tag">{tag}</span>{badges}'
        f'<span class="about">{_about(catalogue, model, shelf)}</span>'
        f'<span class="buttons">{_buttons(catalogue, model, shelf)}</span></li>'
    )


def _about(catalogue: Catalogue, model: ServedModel, shelf: Shelf) -> str:
    parts = [escape(size_text(catalogue, model.size))]
    if run := shelf.made.get(model.tag):
        number = escape(catalogue.say("model-of-run", run=run.id))
        parts += [f'<a href="/runs/{run.id}">{number}</a>', escape(catalogue.say("run-base", tag=run.base))]
    if mean := shelf.means.get(model.tag):
        face = f'<span class="mark">{face_of(round(mean.mean))}</span>'
        parts.append(f"{face} {escape(catalogue.say('model-mean', mean=mean.mean, count=mean.ratings))}")
    else:
        parts.append(escape(catalogue.say("model-unrated")))
    told = " · ".join(parts)
    if count := shelf.lost.get(model.tag):
        told += f'<br><span class="score">{escape(catalogue.say("lineage-lost", count=count))}</span>'
    if run and run.reason:
        told += f'<br><span class="score">{escape(catalogue.tell(run.reason))}</span>'
    return told


def _buttons(catalogue: Catalogue, model: ServedModel, shelf: Shelf) -> str:
    """What can be done with it. The one in use stays; the base too, since every run starts from it."""
    asked: list[tuple[str, str]] = []
    if model.tag != shelf.in_use:
        asked.append(("use", "model-go-back" if model.tag == shelf.previous else "model-use"))
    if model.tag in shelf.lost:
        asked.append(("rebuild", "model-rebuild"))
    if model.tag in shelf.made:
        asked.append(("unpin", "model-unpin") if model.tag in shelf.pinned else ("pin", "model-pin"))
    if model.tag != shelf.in_use and canonical(model.tag) != canonical(shelf.base or "-"):
        asked.append(("delete", "model-delete"))
    sure = {what: escape(catalogue.say(f"model-{what}-sure")) for what in ("delete", "rebuild")}
    return "".join(
        f'<button type="button" data-ask="{what}" data-tag="{escape(model.tag)}"'
        + (f' data-sure="{sure[what]}"' if what in sure else "")
        + f' aria-label="{escape(catalogue.say(key))}: {escape(model.tag)}">{escape(catalogue.say(key))}</button>'
        for what, key in asked
    )
