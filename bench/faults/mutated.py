"""Forms as no page sends them: changed in every way that a browser, a script or a fool could."""

from collections.abc import Callable, Mapping
from random import Random
from urllib.parse import quote_plus

Fields = dict[str, list[str]]
FORM = "application/x-www-form-urlencoded"

STRANGE = (
    "", " ", "0", "-1", "1e400", "NaN", "٣", "１２", "true", "null", "None", "[]", "{}",
    "undefined", "yes", "no", "not_sure", "none_of_these", "32", "13", "2027-02-30", "9999-99-99",
    "0000-00-00",    "../../etc/passwd", "%s%s%n", "{{7*7}}", "${7*7}", "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>", "'; DROP TABLE submissions;--", "=1+1", "+ADw-script+AD4-",
    "\u202e\u2066evil", "\u0000", "\ud7ff", "Ｆullwidth", "e\u0301" * 50, "🧪" * 300, "ÿ", "\x7f",
    "\r\n\r\nSet-Cookie: a=b", "x" * 2001, "x" * 20_000, "ﷺ", "ß" * 500, "\ufeff", "\x85", "\u2028",
    "__proto__", "constructor", "1" * 5000, "𝟙𝟚", "\t", "a\x08b",
)  # fmt: skip
NAMES = ("status", "level", "id", "reviewed_by", "clinic_id", "__proto__", "csrf_token", "version",
         "then", "flag", "x" * 101, "", "é", "a[b]", "a.b", "then\x00")  # fmt: skip


def dropped(fields: Fields, random: Random) -> None:
    fields.pop(random.choice(list(fields)))


def emptied(fields: Fields, random: Random) -> None:
    fields[random.choice(list(fields))] = [""]


def doubled(fields: Fields, random: Random) -> None:
    name = random.choice(list(fields))
    fields[name] = [*fields[name], random.choice(fields[name] or [""])]


def exchanged(fields: Fields, random: Random) -> None:
    one, other = random.choice(list(fields)), random.choice(list(fields))
    fields[one], fields[other] = fields[other], fields[one]


def made_strange(fields: Fields, random: Random) -> None:
    fields[random.choice(list(fields))] = [random.choice(STRANGE)]


def made_random(fields: Fields, random: Random) -> None:
    written = "".join(chr(random.choice(RANGES)(random)) for _ in range(random.randint(1, 60)))
    fields[random.choice(list(fields))] = [written]


def added(fields: Fields, random: Random) -> None:
    fields[random.choice(NAMES)] = [random.choice(STRANGE)]


def renamed(fields: Fields, random: Random) -> None:
    values = fields.pop(random.choice(list(fields)))
    fields[random.choice(NAMES)] = values


RANGES: tuple[Callable[[Random], int], ...] = (
    lambda random: random.randint(32, 126),
    lambda random: random.randint(0, 31),
    lambda random: random.randint(0xA0, 0x2FFF),
    lambda random: random.randint(0x1F300, 0x1FAFF),
)
VALUES = (emptied, made_strange, made_strange, made_random)  # these reach furthest into the app
CHANGES = (*VALUES, *VALUES, *VALUES, dropped, doubled, exchanged, added, renamed)


def mutate(state: Mapping[str, list[str]], random: Random) -> Fields:
    """A copy with up to two changes; now and then none."""
    fields = {name: list(values) for name, values in state.items()}
    for _ in range(random.choice((0, 1, 1, 1, 2))):
        if fields:
            random.choice(CHANGES)(fields, random)
    return fields


def encoded(fields: Fields) -> bytes:
    pairs = [
        f"{quote_plus(name, errors='surrogatepass')}={quote_plus(one, errors='surrogatepass')}"
        for name, values in fields.items()
        for one in values
    ]
    return "&".join(pairs).encode("ascii")


def junk(fields: Fields, random: Random) -> tuple[bytes, str]:
    """A body and a content type that may not belong together, or not be whole."""
    body = encoded(fields)
    cut = random.randint(0, len(body))
    return random.choice(
        [
            (body[:cut], FORM),
            (body + b"&%zz=%", FORM),
            (body + b"&a=%00", FORM),
            (body + b"&a=%ed%a0%80", FORM),
            (random.randbytes(random.randint(0, 300)), FORM),
            (body, "text/plain"),
            (b'{"a": 1}', "application/json"),
            (body, f"{FORM}; charset=utf-7"),
            (body, "multipart/form-data; boundary=x"),
            (
                b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--",
                "multipart/form-data",
            ),
            (body * 40, FORM),
            (b"&" * 400, FORM),
        ]
    )
