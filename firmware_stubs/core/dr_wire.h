/* DRSP/1 frames, from docs/protocols/drsp.md: COBS(header 12 | payload | CRC-32) 00.
 * No I/O and no memory of its own. The same vectors as Python: tests/vectors/drsp.json.
 *
 * SPDX-License-Identifier: EUPL-1.2
 */
#ifndef DR_WIRE_H
#define DR_WIRE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    DR_VERSION = 1,
    DR_HEADER = 12,
    DR_CRC = 4,
    DR_FIRST_PAYLOAD = 496, /* before HELLO */
    DR_MAX_PAYLOAD = 4096,  /* what this firmware offers */
    DR_MAX_BODY = DR_HEADER + DR_MAX_PAYLOAD + DR_CRC,
    DR_MAX_ENCODED = DR_MAX_BODY + DR_MAX_BODY / 254 + 2,
    DR_MAX_TLVS = 64,
};

enum dr_type {
    DR_HELLO = 0x01,
    DR_PING = 0x02,
    DR_STATUS = 0x03,
    DR_CAPTURE_START = 0x10,
    DR_CAPTURE_CANCEL = 0x11,
    DR_IMAGE_GET = 0x13,
    DR_IMAGE_RELEASE = 0x14,
    DR_IMAGE_INFO = 0x15,
    DR_REPLY = 0x80,
    DR_IMAGE_DATA = 0xD3,
    DR_EV_STATE = 0xE0,
    DR_EV_COUNT = 0xE1,
    DR_EV_PREVIEW = 0xE4,
    DR_EV_RESULT = 0xE5,
    DR_EV_GUIDE = 0xE8,
    DR_EV_BOOTED = 0xEF,
    DR_NAK = 0xFF,
};

enum dr_status {
    DR_OK = 0,
    DR_INVALID_ID = 2,
    DR_CANCELED = 3,
    DR_SENSOR_FAILURE = 5,
    DR_INITIALIZATION_NEEDED = 8,
    DR_SENSOR_BUSY = 10,
    DR_SENSOR_TIMEOUT = 11,
    DR_UNSUPPORTED = 12,
    DR_BAD_VALUE = 13,
    DR_BAD_FRAME = 0x100,
    DR_BAD_TLV = 0x101,
    DR_WRONG_STATE = 0x102,
    DR_UNSUPPORTED_VERSION = 0x103,
    DR_TOO_LONG = 0x104,
    DR_BAD_SEQ = 0x105,
    DR_RUNNING = 0xFFFF,
};

enum dr_flag { DR_MORE = 1, DR_SIMULATED = 2, DR_REPLAY = 4 };

struct dr_frame {
    uint8_t version, type;
    uint16_t seq, status, flags;
    uint32_t arg;
    const uint8_t *payload; /* received: in the receiver's buffer, valid until the next byte */
    uint32_t length;
    uint32_t crc; /* of a received frame; dr_encode computes its own */
};

/* A receiver; buf holds one body, `limit` is what the session allows of it. */
struct dr_rx {
    uint8_t *buf;
    uint32_t limit, got;
    uint8_t left; /* bytes of the current COBS group still to come */
    bool begun, zero, overrun;
};

uint32_t dr_crc32(uint32_t crc, const uint8_t *data, uint32_t len);

/* Returns 1 when `byte` completes a frame, 0 when more is needed, -status on damage. */
int dr_rx_byte(struct dr_rx *rx, uint8_t byte, struct dr_frame *out);

/* Writes COBS(frame) 00 to `wire` and returns its length; the payload fits DR_MAX_PAYLOAD. */
uint32_t dr_encode(uint8_t wire[DR_MAX_ENCODED], const struct dr_frame *frame);

static inline uint16_t dr_get16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t dr_get32(const uint8_t *p)
{
    return dr_get16(p) | (uint32_t)dr_get16(p + 2) << 16;
}

static inline void dr_put16(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
}

static inline void dr_put32(uint8_t *p, uint32_t value)
{
    dr_put16(p, value);
    dr_put16(p + 2, value >> 16);
}

#endif
