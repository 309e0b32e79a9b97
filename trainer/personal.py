"""Personal data in texts: mail addresses, phone numbers, CPF and CNPJ, cards, IBAN, keys and tokens.

Owns finding them and what stands in their place in training; the chat keeps what was said. Check digits are verified,
so that an order number is no card. Does not cover names and addresses of people, which no pattern tells, nor what is
done with what is found (the admin's policy, read by material).
"""

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

KINDS = ("mail", "phone", "cpf", "cnpj", "card", "iban", "key")

# In neither language, so that one placeholder serves both; in brackets, so that a model sees that something is missing.
PLACEHOLDERS = {
    "mail": "[e-mail]",
    "phone": "[phone]",
    "cpf": "[CPF]",
    "cnpj": "[CNPJ]",
    "card": "[card]",
    "iban": "[IBAN]",
    "key": "[secret]",
}

# Without any of these there is nothing to find: most texts are done here.
HINT = re.compile(r"@|\d(?:[ .()/+-]{0,2}\d){6}|[A-Za-z0-9_-]{16}|[A-Z]{2}\d{2} |-----BEGIN|[A-Z0-9]{2}\.[A-Z0-9]{3}\.")

MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+[^\W\d_]{2,}(?![\w-])")
# RFC 2606 and 6761: nobody's addresses.
RESERVED = re.compile(r"(^|\.)(example(\.(com|net|org))?|test|invalid|localhost)$", re.IGNORECASE)
CPF = re.compile(r"(?<![\d.-])(?:\d{3}\.\d{3}\.\d{3}-\d{2}|\d{9}-?\d{2})(?![\d-])")
CNPJ = re.compile(
    r"(?<![\w.-])(?:[A-Z\d]{2}\.[A-Z\d]{3}\.[A-Z\d]{3}/[A-Z\d]{4}-\d{2}|\d{14}|\d{8}/\d{4}-?\d{2})(?![\w-])"
)
CARD = re.compile(
    r"(?<![\d.,-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{4}(?![\d-])|(?<![\d.,-])3\d{3}[ -]?\d{6}[ -]?\d{5}(?![\d-])"
)
IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?(?!\w)")
KEY = re.compile(
    r"(?<![\w-])(?:sk-[\w-]{20,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|(?:AKIA|ASIA)[A-Z\d]{16}"
    r"|AIza[\w-]{35}|hf_[A-Za-z\d]{30,}|xox[baprs]-[\w-]{10,}|npm_\w{30,}|[sr]k_(?:live|test)_\w{16,}"
    r"|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,})(?![\w-])"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
# What somebody calls a password: its value alone, which has a digit.
SECRET = re.compile(
    r"(?i:password|passwd|senha|api[_ -]?key|chave de api|secret|access[_ -]?token|token)[\"']?"
    r"(?:\s*[:=]\s*|\s+(?:is|é)\s+)[\"']?(?P<value>(?=\S*\d)[^\s\"',;]{6,})"
)
PHONE_LIKE = re.compile(r"(?<![\w.,/-])(?:\+|\(|\d)[\d ()./+-]{5,20}\d(?![\w/-])")
PHONE_CUE = re.compile(
    r"(?:phone|tel(?:efone)?|fone|cel(?:ular)?|mobile|whats(?:app)?|zap|call|lig(?:ue|ar|o)|number|número|numero)"
    r"\W{0,3}(?:\w+\W+){0,4}$",
    re.IGNORECASE,
)
CUE_REACH = 40  # characters before a number
REGIONS = ("BR", "US", "GB", "PT")  # whose numbers are told without their country's


@dataclass(frozen=True, slots=True)
class Found:
    kind: str
    start: int
    end: int


@lru_cache(maxsize=4096)  # the same turn stands before several answers
def find(text: str) -> tuple[Found, ...]:
    """What is personal in it, in its order; of two that overlap the one that was looked for first."""
    if not HINT.search(text) and not SECRET.search(text):
        return ()
    found: list[Found] = []
    for kind, search in SEARCHES:
        for start, end in search(text):
            if not any(start < other.end and other.start < end for other in found):
                found.append(Found(kind, start, end))
    return tuple(sorted(found, key=lambda one: one.start))


def replaced(text: str, kinds: frozenset[str]) -> str:
    """The text with placeholders for these kinds."""
    found = [one for one in find(text) if one.kind in kinds]
    if not found:
        return text
    ends = [Found("", 0, 0), *found]
    kept = [text[before.end : after.start] + PLACEHOLDERS[after.kind] for before, after in pairwise(ends)]
    return "".join(kept) + text[found[-1].end :]


def _mails(text: str) -> Iterator[tuple[int, int]]:
    for match in MAIL.finditer(text):
        if not RESERVED.search(match[0].split("@")[1]):
            yield match.span()


def _checked(
    pattern: re.Pattern[str], check: Callable[[str], bool], cue: str = ""
) -> Callable[[str], Iterator[tuple[int, int]]]:
    """Matches whose check digits are right; bare digits only behind their name, for one number in a hundred fits."""

    def search(text: str) -> Iterator[tuple[int, int]]:
        for match in pattern.finditer(text):
            bare = (
                cue
                and match[0].isdigit()
                and cue not in text[max(0, match.start() - CUE_REACH) : match.start()].lower()
            )
            if not bare and check(match[0]):
                yield match.span()

    return search


def _is_cpf(text: str) -> bool:
    from stdnum.br import cpf

    return bool(cpf.is_valid(text))


def _is_cnpj(text: str) -> bool:
    from stdnum.br import cnpj

    return bool(cnpj.is_valid(text))


def _is_card(text: str) -> bool:
    from stdnum import luhn

    digits = re.sub(r"\D", "", text)
    return len(set(digits)) > 1 and bool(luhn.is_valid(digits))


def _is_iban(text: str) -> bool:
    from stdnum import iban

    return bool(iban.is_valid(text))


def _keys(text: str) -> Iterator[tuple[int, int]]:
    for match in KEY.finditer(text):
        yield match.span()
    for match in SECRET.finditer(text):
        yield match.span("value")


def _phones(text: str) -> Iterator[tuple[int, int]]:
    """Numbers that exist in one of REGIONS; digits without any grouping only behind a word such as "phone"."""
    for match in PHONE_LIKE.finditer(text):
        number = match[0]
        grouped = number[0] in "+(" or "-" in number or " " in number
        told = PHONE_CUE.search(text[max(0, match.start() - CUE_REACH) : match.start()])
        if (grouped or told) and not _is_other_figure(number) and _exists(number):
            yield match.span()


def _is_other_figure(number: str) -> bool:
    """Dates, ranges of years and addresses of machines."""
    if re.fullmatch(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|\d{4} ?- ?\d{4}", number):
        return True
    try:
        ipaddress.ip_address(number)
    except ValueError:
        return False
    return True


def _exists(number: str) -> bool:
    import phonenumbers

    for region in REGIONS:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            pass
    return False


# Longer and surer patterns first: a CNPJ is not to be told as a phone number.
SEARCHES: tuple[tuple[str, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    ("key", _keys),
    ("mail", _mails),
    ("iban", _checked(IBAN, _is_iban)),
    ("cnpj", _checked(CNPJ, _is_cnpj, cue="cnpj")),
    ("card", _checked(CARD, _is_card)),
    ("cpf", _checked(CPF, _is_cpf, cue="cpf")),
    ("phone", _phones),
)
