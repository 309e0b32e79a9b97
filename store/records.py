"""The vocabulary: frozen records and enums that every room speaks. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

POSITIVE = 4  # a score of 4 or 5 is good material; 1 and 2 are bad, 3 is context only
NEGATIVE = 2


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class AnswerState(StrEnum):
    """How the writing of a message ended. Only DONE answers are material for training."""

    WRITING = "writing"
    DONE = "done"
    STOPPED = "stopped"  # by the person
    CUT = "cut"  # at the length limit
    FAILED = "failed"  # the server died or refused


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    is_admin: bool


@dataclass(frozen=True)
class ModelOptions:
    """How a model is asked; None leaves it to the model."""

    temperature: float | None = None  # 0 to 2
    context: int | None = None  # tokens that the model reads and writes at most


@dataclass(frozen=True)
class Conversation:
    id: int
    person_id: int
    title: str
    created_at: datetime
    leaf_id: int | None  # the message that the shown path ends in
    active_at: datetime  # when something was said last
    options: ModelOptions = ModelOptions()


@dataclass(frozen=True)
class Found:
    """A conversation that a search found. Where the words stand is marked by MARK_START and MARK_END."""

    conversation: Conversation
    title: str
    excerpt: str  # of the newest message with the words; "" where only the title has them


MARK_START, MARK_END = "\x02", "\x03"  # in no title and no message that a person can type


@dataclass(frozen=True)
class Message:
    id: int
    conversation_id: int
    parent_id: int | None
    role: Role
    content: str
    created_at: datetime
    state: AnswerState = AnswerState.DONE
    tag: str = ""  # the model that wrote an answer
    thinking: str = ""  # kept apart, never trained on
    unread: int = 0  # earlier messages that the model did not read for this answer: its context was full


@dataclass(frozen=True)
class Rating:
    message_id: int
    person_id: int
    score: int  # 1 to 5
    rated_at: datetime


@dataclass(frozen=True)
class Correction:
    """A person's own wording of an answer."""

    message_id: int
    person_id: int
    content: str
    corrected_at: datetime


@dataclass(frozen=True)
class Thought:
    """What one person thought of an answer."""

    score: int | None
    reasons: tuple[str, ...] = ()
    correction: str | None = None


@dataclass(frozen=True)
class RatedAnswer:
    """An answer with what one person thought of it, the raw material of an example."""

    message: Message
    score: int | None  # None where it was corrected without a face
    rated_at: datetime  # or corrected, where that came later
    correction: str | None = None


@dataclass(frozen=True)
class JudgedConversation:
    """A conversation in which answers were rated or corrected, with all that was said in it."""

    id: int
    messages: tuple[Message, ...]  # each after the one that it answers
    rated: tuple[RatedAnswer, ...]


class Choice(StrEnum):
    """What an admin decided about one answer, whatever the filters say."""

    LEAVE_OUT = "leave_out"
    BRING_BACK = "bring_back"


@dataclass(frozen=True)
class ImportedMessage:
    role: Role
    content: str
    score: int | None = None
    state: AnswerState = AnswerState.DONE
    correction: str | None = None
    parent: int | None = None  # position of the message that it answers; -1: none; None: the one before
    reasons: tuple[str, ...] = ()  # of the score
    tag: str = ""
    thinking: str = ""
    created_at: datetime | None = None  # None: when the conversation was


@dataclass(frozen=True)
class ImportedConversation:
    title: str
    created_at: datetime
    messages: tuple[ImportedMessage, ...]  # each after the one that it answers
    shown: int | None = None  # position of the message that the shown path ends in; None: the last
    source: str = ""  # program and name there, where the same conversation may come again, grown
    is_dated: bool = field(default=True, compare=False)  # False: created_at is the moment of the import


@dataclass(frozen=True)
class Added:
    """What an import added, or would add."""

    conversations: int = 0
    known: int = 0  # conversations that were here already
    messages: int = 0
    scores: Mapping[int, int] = field(default_factory=dict)  # how many ratings of each score
    corrections: int = 0

    @property
    def nothing(self) -> bool:
        return not (self.conversations or self.messages or self.scores or self.corrections)


@dataclass(frozen=True)
class Figures:
    """What has been collected. `mean_rating` is None while nothing is rated."""

    conversations: int
    messages: int
    ratings: int
    mean_rating: float | None


@dataclass(frozen=True)
class Targets:
    conversations: int = 50
    messages: int = 200
    ratings: int = 20
    mean_rating: float = 3.5


@dataclass(frozen=True)
class Thresholds:
    """From where on a wanted answer is not learned. Each default with its reason."""

    shortest_answer: int = 1  # letters and digits: "7" answers a sum, a lone 👍 teaches nothing
    new_triples: int = 50  # per cent of word triples said once: loops have fewer than 30, verses and lists above 60
    likeness: int = 90  # per cent of words two long answers share: 12 words that differ in one share 92
    language: int = 95  # per cent of certainty from which a language counts as told; 101 switches the filter off
    refusals: bool = True  # left out: a model learns fast to refuse, and then refuses much else


@dataclass(frozen=True)
class Tuning:
    """Hyper-parameters that an admin set by hand; None: the recommended value, which goes by material and base."""

    learning_rate: float | None = None
    rank: int | None = None  # of LoRA
    epochs: int | None = None
    passes: int | None = None  # how often each rated answer stands in an epoch
    batch_size: int | None = None
    weight_decay: float | None = None


