"""An encrypted stream comes back whole, or not at all."""

from io import BytesIO

import pytest

from screening.storage.sealed_stream import (
    CHUNK,
    HEADER_BYTES,
    TAG_BYTES,
    SealedWriter,
    StreamRefused,
    opened_chunks,
)
from screening.storage.sealing import KeyRing

KEYS = KeyRing(bytes(range(32)))
SLOT = CHUNK + TAG_BYTES


def sealed(text: bytes, keyring: KeyRing = KEYS) -> bytes:
    sink = BytesIO()
    writer = SealedWriter(sink, keyring)
    for start in range(0, len(text), 50_001):  # pieces that fit no chunk
        writer.write(text[start : start + 50_001])
    writer.finish()
    return sink.getvalue()


def opened(stream: bytes, keyring: KeyRing = KEYS) -> bytes:
    return b"".join(opened_chunks(BytesIO(stream), keyring))


def text_of(length: int) -> bytes:
    return (b"0123456789abcdef" * (length // 16 + 1))[:length]


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_what_was_written_is_read_again(length: int) -> None:
    assert opened(sealed(text_of(length))) == text_of(length)


def test_no_byte_can_be_changed() -> None:
    stream = sealed(b"a short one")
    for place in range(len(stream)):
        changed = bytearray(stream)
        changed[place] ^= 1
        with pytest.raises(StreamRefused):
            opened(bytes(changed))


def test_no_part_can_be_cut_off_added_moved_or_left_out() -> None:
    stream = sealed(text_of(3 * CHUNK + 7))
    head, rest = stream[:HEADER_BYTES], stream[HEADER_BYTES:]
    slots = [rest[start : start + SLOT] for start in range(0, len(rest), SLOT)]
    assert len(slots) == 4
    other = sealed(text_of(3 * CHUNK + 7))[HEADER_BYTES:][:SLOT]
    wrong = [
        b"",
        head[:-1],
        head,
        *(head + b"".join(slots[:number]) for number in (1, 2, 3)),
        stream[:-1],
        stream + b"\0",
        stream + slots[-1],
        head + slots[1] + slots[0] + slots[2] + slots[3],
        head + slots[0] + slots[2] + slots[3],
        head + slots[0] + slots[0] + slots[1] + slots[2] + slots[3],
        head + other + b"".join(slots[1:]),
    ]
    for stream in wrong:
        with pytest.raises(StreamRefused):
            opened(stream)


def test_another_key_opens_nothing_and_is_named() -> None:
    other = KeyRing(bytes(range(1, 33)))
    with pytest.raises(StreamRefused, match=KEYS.key_id.hex()):
        opened(sealed(b"a short one"), other)


def test_the_same_text_never_looks_the_same_twice() -> None:
    one, two = sealed(text_of(100)), sealed(text_of(100))
    assert one[HEADER_BYTES:] != two[HEADER_BYTES:]
    assert text_of(100)[:16] not in one
