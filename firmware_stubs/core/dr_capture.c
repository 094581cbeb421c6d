/* SPDX-License-Identifier: EUPL-1.2 */
#include "dr_parts.h"

enum { LEAST_MS = 1000, MOST_MS = 120000, MODES = 5, MOST_PREVIEWS = 10 };

uint16_t dr_hand(uint32_t mode)
{
    switch (mode) {
    case DR_LEFT_FOUR: return 0x03C0;
    case DR_RIGHT_FOUR: return 0x001E;
    case DR_ONE_FINGER: return 0x03FF;
    default: return 0;
    }
}

/* The fingers that have to lie there, or none when the order makes no sense. */
static uint16_t fingers(const uint8_t *order)
{
    const uint32_t expected = dr_get16(order + 2), missing = dr_get16(order + 4);
    if (expected & ~(uint32_t)dr_hand(order[0]) || missing & ~expected)
        return 0;
    if (order[0] == DR_ONE_FINGER && (missing || expected & (expected - 1)))
        return 0;
    return (uint16_t)(expected & ~missing);
}

static bool built(const struct dr_scanner *s, uint8_t mode)
{
    return mode == DR_ONE_FINGER || (s->label->slaps && dr_hand(mode));
}

static enum dr_status check(const struct dr_scanner *s, const uint8_t *order)
{
    const uint32_t timeout = dr_get32(order + 8);
    if (dr_capturing(s))
        return DR_SENSOR_BUSY;
    if (order[0] == 0 || order[0] > MODES || order[7] > MOST_PREVIEWS)
        return DR_BAD_VALUE;
    if (!built(s, order[0]))
        return DR_UNSUPPORTED;
    if (!fingers(order))
        return DR_BAD_VALUE;
    return timeout < LEAST_MS || timeout > MOST_MS ? DR_BAD_VALUE : DR_OK;
}

void dr_on_capture_start(struct dr_scanner *s, const struct dr_frame *in)
{
    const uint8_t *order = NULL;
    enum dr_status status = dr_find(in, DR_TAG_CAPTURE, 16, &order);
    if (status == DR_OK)
        status = check(s, order);
    if (status != DR_OK) {
        dr_reply(s, in, status, 0, 0);
        return;
    }
    dr_image_forget(s);
    s->image.id++;
    dr_image_expect(s, (enum dr_mode)order[0]);
    s->capture = (struct dr_capture){
        .seq = in->seq,
        .status = DR_RUNNING,
        .order = {.mode = s->image.mode, .fingers = fingers(order)},
        .previews = order[7],
        .timeout = dr_get32(order + 8),
        .begun = dr_now(s),
    };
    dr_reply(s, in, DR_OK, s->image.id, 0);
    dr_enter(s, DR_WAIT_CLEAR);
}

void dr_on_capture_cancel(struct dr_scanner *s, const struct dr_frame *in)
{
    if (s->state != DR_IDLE) {
        s->counters.cancelled++;
        s->capture.status = DR_CANCELED;
    }
    dr_image_forget(s);
    s->state = DR_IDLE;
    dr_reply(s, in, DR_OK, 0, 0);
}
