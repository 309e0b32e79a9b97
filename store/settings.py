"""The admin's policy, one row a setting, defaults where there is none."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from .database import Database
from .errors import Notice
from .records import ModelOptions, PersonalData, Policy, Rules, Targets, Thresholds, Treatment, Tuning

BOUNDS: dict[str, tuple[float, float]] = {
    "conversations": (1, 1_000_000),
    "messages": (1, 1_000_000),
    "ratings": (1, 1_000_000),
    "mean_rating": (1.0, 5.0),
    "new_examples": (1, 1_000_000),
    "shortest_answer": (1, 1000),
    "new_triples": (0, 100),
    "likeness": (50, 100),
    "language": (50, 101),
    "temperature": (0.0, 2.0),
    "context": (256, 1_000_000),
    "keep": (1, 1000),
    "learning_rate": (1e-6, 0.1),
    "rank": (1, 256),
    "epochs": (1, 20),
    "passes": (1, 50),
    "batch_size": (1, 128),
    "weight_decay": (0.0, 20.0),
    "proof_learned": (0.0, 10.0),
    "proof_retention": (0, 100),
    "proof_stopped": (0, 100),
    "proof_held_out": (5, 60),
}
LONGEST_SYSTEM = 20_000  # characters
_PROOF = "proof_"  # begins the names of the rules, which stand beside the targets otherwise
_PERSONAL = "personal_"


class BadPolicy(Notice):
    """A setting outside its bounds."""

    key = "error-bad-policy"


def check_bounds(values: Mapping[str, Any]) -> None:
    """Whether each value that is given lies within BOUNDS, and the system message is not too long. Raises BadPolicy."""
    for name, (lowest, highest) in BOUNDS.items():
        value = values.get(name)
        if value is not None and not lowest <= value <= highest:
            raise BadPolicy(setting=name, lowest=lowest, highest=highest)
    if len(values.get("system", "")) > LONGEST_SYSTEM:
        raise BadPolicy(setting="system", lowest=0, highest=LONGEST_SYSTEM)


class Settings:
    def __init__(self, database: Database) -> None:
        self._database = database

    def policy(self) -> Policy:
        kept = {row["name"]: json.loads(row["value"]) for row in self._database.rows("select * from settings")}
        targets = Targets(**{field.name: kept[field.name] for field in fields(Targets) if field.name in kept})
        rest = {
            name: kept[name]
            for name in ("automatic", "new_examples", "base", "system", "keep", "watch", "remote")
            if name in kept
        }
        limits = Thresholds(**{field.name: kept[field.name] for field in fields(Thresholds) if field.name in kept})
        judged = {field.name: kept[_PROOF + field.name] for field in fields(Rules) if _PROOF + field.name in kept}
        options = ModelOptions(**{field.name: kept.get(field.name) for field in fields(ModelOptions)})
        tuning = Tuning(**{field.name: kept.get(field.name) for field in fields(Tuning)})
        personal = {
            field.name: Treatment(kept[_PERSONAL + field.name])
            for field in fields(PersonalData)
            if _PERSONAL + field.name in kept
        }
        rest["personal"] = PersonalData(**personal)
        if "hours" in kept:
            rest["hours"] = tuple(kept["hours"])
        if "teachers" in kept:
            rest["teachers"] = tuple(kept["teachers"])
        return Policy(targets=targets, thresholds=limits, options=options, tuning=tuning, rules=Rules(**judged), **rest)

    def save(self, policy: Policy) -> None:
        """Raises BadPolicy, and then nothing is changed."""
        values: dict[str, Any] = (
            asdict(policy.targets)
            | asdict(policy.thresholds)
            | asdict(policy.options)
            | asdict(policy.tuning)
            | {
                "automatic": policy.automatic,
                "new_examples": policy.new_examples,
                "hours": list(policy.hours),
                "base": policy.base,
                "remote": policy.remote,
                "teachers": list(policy.teachers),
                "system": policy.system,
                "keep": policy.keep,
                "watch": policy.watch,
                **{_PERSONAL + name: value for name, value in asdict(policy.personal).items()},
                **{_PROOF + name: value for name, value in asdict(policy.rules).items()},
            }
        )
        check_bounds(values)
        if not all(0 <= hour <= 24 for hour in policy.hours):
            raise BadPolicy(setting="hours", lowest=0, highest=24)
        with self._database.write() as db:
            db.table("settings").upsert_all(
                ({"name": name, "value": json.dumps(value)} for name, value in values.items()), pk="name"
            )
