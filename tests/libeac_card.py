"""A chip whose PACE and secure messaging are those of OpenPACE (libeac3), not of our making."""

from __future__ import annotations

import ctypes as c
from dataclasses import dataclass, field
from typing import Any

from drivers.wire import tlv
from drivers.wire.apdu import OK, Command, parse
from tests import libeac
from tests.libeac import Disagreement, _buf, _bytes, _good

_SELECT, _READ, _MANAGE, _GENERAL = 0xA4, 0xB0, 0x22, 0x86
_NOT_FOUND, _FAILED, _UNSAFE = 0x6A82, 0x6300, 0x6988
_PTR = c.c_void_p


def _library() -> c.CDLL:
    library = libeac._lib()
    library.PACE_STEP1_enc_nonce.restype = libeac._BUF
    library.PACE_STEP1_enc_nonce.argtypes = (_PTR, _PTR)
    return library


@dataclass(slots=True)
class LibeacCard:
    """Offers one way of PACE (`card_access`) under `can`; after it, SELECT and one short file."""

    card_access: bytes
    can: bytes = field(repr=False)
    content: bytes = b""
    _ctx: Any = None
    _secret: Any = None
    _theirs: bytes = b""
    _ours: bytes = b""
    _open: bool = False

    def transmit(self, apdu: bytes) -> bytes:
        """The answer to one command."""
        command = parse(apdu)
        try:
            data, sw = self._protected(command) if command.cla & 0x0C else self._plain(command)
        except Disagreement:
            data, sw = b"", _UNSAFE
        return data + sw.to_bytes(2, "big")

    def _plain(self, command: Command) -> tuple[bytes, int]:
        match command.ins:
            case 0xA4 if command.data == b"\x01\x1c":
                return b"", OK
            case 0xB0:
                start = command.p1 << 8 | command.p2
                return self.card_access[start : start + (command.le or 0)], OK
            case 0x22:
                self._begin()
                return b"", OK
            case 0x86:
                return self._step(tlv.find(bytes(command.data), 0x7C))
        return b"", _NOT_FOUND

    def _begin(self) -> None:
        library = _library()
        self._ctx = library.EAC_CTX_new()
        size = len(self.card_access)
        _good(library.EAC_CTX_init_ef_cardaccess(self.card_access, size, self._ctx))
        self._secret = library.PACE_SEC_new(self.can, len(self.can), libeac.CAN)

    def _step(self, asked: bytes) -> tuple[bytes, int]:
        library, ctx = _library(), self._ctx
        tag, value = (0, b"") if not asked else (asked[0], tlv.find(asked, asked[0]))
        match tag:
            case 0:
                found = _bytes(library.PACE_STEP1_enc_nonce(ctx, self._secret))
            case 0x81:
                found = _bytes(library.PACE_STEP3A_generate_mapping_data(ctx))
                _good(library.PACE_STEP3A_map_generator(ctx, _buf(value)))
            case 0x83:
                found = _bytes(library.PACE_STEP3B_generate_ephemeral_key(ctx))
                _good(library.PACE_STEP3B_compute_shared_secret(ctx, _buf(value)))
                _good(library.PACE_STEP3C_derive_keys(ctx))
                self._theirs = value
            case _:
                if library.PACE_STEP3D_verify_authentication_token(ctx, _buf(value)) != 1:
                    return b"", _FAILED
                token = library.PACE_STEP3D_compute_authentication_token(ctx, _buf(self._theirs))
                found = _bytes(token)
                _good(library.EAC_CTX_set_encryption_ctx(ctx, 0))
        return tlv.encode(0x7C, tlv.encode((tag or 0x7F) + 1, found)), OK

    def _protected(self, command: Command) -> tuple[bytes, int]:
        """Verify the command's MAC, do it, and seal the answer."""
        library, ctx = _library(), self._ctx
        objects = tlv.decode(bytes(command.data))
        said = b"".join(tlv.encode(o.tag, o.value) for o in objects if o.tag != 0x8E)
        header = bytes((command.cla, command.ins, command.p1, command.p2))
        _good(library.EAC_increment_ssc(ctx))
        text = self._padded(header) + (self._padded(said) if said else b"")
        mac = next(o.value for o in objects if o.tag == 0x8E)
        _good(library.EAC_verify_authentication(ctx, _buf(text), _buf(mac)))
        _good(library.EAC_increment_ssc(ctx))
        answer = b""
        if command.ins == _READ:
            sealed = _bytes(library.EAC_encrypt(ctx, _buf(self._padded(self.content))))
            answer = tlv.encode(0x87, b"\x01" + sealed)
        answer += b"\x99\x02\x90\x00"
        own = _bytes(library.EAC_authenticate(ctx, _buf(self._padded(answer))))
        return answer + tlv.encode(0x8E, own), OK

    def _padded(self, data: bytes) -> bytes:
        return _bytes(_library().EAC_add_iso_pad(self._ctx, _buf(data)))
