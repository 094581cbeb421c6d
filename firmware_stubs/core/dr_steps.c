/* What a capture does as time passes: wait, settle, take, tell.
 *
 * SPDX-License-Identifier: EUPL-1.2
 */
#include "dr_parts.h"

void dr_event(struct dr_scanner *s, uint8_t type, uint32_t arg)
{
    dr_emit(s, (struct dr_frame){.type = type, .seq = s->capture.seq, .arg = arg});
}

void dr_enter(struct dr_scanner *s, enum dr_state state)
{
    s->state = state;
    s->capture.entered = s->capture.beat = dr_now(s);
    dr_event(s, DR_EV_STATE, state);
}

static void fail(struct dr_scanner *s, enum dr_status status)
{
    dr_image_forget(s);
    s->capture.status = (uint16_t)status;
    dr_enter(s, DR_IDLE);
    dr_emit(s, (struct dr_frame){
                   .type = DR_EV_RESULT, .seq = s->capture.seq, .status = (uint16_t)status});
}

/* The picture the host gets is the one whose preview it saw. */
static void settle(struct dr_scanner *s)
{
    if (s->board->sense(s->board->ctx, &s->capture.order, s->image.pixels) < 0) {
        s->counters.faults++;
        fail(s, DR_SENSOR_FAILURE);
        return;
    }
    dr_enter(s, DR_SETTLING);
    dr_event(s, DR_EV_GUIDE, DR_HOLD);
    if (s->capture.previews)
        dr_preview(s);
}

static void acquire(struct dr_scanner *s)
{
    dr_sha256(s->image.pixels, s->image.bytes, s->image.digest);
    s->image.since = dr_now(s);
    s->capture.status = DR_OK;
    s->counters.captures++;
    dr_enter(s, DR_ACQUIRED);
    dr_event(s, DR_EV_GUIDE, DR_LIFT);
    dr_emit(s, (struct dr_frame){.type = DR_EV_RESULT,
                                 .seq = s->capture.seq,
                                 .arg = s->image.id,
                                 .payload = s->out,
                                 .length = dr_image_describe(s)});
}

/* No finger is asked for on a glass that still shows the one before. */
static void wait_clear(struct dr_scanner *s)
{
    if (!(s->board->look(s->board->ctx, &s->capture.order) & DR_RESIDUE)) {
        dr_enter(s, DR_WAIT_FINGERS);
        dr_event(s, DR_EV_GUIDE, DR_PLACE);
    } else if (!s->capture.dirty) {
        s->capture.dirty = true;
        dr_event(s, DR_EV_GUIDE, DR_CLEAN);
    }
}

static void advance(struct dr_scanner *s)
{
    if (s->state == DR_WAIT_CLEAR)
        wait_clear(s);
    else if (s->state == DR_SETTLING)
        acquire(s);
    else if (dr_fingers_lie(s))
        settle(s);
}

static void expire(struct dr_scanner *s)
{
    dr_image_forget(s);
    s->state = DR_IDLE;
    dr_emit(s, (struct dr_frame){.type = DR_EV_STATE, .arg = DR_IDLE}); /* seq 0: nobody asked */
}

int dr_scanner_step(struct dr_scanner *s)
{
    const uint32_t now = dr_now(s);
    if (s->state == DR_ACQUIRED && now - s->image.since >= DR_HOLD_MS)
        expire(s);
    if (dr_capturing(s) && now - s->capture.begun >= s->capture.timeout)
        fail(s, DR_SENSOR_TIMEOUT);
    else if (dr_capturing(s) && now - s->capture.entered >= DR_STEP_MS)
        advance(s);
    if (dr_capturing(s) && dr_now(s) - s->capture.beat >= DR_HEARTBEAT_MS) {
        s->capture.beat = dr_now(s);
        dr_event(s, DR_EV_STATE, s->state);
    }
    return s->lost ? -1 : 0;
}
