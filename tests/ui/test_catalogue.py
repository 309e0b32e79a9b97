"""The catalogue and the code agree: both languages whole, nothing missing, nothing left over, no bare sentence."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from agent1.store.errors import Notice
from agent1.store.records import ReadinessState, Reason, RunState
from agent1.ui.catalogue import ENGLISH, LANGUAGES, PORTUGUESE, TEXTS, Catalogue, UnknownText

ROOT = Path(__file__).parents[2]
ROOMS = ("ui", "trainer", "serving", "store")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}

# A sentence, or a name of more than one word, once tags and styles are taken off: what people read.
WORDS = re.compile(r"[^\W\d_]{2,}[,;:.!?]? +[^\W\d_]{2,}")
# For machines, not for people: header values and a font.
NOT_SHOWN = {
    "img-src 'self' data: blob:",
    "cookie, accept-language",
    'attachment; filename="agent1-run-',
    'attachment; filename="agent1.jsonl"',
    "text/plain; charset=utf-8",
    "application/jsonl; charset=utf-8",
    "Segoe UI",
}
# Whatever these are given is shown.
SHOWN = {"label", "placeholder", "info", "title", "detail", "aria_label"}
SHOWING = {"Button", "Markdown", "Tab", "Info", "Warning", "Error", "Label", "echo", "PlainTextResponse"}


def texts_in(tree: ast.AST) -> Iterator[ast.Constant]:
    """Every text, docstrings left out; an f-string gives its fixed parts."""
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield node


def patterns(tree: ast.AST) -> Iterator[re.Pattern[str]]:
    """The keys that an f-string such as f"missing-{name}" can make."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and len(node.values) > 1:
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            first = parts[0]
            if first is not None and re.fullmatch(r"[a-z]+-", str(first)) and parts.count(None) == 1:
                yield re.compile("".join(r"[\w-]+" if part is None else re.escape(str(part)) for part in parts))


