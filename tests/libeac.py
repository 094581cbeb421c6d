"""OpenPACE (libeac3) through ctypes: a terminal, and a judge of certificates, not of our making."""

from __future__ import annotations

import ctypes as c
import ctypes.util
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from drivers.wire import tlv
from drivers.wire.apdu import Command, Response, build, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PTR, _SIZE = c.c_void_p, c.c_size_t
_LOOKUP = c.CFUNCTYPE(_PTR, c.POINTER(c.c_ubyte), _SIZE)
_PACE_KEYS = 0  # EAC_ID_PACE
MRZ, CAN = 1, 2  # PACE_SEC types


class _BufMem(c.Structure):
    _fields_ = (("length", _SIZE), ("data", _PTR), ("max", _SIZE), ("flags", c.c_ulong))


_BUF = c.POINTER(_BufMem)
_CALLS: dict[str, tuple[Any, ...]] = {
    "EAC_init": (None,),
    "EAC_CTX_new": (_PTR,),
    "EAC_CTX_init_ef_cardaccess": (c.c_int, c.c_char_p, _SIZE, _PTR),
    "EAC_CTX_set_cvca_lookup": (c.c_int, _PTR, _LOOKUP),
    "EAC_CTX_set_encryption_ctx": (c.c_int, _PTR, c.c_int),
    "EAC_increment_ssc": (c.c_int, _PTR),
    "EAC_encrypt": (_BUF, _PTR, _BUF),
    "EAC_decrypt": (_BUF, _PTR, _BUF),
    "EAC_add_iso_pad": (_BUF, _PTR, _BUF),
    "EAC_remove_iso_pad": (_BUF, _BUF),
    "EAC_authenticate": (_BUF, _PTR, _BUF),
    "EAC_verify_authentication": (c.c_int, _PTR, _BUF, _BUF),
    "PACE_SEC_new": (_PTR, c.c_char_p, _SIZE, c.c_int),
    "PACE_STEP2_dec_nonce": (c.c_int, _PTR, _PTR, _BUF),
    "PACE_STEP3A_generate_mapping_data": (_BUF, _PTR),
    "PACE_STEP3A_map_generator": (c.c_int, _PTR, _BUF),
    "PACE_STEP3B_generate_ephemeral_key": (_BUF, _PTR),
    "PACE_STEP3B_compute_shared_secret": (c.c_int, _PTR, _BUF),
    "PACE_STEP3C_derive_keys": (c.c_int, _PTR),
    "PACE_STEP3D_compute_authentication_token": (_BUF, _PTR, _BUF),
    "PACE_STEP3D_verify_authentication_token": (c.c_int, _PTR, _BUF),
    "TA_STEP2_import_certificate": (c.c_int, _PTR, c.c_char_p, _SIZE),
    "CVC_d2i_CVC_CERT": (_PTR, _PTR, c.POINTER(c.c_char_p), c.c_long),
    "BUF_MEM_create_init": (_BUF, c.c_char_p, _SIZE),
}


class Disagreement(Exception):
    """The library refused what it was shown."""


def missing() -> tuple[str, ...]:
    """The Debian package that this machine lacks."""
    return () if ctypes.util.find_library("eac") else ("libeac3",)


@cache
def _lib() -> c.CDLL:
    library = c.CDLL("libeac.so.3")
    for name, (result, *arguments) in _CALLS.items():
        call = getattr(library, name)
        call.restype, call.argtypes = result, arguments
    library.EAC_init()
    return library


def _buf(data: bytes) -> Any:
    return _lib().BUF_MEM_create_init(data, len(data))


def _bytes(buffer: Any) -> bytes:
    if not buffer:
        raise Disagreement
    return c.string_at(buffer.contents.data, buffer.contents.length)


def _padded(ctx: Any, text: bytes) -> bytes:
    return _bytes(_lib().EAC_add_iso_pad(ctx, _buf(text)))


def _good(result: int) -> None:
    if result != 1:
        raise Disagreement


