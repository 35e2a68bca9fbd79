"""Sealed values open only where they were sealed, whole, and under their own key."""

import random
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.storage.sealing import (
    CannotUnseal,
    KeyRing,
    canonical_json,
    key_id_of,
    pad,
    unpad,
)

KEY = bytes(range(32))
HOME = ("submissions", "sealed_answers", "a" * 32)


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing(KEY)


def test_what_was_sealed_is_read_back(keys: KeyRing) -> None:
    answers = {"blood_thinners": "yes", "note": "Zoë 🌿", "dates": {"botox": "2026-11"}}
    sealed = keys.seal_json(answers, *HOME)
    assert keys.unseal_json(sealed, *HOME) == answers
    assert KeyRing(KEY).unseal_json(sealed, *HOME) == answers


def test_a_sealed_value_shows_nothing_of_itself(keys: KeyRing) -> None:
    sealed = keys.seal_json({"blood_thinners": "yes"}, *HOME)
    assert b"blood" not in sealed
    assert sealed != keys.seal_json({"blood_thinners": "yes"}, *HOME)


def test_what_an_earlier_release_kept_is_still_read_and_found(keys: KeyRing) -> None:
    """Databases and backups outlive releases: the bytes themselves are the promise."""
    kept = bytes.fromhex(
        "01933934ad000000000000000000000000945d9fcd5d7f9640ce82dd5a33de8294254722b5bf42eeb1167e96f7"
        "6b5e153744ebcd30331028aa499ad8f5975d1e78d42e776ee210bdd9392aee43eca2659168c609c69416f5b807"
        "5868676934846d"
    )
    assert keys.unseal_text(kept, *HOME) == "Zoë"
    assert key_id_of(kept) == keys.key_id
    assert keys.blind_index("email", "Zoë@Example.org ").hex() == "7a56b02458a7e6af6ca270fdd26ee2f5"
    assert keys.mac("csrf", "x", b"y").hex().startswith("c188eac3e31bb572a45bf6e82992a9c4")
    assert canonical_json({"b": "Zoë", "a": [1, None]}) == '{"a":[1,null],"b":"Zoë"}'.encode()
    assert pad(b"a" * 15, 16) == b"a" * 15 + b"\x80"
    assert pad(b"a" * 16, 16) == b"a" * 16 + b"\x80" + bytes(15)


def test_what_json_does_not_know_is_never_sealed(keys: KeyRing) -> None:
    with pytest.raises(ValueError, match="JSON"):
        keys.seal_json({"a": float("nan")}, *HOME)


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("drafts", "sealed_answers", "a" * 32),
        ("submissions", "sealed_identity", "a" * 32),
        ("submissions", "sealed_answers", "b" * 32),
        ("submissionss", "ealed_answers", "a" * 32),
    ],
)
def test_a_sealed_value_that_was_moved_is_refused(
    keys: KeyRing, elsewhere: tuple[str, str, str]
) -> None:
    sealed = keys.seal_json({"a": 1}, *HOME)
    with pytest.raises(CannotUnseal):
        keys.unseal_json(sealed, *elsewhere)


def test_no_two_of_twenty_rows_can_swap_their_answers(keys: KeyRing) -> None:
    rows = {f"{number:032x}": keys.seal_json({"n": number}, *HOME[:2], f"{number:032x}")
            for number in range(20)}  # fmt: skip
    for one, other in permutations(rows, 2):
        with pytest.raises(CannotUnseal):
            keys.unseal_json(rows[one], *HOME[:2], other)


def test_a_text_is_not_read_as_json_nor_as_bytes(keys: KeyRing) -> None:
    sealed = keys.seal_text("{}", *HOME)
    for wrong in (keys.unseal_json, keys.unseal):
        with pytest.raises(CannotUnseal):
            wrong(sealed, *HOME)


def test_every_truncated_value_is_refused(keys: KeyRing) -> None:
    sealed = keys.seal(b"short", *HOME)
    for length in range(len(sealed)):
        with pytest.raises(CannotUnseal):
            keys.unseal(sealed[:length], *HOME)


def test_a_thousand_flipped_bits_are_noticed(keys: KeyRing) -> None:
    sealed = keys.seal_json({"a": 1}, *HOME)
    for bit in random.Random(7).sample(range(len(sealed) * 8), 1000):
        damaged = bytearray(sealed)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotUnseal):
            keys.unseal_json(bytes(damaged), *HOME)


def test_another_key_opens_nothing(keys: KeyRing) -> None:
    sealed = keys.seal_text("Ada", *HOME)
    with pytest.raises(CannotUnseal):
        KeyRing(b"\x07" * 32).unseal_text(sealed, *HOME)


def test_each_purpose_has_a_key_of_its_own(keys: KeyRing) -> None:
    derived = [keys.key(p) for p in ("data", "index", "session", "audit", "csrf")]
    assert len({KEY, *derived}) == 6
    sealed = keys.seal(b"x", *HOME, purpose="session")
    with pytest.raises(CannotUnseal):
        keys.unseal(sealed, *HOME)