@cache
def notices() -> dict[str, list[str]]:
    """The keys of every subclass of Notice in the package, by class name (two rooms may use one name).

    Found in the sources: importing the stages would need torch.
    """
    found: dict[str, list[str]] = defaultdict(list)
    families = {Notice.__name__}
    classes = [node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for _ in range(3):  # subclasses of subclasses
        families |= {
            node.name for node in classes if families & {base.id for base in node.bases if isinstance(base, ast.Name)}
        }
    for node in classes:
        if node.name in families:
            found[node.name] += _keys_of(node)
    return found


def _keys_of(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        value = getattr(line, "value", None)
        if isinstance(target, ast.Name) and target.id == "key" and isinstance(value, ast.Constant):
            yield str(value.value)


@cache
def all_calls() -> dict[str, list[tuple[Path, ast.Call]]]:
    """Every call in the package, by the last name of what is called."""
    found: dict[str, list[tuple[Path, ast.Call]]] = defaultdict(list)
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                found[name].append((path, node))
    return found


def calls(name: str) -> list[tuple[Path, ast.Call]]:
    return all_calls().get(name, [])


def keys() -> dict[str, frozenset[str]]:
    return Catalogue.load(ENGLISH).keys


def test_both_languages_have_the_same_keys_with_the_same_places_to_fill() -> None:
    assert Catalogue.load(PORTUGUESE).keys == Catalogue.load(ENGLISH).keys


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice_in_a_file(language: str) -> None:
    named = re.findall(r"^([a-z][\w-]*) =", (TEXTS / f"{language}.ftl").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(set(named))


def test_no_sentence_is_unused() -> None:
    said = {text.value for tree in TREES.values() for text in texts_in(tree)}
    made = [pattern for tree in TREES.values() for pattern in patterns(tree)]
    assets = [*(ROOT / "ui" / "assets").glob("*.js"), *(ROOT / "ui" / "assets").glob("*.html")]
    scripts = "".join(path.read_text(encoding="utf-8") for path in assets)
    unused = [
        key
        for key in keys()
        if not key.startswith("click-")  # tests/ui/test_cli_words.py asks Click for these
        and key not in said
        and not any(pattern.fullmatch(key) for pattern in made)
        and f'"{key}"' not in scripts
    ]
    assert unused == []


@pytest.mark.parametrize("function", ["say", "i18n", "Reason"])
def test_every_key_in_the_code_has_its_sentence(function: str) -> None:
    missing = [
        (path.name, first.value)
        for path, call in calls(function)
        if (path.is_relative_to(ROOT / "ui") or function == "Reason")  # other rooms say nothing to people
        and call.args
        and isinstance(first := call.args[0], ast.Constant)
        and first.value not in keys()
    ]
    assert missing == []


def test_every_notice_has_its_sentence() -> None:
    assert len(notices()) > 10
    assert [(name, key) for name, found in notices().items() for key in found if key not in keys()] == []


def test_whoever_raises_a_notice_gives_what_its_sentence_needs() -> None:
    wanting = []
    for name, found in notices().items():
        for path, call in calls(name):
            given = {keyword.arg for keyword in call.keywords}
            if found and None not in given and not any(keys().get(key, frozenset()) <= given for key in found):
                wanting.append((path.name, name, found))
    assert wanting == []


def test_whoever_says_a_sentence_gives_what_it_needs() -> None:
    wanting = []
    for path, call in calls("say"):
        given = {keyword.arg for keyword in call.keywords}
        first = call.args[0] if call.args else None
        if isinstance(first, ast.Constant) and None not in given and keys().get(str(first.value), given) != given:
            wanting.append((path.name, first.value))
    assert wanting == []


def test_each_state_and_stage_has_its_words() -> None:
    named = {f"state-{state}" for state in ReadinessState} | {f"stage-{state}" for state in RunState}
    assert named <= keys().keys()


def test_no_sentence_shown_to_people_stands_in_the_code() -> None:
    bare = []
    for path, tree in TREES.items():
        if path.is_relative_to(ROOT / "ui"):
            for node in texts_in(tree):
                text = re.sub(r"<[^>]*>?|[^<]*>", " ", str(node.value))
                if WORDS.search(text) and node.value not in NOT_SHOWN:
                    bare.append((path.name, node.lineno, node.value))
    assert bare == []


def test_no_word_is_given_straight_to_what_shows_it() -> None:
    bare = []
    for name, found in all_calls().items():
        for path, call in found:
            shown = [keyword.value for keyword in call.keywords if keyword.arg in SHOWN]
            shown += call.args[:1] if name in SHOWING else []
            bare += [
                (path.name, word.value)
                for word in shown
                if path.is_relative_to(ROOT / "ui")
                and isinstance(word, ast.Constant)
                and re.search(r"[^\W\d_]{2,}", str(word.value))
            ]
    assert bare == []


@pytest.mark.parametrize(
    ("language", "count", "sentence"),
    [
        (PORTUGUESE, 1, "falta 1 feedback"),
        (PORTUGUESE, 18, "faltam 18 feedbacks"),
        (PORTUGUESE, 1234, "faltam 1.234 feedbacks"),
        (ENGLISH, 1, "1 more rating needed"),
        (ENGLISH, 18, "18 more ratings needed"),
        (ENGLISH, 1234, "1,234 more ratings needed"),
    ],
)
def test_plurals_and_numbers_follow_the_language(language: str, count: int, sentence: str) -> None:
    assert Catalogue.load(language).say("missing-ratings", count=count) == sentence


@pytest.mark.parametrize(
    ("key", "portuguese", "english"),
    [
        ("state-needs_data", "🔴 Precisa de mais dados", "🔴 Needs more data"),
        ("state-almost", "🟡 Quase pronto", "🟡 Almost ready"),
        ("state-ready", "✅ Pronto para Fine-tuning", "✅ Ready for fine-tuning"),
        ("start-training", "🚀 Iniciar Fine-tuning", "🚀 Start fine-tuning"),
        ("tab-chat", "💬 Conversa", "💬 Chat"),
        ("tab-admin", "⚙️ Admin", "⚙️ Admin"),
        ("criterion-conversations", "conversas", "conversations"),
        ("criterion-messages", "mensagens", "messages"),
        ("criterion-ratings", "feedbacks", "feedbacks"),
    ],
)
def test_the_wording_is_the_promised_one(key: str, portuguese: str, english: str) -> None:
    assert Catalogue.load(PORTUGUESE).say(key) == portuguese
    assert Catalogue.load(ENGLISH).say(key) == english


def test_a_key_without_a_sentence_is_a_mistake_in_the_code() -> None:
    with pytest.raises(UnknownText):
        Catalogue.load(ENGLISH).say("no-such-key")


def test_a_sentence_without_what_fills_it_is_a_mistake_in_the_code() -> None:
    with pytest.raises(UnknownText):
        Catalogue.load(ENGLISH).say("missing-ratings")


def test_a_reason_stored_by_another_version_is_still_told() -> None:
    assert "reason-of-tomorrow" in Catalogue.load(ENGLISH).tell(Reason("reason-of-tomorrow"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_for_the_page_hold_nothing_that_its_formatter_would_read(language: str) -> None:
    # svelte-i18n takes {name} and <tag> for its own.
    assert [key for key, text in Catalogue.load(language).flat().items() if re.search(r"[{}<>]", text)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "ui" / "assets").glob("*.html")), ids=lambda path: path.name)
def test_a_template_holds_no_sentence_and_names_only_keys_that_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r'say\("([\w-]+)"', text)) <= keys().keys()
    plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>", "\n", text)
    assert not WORDS.findall(plain)
    attributes = re.findall(r'(?:title|alt|placeholder|aria-label)="([^"]*)"', text)
    assert [value for value in attributes if not value.startswith("{{")] == []
