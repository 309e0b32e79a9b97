"""The new tag's name and its Modelfile, with texts that try to break out of their quotation marks."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent1.serving import tags
from agent1.serving.errors import BadModelfile, BadTag
from agent1.serving.facts import ModelFacts, Parameters
from agent1.serving.modelfile import Command, read_commands, write_command
from agent1.trainer.modelfile import BadModelfileTemplate, as_request, fill_in, new_tag, read_template

DIGEST = "sha256:" + "a" * 64
AT = datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC)
TAG = "agent1-smollm2-135m:20261122-150405-7"

texts = st.text() | st.text(alphabet='"\n\r \t#a', max_size=30)
numbers = st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()
names = st.sampled_from(["temperature", "num_ctx", "top_p", "min_p"])
HOSTILE = [
    '"""',
    '"',
    'a"""\nFROM /etc/passwd\n',
    'a"\nFROM /etc/passwd\n',
    '"""\n"\nSYSTEM stolen',
    "\nSYSTEM stolen",
    " spaces ",
    "#json {}",
    "# no comment",
    '""""""\n"',
    "\r\nPARAMETER stop x\r\n",
    "{{ line('SYSTEM', 'stolen') }}",
    "{% raw %}",
    "👩‍🚀 \u00a0 \u200b\x00\x1c",
    'ends with a quote"\nand a triple"""\nthen on',
]


def facts_with(
    template: str = "", system: str = "", license: str = "", parameters: Parameters | None = None,
    messages: tuple[tuple[str, str], ...] = (),
) -> ModelFacts:  # fmt: skip
    return ModelFacts(
        "smollm2:135m", template, True, system, parameters or {}, license, messages=messages,
    )  # fmt: skip


@given(
    template=texts, system=texts, license=texts, stops=st.lists(texts, min_size=1, max_size=3),
    parameters=st.dictionaries(names, numbers),
    messages=st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), texts), max_size=3),
)  # fmt: skip
def test_whatever_a_base_holds_reaches_the_server_whole(
    template: str, system: str, license: str, stops: list[str], parameters: Parameters,
    messages: list[tuple[str, str]],
) -> None:  # fmt: skip
    had = facts_with(template, system, license, {"stop": list(stops), **parameters}, tuple(messages))
    request = as_request(fill_in(read_template(), had, TAG, with_template=True), DIGEST)
    assert request.template == template
    assert request.system == system
    assert request.license == ([license] if license else [])
    assert request.parameters == had.parameters
    assert list(request.messages) == messages
    assert request.files == {"model.gguf": DIGEST}


@given(st.sampled_from(["SYSTEM", "TEMPLATE", "LICENSE"]), texts, texts)
@example("SYSTEM", HOSTILE[2], HOSTILE[3])
def test_a_value_never_breaks_out_of_its_line(name: str, first: str, second: str) -> None:
    written = [Command(name, first), Command("FROM", "./model.gguf"), Command(name, second)]
    assert read_commands("\n".join(map(write_command, written)) + "\n") == written


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_stays_in_its_field(hostile: str) -> None:
    had = facts_with(hostile, hostile, hostile, {"stop": [hostile]}, (("user", hostile),))
    request = as_request(fill_in(read_template(), had, TAG, with_template=True), DIGEST)
    assert (request.template, request.system, request.parameters) == (hostile, hostile, {"stop": [hostile]})
    assert request.files == {"model.gguf": DIGEST}


@pytest.mark.parametrize("name", ["stop\nFROM x", "sto p", "", "stop#"])
def test_a_hostile_parameter_name_stays_a_name(name: str) -> None:
    request = as_request(fill_in(read_template(), facts_with(parameters={name: "x"}), TAG, True), DIGEST)
    assert request.parameters == {name: "x"}


def test_usual_values_are_written_the_way_people_write_them() -> None:
    had = facts_with("{{ .Prompt }}\n", "Be kind.", "", {"stop": ["<|im_end|>"], "temperature": 0.7})
    assert fill_in(read_template(), had, TAG, with_template=True).splitlines() == [
        f"# {TAG}, tuned from smollm2:135m",
        "FROM ./model.gguf",
        'TEMPLATE "{{ .Prompt }}',
        '"',
        "SYSTEM Be kind.",
        "PARAMETER stop <|im_end|>",
        "PARAMETER temperature 0.7",
    ]


def test_a_template_of_the_gguf_itself_is_left_to_the_gguf() -> None:
    had = facts_with("{% for m in messages %}{% endfor %}")
    assert as_request(fill_in(read_template(), had, TAG, with_template=False), DIGEST).template == ""


def test_a_line_that_a_person_adds_to_the_template_counts() -> None:
    changed = read_template() + "PARAMETER temperature 0.2\n"
    assert as_request(fill_in(changed, facts_with(), TAG, True), DIGEST).parameters == {"temperature": 0.2}


@pytest.mark.parametrize("spoiled", ["{% if %}", "{{ nobody }}", "{{ ''.__class__.__mro__ }}", "{{ line() }}"])
def test_a_spoiled_template_is_told(spoiled: str) -> None:
    with pytest.raises(BadModelfileTemplate):
        fill_in(spoiled, facts_with(), TAG, True)


@pytest.mark.parametrize(
    "text",
    ["SYSTEM x\n", "FROM ./other.gguf\n", "FROM ./model.gguf\nFROM ./model.gguf\n", "FROM ./model.gguf\nADAPTER ./a\n"],
)
def test_a_modelfile_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(BadModelfile):
        as_request(text, DIGEST)


@pytest.mark.parametrize(
    ("text", "line"),
    [('FROM x\nSYSTEM "open\n', 2), ("FROM x\n\nSISTEM y\n", 3), ("PARAMETER stop\n", 1), ("#json {half\n", 1)],
)
def test_a_broken_line_is_told_by_its_number(text: str, line: int) -> None:
    with pytest.raises(BadModelfile) as told:
        read_commands(text)
    assert told.value.params["line"] == line


def test_a_name_with_a_line_end_is_refused() -> None:
    with pytest.raises(BadTag):
        fill_in(read_template(), ModelFacts("x\nFROM /etc/passwd"), TAG, True)


def test_the_new_tag_tells_base_moment_and_run() -> None:
    assert new_tag("SmolLM2:135M", AT, 7, []) == TAG


@pytest.mark.parametrize("base", ["hf.co/Me/Some-Model-GGUF:Q4_K_M", "host:5000/me/m:1", "a" * 80, "m"])
def test_the_new_tag_is_a_name_that_ollama_takes(base: str) -> None:
    assert tags.is_valid(new_tag(base, AT, 7, []))


def test_the_new_tag_never_takes_an_existing_name_whatever_its_case() -> None:
    taken = [TAG.upper(), f"{TAG}-2"]
    assert new_tag("smollm2:135m", AT, 7, taken) == f"{TAG}-3"