@dataclass(slots=True)
class Terminal:
    """A terminal that speaks PACE and AES secure messaging by the library alone."""

    send: Callable[[bytes], bytes | None]
    _ctx: Any = None

    def open(self, card_access: bytes, secret: bytes, kind: int, asked: bytes) -> None:
        """PACE; `asked` are the data objects of MSE:Set AT. Raises `Disagreement`."""
        lib = _lib()
        ctx = lib.EAC_CTX_new()
        _good(lib.EAC_CTX_init_ef_cardaccess(card_access, len(card_access), ctx))
        password = lib.PACE_SEC_new(secret, len(secret), kind)
        if not password:
            raise Disagreement
        if self._plain(Command(0, 0x22, 0xC1, 0xA4, asked)).sw != 0x9000:
            raise Disagreement
        _good(lib.PACE_STEP2_dec_nonce(ctx, password, _buf(self._step(b"", 0x80))))
        ours = _bytes(lib.PACE_STEP3A_generate_mapping_data(ctx))
        theirs = self._step(tlv.encode(0x81, ours), 0x82)
        _good(lib.PACE_STEP3A_map_generator(ctx, _buf(theirs)))
        ours = _bytes(lib.PACE_STEP3B_generate_ephemeral_key(ctx))
        theirs = self._step(tlv.encode(0x83, ours), 0x84)
        _good(lib.PACE_STEP3B_compute_shared_secret(ctx, _buf(theirs)))
        _good(lib.PACE_STEP3C_derive_keys(ctx))
        token = _bytes(lib.PACE_STEP3D_compute_authentication_token(ctx, _buf(theirs)))
        answer = self._step(tlv.encode(0x85, token), 0x86, cla=0x00)
        _good(lib.PACE_STEP3D_verify_authentication_token(ctx, _buf(answer)))
        _good(lib.EAC_CTX_set_encryption_ctx(ctx, _PACE_KEYS))
        self._ctx = ctx

    def ask(self, command: Command) -> Response:
        """One command in secure messaging. Raises `Disagreement` for a wrong MAC."""
        lib, ctx = _lib(), self._ctx
        shell = replace(command, cla=command.cla | 0x0C)
        header = bytes((shell.cla, shell.ins, shell.p1, shell.p2))
        _good(lib.EAC_increment_ssc(ctx))
        objects = self._objects(command)
        text = _padded(self._ctx, header) + (_padded(self._ctx, objects) if objects else b"")
        mac = _bytes(lib.EAC_authenticate(ctx, _buf(text)))
        data = objects + tlv.encode(0x8E, mac)
        return self._opened(self._plain(replace(shell, data=data, le=65536), extended=True))

    def _objects(self, command: Command) -> bytes:
        objects = b""
        if command.data:
            text = _padded(self._ctx, bytes(command.data))
            sealed = _bytes(_lib().EAC_encrypt(self._ctx, _buf(text)))
            odd = command.ins & 1
            objects = tlv.encode(0x85 if odd else 0x87, sealed if odd else b"\x01" + sealed)
        if command.le is not None:
            objects += tlv.encode(0x97, (command.le % 65536).to_bytes(2, "big"))
        return objects

    def _opened(self, answer: Response) -> Response:
        lib, ctx = _lib(), self._ctx
        objects = {item.tag: item.value for item in tlv.decode(answer.data)}
        mac = objects.pop(0x8E, None)
        if mac is None:
            return answer
        _good(lib.EAC_increment_ssc(ctx))
        text = b"".join(tlv.encode(tag, value) for tag, value in objects.items())
        _good(lib.EAC_verify_authentication(ctx, _buf(_padded(self._ctx, text)), _buf(mac)))
        sealed = objects.get(0x85) or objects.get(0x87, b"")[1:]
        data = self._decrypted(sealed) if sealed else b""
        return Response(data, int.from_bytes(objects[0x99], "big"))

    def _decrypted(self, sealed: bytes) -> bytes:
        padded = _lib().EAC_decrypt(self._ctx, _buf(sealed))
        return _bytes(_lib().EAC_remove_iso_pad(padded))

    def _step(self, data: bytes, wanted: int, cla: int = 0x10) -> bytes:
        answer = self._plain(Command(cla, 0x86, 0, 0, tlv.encode(0x7C, data), 256))
        if answer.sw != 0x9000:
            raise Disagreement(f"{answer.sw:04x}")
        return tlv.find(answer.data, 0x7C, wanted)

    def _plain(self, command: Command, *, extended: bool = False) -> Response:
        answer = self.send(bytes(build(command, extended=extended)))
        assert answer is not None
        return split(answer)


def judge_chain(root: bytes, chain: Iterable[bytes]) -> None:
    """Let the library import the certificates one after the other. Raises `Disagreement`."""
    lib = _lib()
    ctx = lib.EAC_CTX_new()
    start = c.c_char_p(root)
    trusted = lib.CVC_d2i_CVC_CERT(None, c.byref(start), len(root))
    if not trusted:
        raise Disagreement
    found = _LOOKUP(lambda _name, _size: trusted)
    _good(lib.EAC_CTX_set_cvca_lookup(ctx, found))
    for certificate in chain:
        _good(lib.TA_STEP2_import_certificate(ctx, certificate, len(certificate)))
