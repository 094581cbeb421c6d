/* SPDX-License-Identifier: EUPL-1.2 */
#include "dr_parts.h"

enum { CAP_PREVIEW = 1 };

enum {
    FINGER_MODES = 1 << (DR_ONE_FINGER - 1),
    SLAP_MODES = 1 << (DR_LEFT_FOUR - 1) | 1 << (DR_RIGHT_FOUR - 1),
};

static uint8_t *put_sensor(uint8_t *at, uint32_t width, uint32_t height, uint8_t modes)
{
    uint8_t block[12];
    dr_put16(block, width);
    dr_put16(block + 2, height);
    dr_put16(block + 4, DR_PPI);
    block[6] = 8;
    block[7] = modes;
    dr_put16(block + 8, width / DR_SHRINK);
    dr_put16(block + 10, height / DR_SHRINK);
    return dr_tlv(at, DR_TAG_SENSOR, block, sizeof block);
}

static uint8_t *put_identity(const struct dr_scanner *s, uint8_t *at)
{
    uint8_t size[2], caps[4];
    dr_put16(size, s->max_payload);
    dr_put32(caps, CAP_PREVIEW);
    at = dr_tlv(at, DR_TAG_MAX_PAYLOAD, size, sizeof size);
    at = dr_text(at, DR_TAG_MODEL, s->label->model);
    at = dr_text(at, DR_TAG_SERIAL, s->label->serial);
    at = dr_text(at, DR_TAG_FIRMWARE, s->label->firmware);
    at = dr_text(at, DR_TAG_BUILD, s->label->build);
    at = dr_tlv(at, DR_TAG_CAPS, caps, sizeof caps);
    at = put_sensor(at, DR_WIDTH, DR_HEIGHT, FINGER_MODES);
    if (s->label->slaps)
        at = put_sensor(at, DR_SLAP_WIDTH, DR_SLAP_HEIGHT, SLAP_MODES);
    return dr_tlv(at, DR_TAG_BOOT_ID, s->label->boot_id, sizeof s->label->boot_id);
}

/* A new session ends a running capture and keeps a held image. */
static void begin(struct dr_scanner *s, uint32_t offered)
{
    s->session = true;
    s->max_payload = offered < DR_MAX_PAYLOAD ? offered : DR_MAX_PAYLOAD;
    if (dr_capturing(s)) {
        s->state = DR_IDLE;
        s->capture.status = DR_CANCELED;
        dr_image_forget(s);
    }
}

void dr_on_hello(struct dr_scanner *s, const struct dr_frame *in)
{
    static const uint8_t range[2] = {DR_VERSION, DR_VERSION};
    const uint8_t *proto = NULL, *size = NULL;
    enum dr_status status = dr_find(in, DR_TAG_PROTO, 2, &proto);
    if (status == DR_OK)
        status = dr_find(in, DR_TAG_MAX_PAYLOAD, 2, &size);
    if (status == DR_OK && dr_get16(size) < DR_FIRST_PAYLOAD)
        status = DR_BAD_VALUE;
    if (status != DR_OK) {
        dr_reply(s, in, status, 0, 0);
        return;
    }
    const bool common = proto[0] <= DR_VERSION && proto[1] >= DR_VERSION;
    if (common)
        begin(s, dr_get16(size));
    uint8_t *at = dr_tlv(s->out, DR_TAG_PROTO, range, sizeof range);
    if (common)
        at = put_identity(s, at);
    dr_reply(s, in, common ? DR_OK : DR_UNSUPPORTED_VERSION, common ? DR_VERSION : 0,
             (uint32_t)(at - s->out));
}

static uint8_t *put_counters(const struct dr_counters *c, uint8_t *at)
{
    const uint32_t values[6] = {c->good, c->bad, c->captures, c->cancelled, c->faults, c->starts};
    uint8_t block[24];
    for (int i = 0; i < 6; i++)
        dr_put32(block + 4 * i, values[i]);
    return dr_tlv(at, DR_TAG_COUNTERS, block, sizeof block);
}

void dr_on_status(struct dr_scanner *s, const struct dr_frame *in)
{
    const uint32_t now = dr_now(s);
    const bool held = s->state == DR_ACQUIRED;
    uint8_t block[24] = {(uint8_t)s->state};
    dr_put16(block + 4, 0x7FFF); /* no thermometer */
    dr_put16(block + 6, s->capture.seq);
    dr_put16(block + 8, s->capture.status);
    dr_put32(block + 12, now / 1000);
    if (held) {
        dr_put32(block + 16, s->image.id);
        dr_put32(block + 20, DR_HOLD_MS - (now - s->image.since));
    }
    uint8_t *at = dr_tlv(s->out, DR_TAG_STATUS, block, sizeof block);
    at = put_counters(&s->counters, at);
    if (held)
        at = dr_tlv(at, DR_TAG_SHA256, s->image.digest, DR_DIGEST);
    dr_reply(s, in, DR_OK, s->state, (uint32_t)(at - s->out));
}
