"""What the command line prints: records to tables, sentences and the JSON whose keys are fixed. Pure.

Does not cover what the pages show (present).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from ..store.accounts import known_name
from ..store.backups import Backup
from ..store.errors import Notice
from ..store.records import Added, Criterion, Policy, Readiness, Run, RunEvent, Targets, Treatment
from .catalogue import Catalogue
from .moments import moment_text
from .run_view import size_text

if TYPE_CHECKING:
    from ..serving.facts import ServedModel


_PROOF = "proof_"  # begins the names of the rules
_PERSONAL = "personal_"  # likewise
MAPPED = frozenset({"openwebui", "openwebui-feedback"})  # whose marks become faces


class UnknownSetting(Notice):
    key = "error-unknown-setting"


class BadValue(Notice):
    key = "error-bad-value"


def status_json(readiness: Readiness, usable: int, lacking: Sequence[str]) -> dict[str, Any]:
    return {
        "state": readiness.state,
        "criteria": {
            row.name: {"value": row.value, "target": row.target, "met": row.met} for row in readiness.criteria
        },
        "usable_examples": usable,
        "missing": list(lacking),
    }


def status_text(catalogue: Catalogue, readiness: Readiness, usable: int, lacking: Sequence[str]) -> str:
    lines = [catalogue.say(f"state-{readiness.state}")]
    for row in readiness.criteria:
        name = catalogue.say(f"criterion-{row.name}")
        lines.append(f"{'✅' if row.met else '⚠️'} {name}: {_figure(catalogue, row)}")
    lines.append(catalogue.say("cli-usable", count=usable))
    return "\n".join([*lines, *(f"- {text}" for text in lacking)])


def _figure(catalogue: Catalogue, row: Criterion) -> str:
    if row.value is None:
        return catalogue.say("mean-unknown-of-target", target=row.target)
    kind = "mean-of-target" if row.name == "mean_rating" else "figure-of-target"
    return catalogue.say(kind, value=row.value, target=row.target)


def import_text(catalogue: Catalogue, added: Added, formats: Mapping[str, int], preview: bool) -> str:
    """What an import added, in a line or two; of a preview, what it would add, and how marks are read."""
    if not preview:
        lines = [catalogue.say("cli-imported", count=added.conversations)]
    else:
        named = [
            catalogue.say("import-format", name=catalogue.say(f"format-{name}"), count=count)
            for name, count in formats.items()
        ]
        lines = [
            catalogue.say("import-preview", count=added.conversations, messages=added.messages),
            *named,
            *(catalogue.say("import-face", score=score, count=count) for score, count in added.scores.items()),
            *([catalogue.say("import-corrections", count=added.corrections)] if added.corrections else []),
            *([catalogue.say("import-faces-mapped")] if any(name in MAPPED for name in formats) else []),
        ]
    if added.known:
        lines.append(catalogue.say("import-known", count=added.known))
    return "\n".join(lines)


def run_json(catalogue: Catalogue, run: Run, events: Sequence[RunEvent], now: datetime) -> dict[str, Any]:
    return {
        "run": run.id,
        "state": run.state,
        "tag": run.tag or None,
        "base": run.base,
        "examples": run.examples,
        "seconds": round(((run.finished_at or now) - run.created_at).total_seconds(), 1),
        "stages": stage_seconds(events, now),
        "verdict": run.state if run.state.has_tag else None,
        "reason": catalogue.tell(run.reason) if run.reason else None,
    }


def stage_seconds(events: Sequence[RunEvent], now: datetime) -> dict[str, float]:
    """How long the run was in each active state, all tries together; in its present one up to now."""
    ends = [event.at for event in events[1:]] + [now]
    seconds: dict[str, float] = {}
    for event, end in zip(events, ends, strict=True):
        if event.state.is_active:
            passed = seconds.get(str(event.state), 0.0) + (end - event.at).total_seconds()
            seconds[str(event.state)] = round(passed, 1)
    return seconds


def run_result(catalogue: Catalogue, run: Run) -> str:
    result = catalogue.say(f"result-{run.state}", tag=run.tag)
    return f"{result}\n{catalogue.tell(run.reason)}" if run.reason else result


def run_table(catalogue: Catalogue, runs: Sequence[Run]) -> str:
    if not runs:
        return catalogue.say("cli-no-runs")
    rows = [
        [
            run.id,
            catalogue.say(f"stage-{run.state}"),
            moment_text(catalogue.language, run.created_at),
            run.tag or run.base,
        ]
        for run in runs
    ]
    lines = tabulate(rows, tablefmt="plain")
    newest = runs[0]
    return f"{lines}\n{catalogue.tell(newest.reason)}" if newest.reason else lines


@dataclass(frozen=True)
class ModelRow:
    tag: str
    base: str | None  # of a tag that a run made
    run: int | None
    in_use: bool
    created_at: datetime | None
    size: int  # bytes


def model_rows(served: "Sequence[ServedModel]", runs: Sequence[Run], in_use: str | None) -> list[ModelRow]:
    """The server's models that can chat on this machine, with the runs that made them."""
    made = {run.tag: run for run in runs if run.tag}
    return [
        ModelRow(
            tag=model.tag,
            base=made[model.tag].base if model.tag in made else None,
            run=made[model.tag].id if model.tag in made else None,
            in_use=model.tag == in_use,
            created_at=model.modified_at,
            size=model.size,
        )
        for model in served
        if not model.is_cloud and not model.is_embedding
    ]


