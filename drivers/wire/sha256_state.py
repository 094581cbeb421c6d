"""SHA-256 whose intermediate state can be handed over (FIPS 180-4, 6.2); hashlib cannot.

An IAS-ECC card hashes the last block of a message itself: it is given the state of all whole
blocks before. Some 300 kB/s, enough for the manifests that are signed. `finish` is the card's
part. The constants are the first 32 bits of the fractions of cube and square roots of primes.
"""

from __future__ import annotations

import math
import struct

_BLOCK = 64  # bytes
_MASK = 0xFFFFFFFF
State = tuple[int, ...]


def _primes(count: int) -> tuple[int, ...]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return tuple(found)


def _cube_root(number: int) -> int:
    """The integer part, by bisection: floats would lose the last bits."""
    low, high = 0, 1 << (number.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle - 1)
    return low


_K = tuple(_cube_root(prime << 96) & _MASK for prime in _primes(64))
_START: State = tuple(math.isqrt(prime << 64) & _MASK for prime in _primes(8))


def split(message: bytes) -> tuple[bytes, int, bytes]:
    """The state after all blocks but the last, the bits in it, and the last 0 to 64 bytes.

    The state is empty when the message is a single block.
    """
    whole = (len(message) - 1) // _BLOCK * _BLOCK if message else 0
    if not whole:
        return b"", 0, message
    return _bytes(_fold(_START, message[:whole])), whole * 8, message[whole:]


def finish(state: bytes, bits: int, last: bytes) -> bytes:
    """The digest of the message that `split` cut: pads the last block and folds it in."""
    begun: State = struct.unpack(">8I", state) if state else _START
    zeros = bytes((_BLOCK - 9 - len(last)) % _BLOCK)
    size = struct.pack(">Q", bits + 8 * len(last))
    return _bytes(_fold(begun, last + b"\x80" + zeros + size))


def _bytes(state: State) -> bytes:
    return struct.pack(">8I", *state)


def _turned(word: int, places: int) -> int:
    return (word >> places | word << (32 - places)) & _MASK


def _fold(state: State, blocks: bytes) -> State:
    for offset in range(0, len(blocks), _BLOCK):
        mixed = _rounds(state, _schedule(blocks[offset : offset + _BLOCK]))
        state = tuple((a + b) & _MASK for a, b in zip(state, mixed, strict=True))
    return state


def _schedule(block: bytes) -> list[int]:
    words = list(struct.unpack(">16I", block))
    for t in range(16, 64):
        early, late = words[t - 15], words[t - 2]
        low = _turned(early, 7) ^ _turned(early, 18) ^ early >> 3
        high = _turned(late, 17) ^ _turned(late, 19) ^ late >> 10
        words.append((words[t - 16] + low + words[t - 7] + high) & _MASK)
    return words


def _rounds(state: State, words: list[int]) -> State:
    a, b, c, d, e, f, g, h = state
    for constant, word in zip(_K, words, strict=True):
        choice = (e & f) ^ (~e & g)
        majority = (a & b) ^ (a & c) ^ (b & c)
        first = h + (_turned(e, 6) ^ _turned(e, 11) ^ _turned(e, 25)) + choice + constant + word
        second = (_turned(a, 2) ^ _turned(a, 13) ^ _turned(a, 22)) + majority
        a, b, c, d, e, f, g, h = (first + second) & _MASK, a, b, c, (d + first) & _MASK, e, f, g
    return a, b, c, d, e, f, g, h
