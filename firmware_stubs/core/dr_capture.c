/* SPDX-License-Identifier: EUPL-1.2 */
#include "dr_parts.h"

enum { LEAST_MS = 1000, MOST_MS = 120000, MODES = 5, MOST_PREVIEWS = 10, ALL_FINGERS = 0x03FF };

/* The one ISO finger of the mask, or 0. */
static uint8_t only_finger(uint32_t mask)
{
    uint8_t finger = 1;
    if (!mask || mask & (mask - 1) || mask & ~(uint32_t)ALL_FINGERS)
        return 0;
    while (mask >>= 1)
        finger++;
    return finger;
}

static enum dr_status check(const struct dr_scanner *s, const uint8_t *order)
{
    const uint32_t timeout = dr_get32(order + 8);
    if (dr_capturing(s))
        return DR_SENSOR_BUSY;
    if (order[0] == 0 || order[0] > MODES || order[7] > MOST_PREVIEWS)
        return DR_BAD_VALUE;
    if (order[0] != DR_MODE_FINGER)
        return DR_UNSUPPORTED;
    if (!only_finger(dr_get16(order + 2)) || dr_get16(order + 4))
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
    s->capture = (struct dr_capture){
        .seq = in->seq,
        .status = DR_RUNNING,
        .finger = only_finger(dr_get16(order + 2)),
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