@dataclass(frozen=True)
class Rules:
    """What a tuned model must show before it is put in use."""

    learned: float = 0.1  # nats a token, by which trained answers became likelier at least
    retention: int = 90  # per cent of what the base knew that is still known at least
    stopped: int = 95  # per cent of the answers that end by themselves at least
    held_out: int = 20  # held-out answers, from which on these must be likelier for sure


class Treatment(StrEnum):
    """What becomes of personal data in training; the chat keeps what was said."""

    REPLACE = "replace"  # by a placeholder
    LEAVE_OUT = "leave_out"  # the whole example
    KEEP = "keep"


@dataclass(frozen=True)
class PersonalData:
    """How each kind is treated. A placeholder loses least: what is learned still shows that there was something."""

    mail: Treatment = Treatment.REPLACE
    phone: Treatment = Treatment.REPLACE
    cpf: Treatment = Treatment.REPLACE
    cnpj: Treatment = Treatment.REPLACE
    card: Treatment = Treatment.REPLACE
    iban: Treatment = Treatment.REPLACE
    key: Treatment = Treatment.REPLACE

    def kinds(self, treatment: Treatment) -> frozenset[str]:
        return frozenset(name for name in self.__dataclass_fields__ if getattr(self, name) is treatment)


@dataclass(frozen=True)
class Policy:
    """What an admin decides; kept in the database, changed while the app runs."""

    targets: Targets = Targets()
    thresholds: Thresholds = Thresholds()
    personal: PersonalData = PersonalData()
    automatic: bool = False  # start a run without a click
    new_examples: int = 20  # usable answers since the last run before an automatic one
    hours: tuple[int, int] = (0, 24)  # local hours in which an automatic run may start, [from, to)
    base: str = ""  # the tag that is trained; "" until the first start has chosen one
    system: str = ""  # the system message that new conversations begin with
    options: ModelOptions = ModelOptions()  # of conversations that do not say otherwise
    tuning: Tuning = Tuning()
    keep: int = 5  # newest tuned models that stay on the server
    rules: Rules = Rules()
    watch: bool = True  # go back by itself when a new model gets worse faces
    remote: str = ""  # the address of a model server on another machine that chats may go to
    teachers: tuple[str, ...] = ()  # accounts whose ratings train; none named: everybody who agreed


class ReadinessState(StrEnum):
    NEEDS_DATA = "needs_data"
    ALMOST = "almost"
    READY = "ready"


@dataclass(frozen=True)
class Criterion:
    name: str  # conversations, messages, ratings, mean_rating
    value: float | None
    target: float
    met: bool


@dataclass(frozen=True)
class Readiness:
    state: ReadinessState
    criteria: tuple[Criterion, ...]


class RunState(StrEnum):
    """The way of a run. At most one run is in a state that is not terminal."""

    QUEUED = "queued"
    PREPARING = "preparing"
    TRAINING = "training"
    EXPORTING = "exporting"
    REGISTERING = "registering"
    EVALUATING = "evaluating"
    PROMOTED = "promoted"
    KEPT = "kept"  # a candidate: registered, not switched to, since something was in doubt
    REJECTED = "rejected"  # registered, not switched to, since it broke a rule
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_active(self) -> bool:
        return self not in TERMINAL

    @property
    def has_tag(self) -> bool:
        """The run came to its end and gave a model, whatever it is worth."""
        return self in MEASURED


MEASURED = frozenset({RunState.PROMOTED, RunState.KEPT, RunState.REJECTED})
TERMINAL = MEASURED | {RunState.FAILED, RunState.CANCELLED}


@dataclass(frozen=True)
class Reason:
    """Why something is as it is, for people: a sentence of the catalogue and what fills it."""

    key: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    id: int
    state: RunState
    base: str  # the tag that was trained
    base_digest: str  # of its GGUF file, "sha256:..."
    server: str  # the model server's address, or "embedded"
    examples: int
    created_at: datetime
    finished_at: datetime | None = None
    tag: str = ""  # the new tag, once registered
    cancel_asked: bool = False
    reason: Reason | None = None


@dataclass(frozen=True)
class Learned:
    """A message that a run learned from: where it was said, not what. None where it was deleted since."""

    message_id: int
    conversation_id: int | None
    title: str = ""  # of the conversation


@dataclass(frozen=True)
class RunEvent:
    run_id: int
    state: RunState
    at: datetime
    note: str


@dataclass(frozen=True)
class Promotion:
    """The chat was switched to `tag`. The model in use is the newest row, never a flag."""

    id: int
    tag: str
    run_id: int | None
    promoted_at: datetime
    went_back_from: str = ""  # the tag that was watched and found worse; "" for any other switch


class Pick(StrEnum):
    """Which of two answers is the better one."""

    TUNED = "tuned"
    FORMER = "former"
    SAME = "same"


@dataclass(frozen=True)
class Comparison:
    """Two answers to one held-out question, told apart by their side alone."""

    place: int  # of the pair in the run's proof
    tuned_first: bool
    pick: Pick | None  # None: not judged yet


@dataclass(frozen=True)
class Look:
    """The faces of a new model against those of the one before it, after a fixed number of ratings."""

    ratings: int  # of the new model
    mean: float  # 1 to 5
    former_mean: float | None  # None while the former one has too few to compare with
    former_ratings: int
    is_worse: bool  # surely
