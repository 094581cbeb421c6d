/* SPDX-License-Identifier: EUPL-1.2 */
#include "dr_wire.h"

#include <stddef.h>

uint32_t dr_crc32(uint32_t crc, const uint8_t *data, uint32_t len)
{
    /* IEEE 802.3 reflected, half a byte at a time: 64 bytes of table suit a small board */
    static const uint32_t table[16] = {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
        0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
        0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
    };
    crc = ~crc;
    for (uint32_t i = 0; i < len; i++) {
        crc = table[(crc ^ data[i]) & 15] ^ crc >> 4;
        crc = table[(crc ^ data[i] >> 4) & 15] ^ crc >> 4;
    }
    return ~crc;
}

/* --- receiving --------------------------------------------------------------------------- */

static void store(struct dr_rx *rx, uint8_t byte)
{
    if (rx->got < rx->limit)
        rx->buf[rx->got++] = byte;
    else
        rx->overrun = true;
}

static int finish(const struct dr_rx *rx, struct dr_frame *out)
{
    const uint8_t *b = rx->buf;
    if (rx->overrun)
        return -DR_TOO_LONG;
    if (rx->left || rx->got < DR_HEADER + DR_CRC)
        return -DR_BAD_FRAME;
    const uint32_t end = rx->got - DR_CRC, crc = dr_get32(b + end);
    if (dr_crc32(0, b, end) != crc)
        return -DR_BAD_FRAME;
    *out = (struct dr_frame){
        .version = b[0],
        .type = b[1],
        .seq = dr_get16(b + 2),
        .status = dr_get16(b + 4),
        .flags = dr_get16(b + 6),
        .arg = dr_get32(b + 8),
        .payload = b + DR_HEADER,
        .length = end - DR_HEADER,
        .crc = crc,
    };
    return 1;
}

int dr_rx_byte(struct dr_rx *rx, uint8_t byte, struct dr_frame *out)
{
    if (byte == 0) {
        const int result = rx->begun ? finish(rx, out) : 0;
        *rx = (struct dr_rx){.buf = rx->buf, .limit = rx->limit};
        return result;
    }
    if (rx->left) {
        store(rx, byte);
        rx->left--;
        return 0;
    }
    if (rx->begun && rx->zero)
        store(rx, 0);
    rx->begun = true;
    rx->zero = byte < 255;
    rx->left = (uint8_t)(byte - 1);
    return 0;
}

/* --- sending ----------------------------------------------------------------------------- */

struct cobs {
    uint8_t *out;
    uint32_t used, group; /* group: where the code of the open group stands */
    bool open;
};

static void open_group(struct cobs *c)
{
    c->group = c->used++;
    c->open = true;
}

static void close_group(struct cobs *c)
{
    c->out[c->group] = (uint8_t)(c->used - c->group);
    c->open = false;
}

static void stuff(struct cobs *c, const uint8_t *data, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        if (!c->open)
            open_group(c);
        if (data[i] == 0) {
            close_group(c);
            open_group(c);
            continue;
        }
        c->out[c->used++] = data[i];
        if (c->used - c->group == 255)
            close_group(c); /* the next one opens with the next byte: no trailing 01 */
    }
}

uint32_t dr_encode(uint8_t wire[DR_MAX_ENCODED], const struct dr_frame *f)
{
    uint8_t head[DR_HEADER] = {f->version, f->type}, tail[DR_CRC];
    dr_put16(head + 2, f->seq);
    dr_put16(head + 4, f->status);
    dr_put16(head + 6, f->flags);
    dr_put32(head + 8, f->arg);
    dr_put32(tail, dr_crc32(dr_crc32(0, head, sizeof head), f->payload, f->length));

    struct cobs c = {.out = wire};
    stuff(&c, head, sizeof head);
    stuff(&c, f->payload, f->length);
    stuff(&c, tail, sizeof tail);
    if (c.open)
        close_group(&c);
    wire[c.used++] = 0;
    return c.used;
}