def test_neither_key_nor_value_is_ever_written_out(keys: KeyRing) -> None:
    with pytest.raises(CannotUnseal) as refused:
        keys.unseal_text(b"secret" * 20, *HOME)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert keys.key("data").hex() not in repr(keys)


def test_a_short_master_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        KeyRing(b"short")


@given(st.binary(max_size=3000), st.sampled_from([64, 1024]))
def test_padding_keeps_the_value_and_hides_its_length(value: bytes, step: int) -> None:
    padded = pad(value, step)
    assert unpad(padded) == value
    assert len(padded) % step == 0
    assert 0 < len(padded) - len(value) <= step


def test_one_ticked_condition_is_as_long_as_ten(keys: KeyRing) -> None:
    one = keys.seal_json({"conditions": ["acne"]}, *HOME)
    ten = keys.seal_json({"conditions": [f"condition_{n}" for n in range(10)]}, *HOME)
    assert len(one) == len(ten)


def test_a_blind_index_meets_variants_of_one_text_and_nothing_else(keys: KeyRing) -> None:
    index = keys.blind_index
    assert len(index("email", "ada@example.org")) == 16
    assert index("email", " Ada@Example.org ") == index("email", "ada@example.org")
    assert index("email", "a.da@example.org") != index("email", "ada@example.org")
    assert index("name", "Zoë O'Neil") == index("name", "zoe oneil")
    assert index("name", "ada") != index("email", "ada")
    assert index("name", "ada") != KeyRing(b"\x07" * 32).blind_index("name", "ada")


def test_a_keyed_digest_depends_on_key_label_and_value(keys: KeyRing) -> None:
    macs = {
        keys.mac("data", "submission", b"body"),
        keys.mac("data", "submission", b"other"),
        keys.mac("data", "else", b"body"),
        keys.mac("audit", "submission", b"body"),
        KeyRing(b"\x07" * 32).mac("data", "submission", b"body"),
    }
    assert len(macs) == 5


NEWER = bytes(range(50, 82))


def test_an_older_key_still_opens_what_it_sealed_and_seals_nothing(keys: KeyRing) -> None:
    ring, sealed = KeyRing(NEWER, KEY), keys.seal_text("Zoë", *HOME)
    assert ring.unseal_text(sealed, *HOME) == "Zoë"
    again = ring.seal_text("Zoë", *HOME)
    assert KeyRing(NEWER).unseal_text(again, *HOME) == "Zoë"
    with pytest.raises(CannotUnseal):
        keys.unseal_text(again, *HOME)


def test_the_key_that_a_value_names_is_the_only_one_that_is_tried() -> None:
    ring = KeyRing(NEWER, KEY)
    sealed = ring.seal_text("Zoë", *HOME)
    claimed = sealed[:1] + KeyRing(KEY).key_id + sealed[5:]
    with pytest.raises(CannotUnseal):
        ring.unseal_text(claimed, *HOME)


def test_indexes_and_digests_are_known_under_every_key_of_the_ring(keys: KeyRing) -> None:
    ring = KeyRing(NEWER, KEY, KEY)
    assert ring.key_ids == (KeyRing(NEWER).key_id, keys.key_id)
    assert ring.blind_index("name", "Ada") == KeyRing(NEWER).blind_index("name", "Ada")
    assert ring.blind_indexes("name", "Ada")[1] == keys.blind_index("name", "Ada")
    assert ring.macs("index", "throttle", b"a")[1] == keys.mac("index", "throttle", b"a")
    assert ring.keys("csrf") == (KeyRing(NEWER).key("csrf"), keys.key("csrf"))


def test_what_is_kept_has_the_lengths_that_older_values_have() -> None:
    keyring = KeyRing(bytes(range(32)))
    envelope = 1 + 4 + 12 + 16
    assert len(keyring.seal(b"", "t", "c", "1")) == envelope
    assert len(keyring.seal_json({}, "t", "c", "1")) == envelope + 1024
    assert len(keyring.seal_text("", "t", "c", "1")) == envelope + 64


def test_only_objects_are_taken_for_what_was_kept() -> None:
    keyring = KeyRing(bytes(range(32)))
    for value in (b"[]\x80", b'"x"\x80'):
        sealed = keyring.seal(value, "t", "c", "1", form="json")
        with pytest.raises(CannotUnseal, match="not an object"):
            keyring.unseal_json(sealed, "t", "c", "1")


def test_a_keyed_digest_is_that_of_the_current_key() -> None:
    keyring = KeyRing(bytes(range(32)), bytes(range(1, 33)))
    macs = keyring.macs("data", "label", b"value")
    assert keyring.mac("data", "label", b"value") == macs[0] != macs[1]
    assert (
        keyring.blind_index("email", "a@b.example")
        == keyring.blind_indexes("email", "a@b.example")[0]
    )
