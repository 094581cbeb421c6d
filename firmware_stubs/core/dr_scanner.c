/* SPDX-License-Identifier: EUPL-1.2 */
#include "dr_parts.h"

#include <string.h>

static uint32_t body_limit(uint32_t payload)
{
    return DR_HEADER + payload + DR_CRC;
}

void dr_emit(struct dr_scanner *s, struct dr_frame frame)
{
    frame.version = DR_VERSION;
    if (s->label->simulated)
        frame.flags |= DR_SIMULATED;
    const uint32_t len = dr_encode(s->wire, &frame);
    if (s->board->write(s->board->ctx, s->wire, len) < 0)
        s->lost = true;
}

static void answer(struct dr_scanner *s, uint16_t flags)
{
    const struct dr_last *l = &s->last;
    dr_emit(s, (struct dr_frame){.type = l->type,
                                 .seq = l->seq,
                                 .status = l->status,
                                 .flags = flags,
                                 .arg = l->arg,
                                 .payload = s->out,
                                 .length = l->length});
}

void dr_reply(struct dr_scanner *s, const struct dr_frame *in, enum dr_status status,
              uint32_t arg, uint32_t length)
{
    struct dr_last *l = &s->last;
    l->valid = in->type != DR_IMAGE_GET && length <= sizeof l->payload;
    l->crc = in->crc;
    l->seq = in->seq;
    l->type = (uint8_t)(in->type | DR_REPLY);
    l->status = (uint16_t)status;
    l->arg = arg;
    l->length = length;
    if (l->valid)
        memcpy(l->payload, s->out, length);
    answer(s, 0);
}

static void repeat(struct dr_scanner *s, const struct dr_frame *in)
{
    if (in->crc != s->last.crc) {
        const uint8_t type = (uint8_t)(in->type | DR_REPLY);
        dr_emit(s, (struct dr_frame){.type = type, .seq = in->seq, .status = DR_BAD_SEQ});
        return;
    }
    memcpy(s->out, s->last.payload, s->last.length);
    answer(s, DR_REPLAY);
}

static void on_ping(struct dr_scanner *s, const struct dr_frame *in)
{
    memcpy(s->out, in->payload, in->length);
    dr_reply(s, in, DR_OK, in->arg, in->length);
}

static void dispatch(struct dr_scanner *s, const struct dr_frame *in)
{
    switch (in->type) {
    case DR_HELLO: dr_on_hello(s, in); break;
    case DR_PING: on_ping(s, in); break;
    case DR_STATUS: dr_on_status(s, in); break;
    case DR_CAPTURE_START: dr_on_capture_start(s, in); break;
    case DR_CAPTURE_CANCEL: dr_on_capture_cancel(s, in); break;
    case DR_IMAGE_GET: dr_on_image_get(s, in); break;
    case DR_IMAGE_RELEASE: dr_on_image_release(s, in); break;
    case DR_IMAGE_INFO: dr_on_image_info(s, in); break;
    default: dr_reply(s, in, DR_UNSUPPORTED, 0, 0);
    }
}

static void nak(struct dr_scanner *s, uint16_t status, uint32_t arg)
{
    dr_emit(s, (struct dr_frame){.type = DR_NAK, .status = status, .arg = arg});
}

static void request(struct dr_scanner *s, const struct dr_frame *in)
{
    if (in->version != DR_VERSION) {
        nak(s, DR_UNSUPPORTED_VERSION, DR_VERSION | DR_VERSION << 8);
        return;
    }
    if (in->type & DR_REPLY)
        return; /* our own echo */
    if (in->type == DR_HELLO)
        s->last.valid = false;
    if (s->last.valid && in->seq == s->last.seq)
        repeat(s, in);
    else if (!s->session && in->type != DR_HELLO)
        dr_reply(s, in, DR_INITIALIZATION_NEEDED, 0, 0);
    else
        dispatch(s, in);
    s->rx.limit = body_limit(s->max_payload);
}

void dr_scanner_init(struct dr_scanner *s, const struct dr_board *board,
                     const struct dr_label *label, uint8_t *pixels)
{
    *s = (struct dr_scanner){.board = board, .label = label, .state = DR_IDLE};
    s->max_payload = DR_FIRST_PAYLOAD;
    s->rx = (struct dr_rx){.buf = s->rx_buf, .limit = body_limit(DR_FIRST_PAYLOAD)};
    s->image.pixels = pixels;
    s->image.id = label->seed;
    s->counters.starts = 1;
    memset(pixels, 0, label->slaps ? DR_SLAP_PIXELS : DR_PIXELS);

    const uint8_t *end = dr_tlv(s->out, DR_TAG_BOOT_ID, label->boot_id, sizeof label->boot_id);
    dr_emit(s, (struct dr_frame){.type = DR_EV_BOOTED,
                                 .arg = DR_VERSION | DR_VERSION << 8,
                                 .payload = s->out,
                                 .length = (uint32_t)(end - s->out)});
}

int dr_scanner_byte(struct dr_scanner *s, uint8_t byte)
{
    struct dr_frame frame;
    const int got = dr_rx_byte(&s->rx, byte, &frame);
    if (got > 0) {
        s->counters.good++;
        request(s, &frame);
    } else if (got < 0) {
        s->counters.bad++;
        nak(s, (uint16_t)-got, s->counters.bad);
    }
    return s->lost ? -1 : 0;
}
