"""Lists of attacks: what people, models and servers name and say cannot break out of where it is written.

The Modelfile, the YAML, HTML, the page's script and a shell. Each text is put in, written the way the program writes
it, and read back by the real reader of that format.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import Environment
from ruamel.yaml import YAML

from agent1.serving import tags
from agent1.serving.modelfile import Command, read_commands, write_command
from agent1.trainer.modelfile import new_tag
from agent1.ui import present
from agent1.ui.catalogue import LANGUAGES, Catalogue
from agent1.ui.middleware import put_language

ROOT = Path(__file__).parents[1]
BREAKOUTS = [
    '"""\nFROM /etc/passwd\nSYSTEM """',
    '"\nPARAMETER stop x',
    "{{ .System }}",
    "{{ '' .__class__ }}",
    "{% raw %}",
    "${7*7}",
    "${alert(1)}",
    "`${alert(1)}`",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\u2028alert(1)",
    "<svg/onload=alert(1)>",
    "'; drop table people; --",
    "$(touch /tmp/pwned)",
    "`touch /tmp/pwned`",
    "; rm -rf ~",
    "| sh",
    "- !!python/object/apply:os.system [id]",
    "a: b\n? c\n: d",
    "&anchor *anchor",
    "key: |\n  x\nother: y",
    "\x00",
    "\r\nSet-Cookie: a=b",
    "../../etc/passwd",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    '\\"); alert(1); ("',
    "<!--",
    "]]>",
    "{{constructor.constructor('alert(1)')()}}",
    "#{7*7}",
    "<a href='javascript:alert(1)'>x</a>",
    "\u202egpj.exe",
    '<math><mi//xlink:href="data:x">',
]


@pytest.mark.parametrize("attack", BREAKOUTS)
@pytest.mark.parametrize(
    ("command", "subject"), [("SYSTEM", ""), ("TEMPLATE", ""), ("MESSAGE", "user"), ("PARAMETER", "stop")]
)
def test_a_modelfile_keeps_it_in_its_field(attack: str, command: str, subject: str) -> None:
    written = "\n".join(["FROM ./m.gguf", write_command(Command(command, attack, subject)), "LICENSE x"])
    read = read_commands(written)
    assert [one.name for one in read] == ["FROM", command, "LICENSE"]
    assert read[1] == Command(command, attack, subject)


@pytest.mark.parametrize("attack", BREAKOUTS)
def test_a_tag_is_a_name_or_refused(attack: str) -> None:
    made = new_tag("base:1b", datetime(2026, 11, 1, tzinfo=UTC), 1, [attack])
    assert tags.is_valid(made) and made == "agent1-base-1b:20261101-000000-1"
    assert not tags.is_valid(attack) or re.fullmatch(r"[\w.:/-]+", attack)


@pytest.mark.parametrize("attack", BREAKOUTS)
def test_yaml_reads_back_what_was_written_and_nothing_else(attack: str, tmp_path: Path) -> None:
    if "\x00" in attack:
        return  # no YAML can hold it, and no name of ours has it
    yaml, file = YAML(typ="safe"), tmp_path / "axolotl.yml"
    yaml.dump({"base_model": attack, "last": 1}, file)
    assert yaml.load(file) == {"base_model": attack, "last": 1}


@pytest.mark.parametrize("attack", BREAKOUTS)
def test_a_notice_brings_no_markup(attack: str) -> None:
    for box in (present.notice_box, present.news_box):
        assert re.findall(r"<\w+", box(attack)) == re.findall(r"<\w+", box("plain"))


@pytest.mark.parametrize("attack", BREAKOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_script_keeps_it_in_a_string(attack: str, language: str) -> None:
    page = put_language(b"<html><head></head></html>", Catalogue.load(language), None, attack).decode()
    assert page.count("<script>") == page.count("</script>") == 1
    (told,) = re.findall(r"window\.agent1 = (\{.*?\});Object\.define", page)
    assert attack in json.loads(told)["outside"]


@pytest.mark.parametrize("attack", BREAKOUTS)
def test_a_template_with_autoescape_writes_it_as_text(attack: str) -> None:
    written = Environment(autoescape=True).from_string('<p title="{{ x }}">{{ x }}</p>').render(x=attack)
    assert re.findall(r"<\w+", written) == ["<p"] and written.count('"') == 2


def test_no_shell_is_ever_used() -> None:
    for room in ("store", "serving", "trainer", "ui"):
        for path in (ROOT / room).rglob("*.py"):
            code = path.read_text(encoding="utf-8")
            assert not re.search(r"shell\s*=\s*True|os\.system\(|os\.popen\(|\beval\(|\bexec\(|pickle\.load", code), (
                path
            )


def test_no_html_template_of_gradio_evaluates_what_it_is_given() -> None:
    """Its html_template is read as a JavaScript template literal: a value with ${...} in it would run."""
    for path in (ROOT / "ui").rglob("*.py"):
        for given in re.findall(r"html_template\s*=\s*(\S+)", path.read_text(encoding="utf-8")):
            assert re.fullmatch(r'"[^"$`{}]*"\W*', given), (path, given)  # a text that stands there for good