def model_table(catalogue: Catalogue, rows: Sequence[ModelRow]) -> str:
    if not rows:
        return catalogue.say("cli-models-empty")
    cells = [
        [
            "→" if row.in_use else "",
            row.tag,
            size_text(catalogue, row.size),
            moment_text(catalogue.language, row.created_at) if row.created_at else "",
        ]
        for row in rows
    ]
    return tabulate(cells, tablefmt="plain")


def backup_table(catalogue: Catalogue, backups: Sequence[Backup]) -> str:
    if not backups:
        return catalogue.say("cli-no-backups")
    rows = [
        [backup.path.name, moment_text(catalogue.language, backup.made_at), size_text(catalogue, backup.size)]
        for backup in backups
    ]
    return f"{tabulate(rows, tablefmt='plain')}\n{catalogue.say('cli-how-to-restore')}"


def policy_table(policy: Policy) -> str:
    return tabulate(sorted(_settings(policy).items()), tablefmt="plain")


def changed_policy(policy: Policy, name: str, value: str) -> Policy:
    """The policy with one setting changed, by the names that `policy_table` shows.

    Raises UnknownSetting, BadValue; bounds are the store's to check.
    """
    settings = _settings(policy)
    if name not in settings:
        raise UnknownSetting(name=name, names=", ".join(sorted(settings)))
    try:
        if name == "hours":
            first, last = (int(part) for part in value.split("-"))
            return replace(policy, hours=(first, last))
        if name == "automatic":
            return replace(policy, automatic={"on": True, "off": False}[value])
        if name == "watch":
            return replace(policy, watch={"on": True, "off": False}[value])
        if name == "base":
            return replace(policy, base="" if value == "-" else value)
        if name == "system":
            return replace(policy, system="" if value == "-" else value)
        if name == "temperature":
            warmth = None if value == "-" else float(value)
            return replace(policy, options=replace(policy.options, temperature=warmth))
        if name == "context":
            tokens = None if value == "-" else int(value)
            return replace(policy, options=replace(policy.options, context=tokens))
        if name == "keep":
            return replace(policy, keep=int(value))
        if name in asdict(policy.tuning):
            kind = float if name in ("learning_rate", "weight_decay") else int
            number: Any = None if value == "-" else kind(value)
            return replace(policy, tuning=replace(policy.tuning, **{name: number}))
        if name == "remote":
            return replace(policy, remote="" if value == "-" else value)
        if name == "teachers":
            names = tuple(known_name(part) for part in value.split(",") if part.strip())
            return replace(policy, teachers=() if names == ("all",) else names)
        if name == "mean_rating":
            return replace(policy, targets=replace(policy.targets, mean_rating=float(value)))
        if name.startswith(_PROOF):
            field = name.removeprefix(_PROOF)
            return replace(policy, rules=replace(policy.rules, **{field: type(getattr(policy.rules, field))(value)}))
        if name == "new_examples":
            return replace(policy, new_examples=int(value))
        if name.startswith(_PERSONAL):
            treated = {name.removeprefix(_PERSONAL): Treatment(value)}
            return replace(policy, personal=replace(policy.personal, **treated))
        if name == "refusals":
            return replace(policy, thresholds=replace(policy.thresholds, refusals={"on": True, "off": False}[value]))
        part = "thresholds" if hasattr(policy.thresholds, name) else "targets"
        return replace(policy, **{part: replace(getattr(policy, part), **{name: int(value)})})
    except (ValueError, KeyError) as error:
        raise BadValue(name=name, value=value) from error


def _settings(policy: Policy) -> dict[str, str]:
    targets = {field.name: str(getattr(policy.targets, field.name)) for field in fields(Targets)}
    thresholds = {name: str(value) for name, value in asdict(policy.thresholds).items()}
    rules = {_PROOF + name: str(value) for name, value in asdict(policy.rules).items()}
    return (
        targets
        | thresholds
        | rules
        | {_PERSONAL + name: str(value) for name, value in asdict(policy.personal).items()}
        | {
            "refusals": "on" if policy.thresholds.refusals else "off",
            "automatic": "on" if policy.automatic else "off",
            "watch": "on" if policy.watch else "off",
            "new_examples": str(policy.new_examples),
            "hours": f"{policy.hours[0]}-{policy.hours[1]}",
            "base": policy.base or "-",
            "remote": policy.remote or "-",
            "teachers": ",".join(policy.teachers) or "all",
            "system": " ".join(policy.system.split()) or "-",
            "keep": str(policy.keep),
            **{
                name: "-" if value is None else str(value)
                for name, value in (asdict(policy.options) | asdict(policy.tuning)).items()
            },
        }
    )
