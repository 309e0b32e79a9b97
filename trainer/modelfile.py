"""What a tuned model is called and how it is described: the new tag, and Modelfile.template filled in.

Ollama's API takes no Modelfile, so the text is read back into the fields of a create request: what stands in
the run's folder is what was sent. Does not cover the sending (registration) nor Modelfile quoting (serving).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from ..serving import tags
from ..serving.client import CreateRequest, ModelFacts, Parameters
from ..serving.errors import BadModelfile, BadTag
from ..serving.facts import Value, plain_value
from ..serving.modelfile import Command, read_commands, write_command
from ..store.errors import Notice

GGUF = "model.gguf"  # its name in the run's folder and in the create request
_PART = 80  # characters of a name's part that Ollama takes


class BadModelfileTemplate(Notice):
    """Modelfile.template was changed into something that cannot be filled in: `problem`."""

    key = "error-bad-modelfile-template"


def new_tag(base: str, at: datetime, run: int, existing: Iterable[str]) -> str:
    """`agent1-<base>:<yyyymmdd-hhmmss>-<run>`, unlike every existing name without regard to case."""
    name = f"agent1-{base.lower().replace('/', '-').replace(':', '-')}"[:_PART]
    wanted = f"{name}:{at:%Y%m%d-%H%M%S}-{run}"
    taken = {tags.canonical(tag) for tag in existing}
    free = wanted
    number = 2
    while tags.canonical(free) in taken:
        free, number = f"{wanted}-{number}", number + 1
    return free


def read_template() -> str:
    return (Path(__file__).parents[1] / "Modelfile.template").read_text(encoding="utf-8")


def fill_in(template: str, facts: ModelFacts, tag: str, with_template: bool) -> str:
    """The Modelfile of `tag`, with everything its base had.

    The chat template is written only `with_template`: where the base's is the GGUF's own, the copy has it too.
    Raises BadModelfileTemplate, BadTag.
    """
    for name in (facts.tag, tag):
        if not tags.is_valid(name):  # they stand in a comment, which a line end would end
            raise BadTag(tag=name)
    try:
        return (
            _environment()
            .from_string(template)
            .render(
                tag=tag,
                base=facts.tag,
                gguf=GGUF,
                template=facts.template if with_template else "",
                system=facts.system,
                renderer=facts.renderer,
                parser=facts.parser,
                requires=facts.requires,
                parameters=list(_pairs(facts.parameters)),
                messages=facts.messages,
                license=facts.license,
            )
        )
    except (jinja2.TemplateError, TypeError, ValueError) as error:
        raise BadModelfileTemplate(problem=str(error)) from error


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.globals["line"] = _line
    return environment


def _line(command: str, first: object, second: object = None) -> str:
    subject, value = ("", first) if second is None else (str(first), second)
    return write_command(Command(command, str(value), subject))


def _pairs(parameters: Parameters) -> Iterator[tuple[str, str]]:
    for name, several in parameters.items():
        for value in several if isinstance(several, list) else [several]:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)


def as_request(modelfile: str, digest: str) -> CreateRequest:
    """The create request that a filled-in Modelfile stands for; `digest` is that of the GGUF file.

    Raises BadModelfile where it does not say exactly one FROM, the run's own file, or says ADAPTER or DRAFT.
    """
    commands = read_commands(modelfile)
    files = [command.value for command in commands if command.name == "FROM"]
    if files != [f"./{GGUF}"]:
        raise BadModelfile(line=0, problem=f"FROM has to be ./{GGUF}, once")
    for command in commands:
        if command.name in ("ADAPTER", "DRAFT"):
            raise BadModelfile(line=0, problem=f"{command.name} cannot be sent")
    last = {command.name: command.value for command in commands}  # the last one counts, as for `ollama create`
    return CreateRequest(
        files={GGUF: digest},
        template=last.get("TEMPLATE", ""),
        system=last.get("SYSTEM", ""),
        renderer=last.get("RENDERER", ""),
        parser=last.get("PARSER", ""),
        requires=last.get("REQUIRES", ""),
        parameters=_parameters(commands),
        messages=[(command.subject, command.value) for command in commands if command.name == "MESSAGE"],
        license=[command.value for command in commands if command.name == "LICENSE"],
    )


def _parameters(commands: Iterable[Command]) -> Parameters:
    read: dict[str, list[Value]] = {}
    for command in commands:
        if command.name == "PARAMETER":
            value = command.value if command.subject == "stop" else plain_value(command.value)
            read.setdefault(command.subject, []).append(value)
    return {name: values if name == "stop" or len(values) > 1 else values[0] for name, values in read.items()}
