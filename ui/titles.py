"""A title for a conversation, asked of the model in use. Does not cover the title of its first words (talk)."""

from ..store.messages import as_read
from ..store.records import Conversation
from .answering import NoModel
from .catalogue import Catalogue
from .services import Services
from .talk import own_title, title_of

MOST_TOKENS = 24
MOST_MESSAGES, MOST_CHARACTERS = 6, 500  # of the conversation, and of each message, that the model reads for it


def suggest_title(services: Services, conversation: Conversation, catalogue: Catalogue) -> str:
    """Raises NoModel, EmptyTitle where the model had none, and the server's Notices."""
    server = services.server()
    tag = services.store.promotions.in_use()
    if tag is None:
        raise NoModel()
    path = as_read(services.store.messages.path(conversation.leaf_id))[:MOST_MESSAGES]
    said = "\n".join(f"{message.role}: {message.content.strip()[:MOST_CHARACTERS]}" for message in path)
    messages = [{"role": "user", "content": f"{catalogue.say('title-request')}\n\n{said}"}]
    answer = server.answer(tag, messages, {"num_predict": MOST_TOKENS, "temperature": 0.2})
    written = answer.content.strip().strip("\"'*#“”«» ")
    return own_title(title_of(written) if written else "")
