/* What the sources of the scanner share; no business of the board.
 *
 * SPDX-License-Identifier: EUPL-1.2
 */
#ifndef DR_PARTS_H
#define DR_PARTS_H

#include "dr_scanner.h"
#include "dr_tlv.h"

#include <stddef.h>

enum dr_guide {
    DR_PLACE = 1,
    DR_LIFT = 2,
    DR_HOLD = 3,
    DR_SPREAD = 11,
    DR_CLEAN = 14,
    DR_OTHER_HAND = 15,
};
enum dr_verdict { DR_COUNT_OK, DR_TOO_FEW, DR_TOO_MANY, DR_NONE };
enum {
    DR_HOLD_MS = 120000,
    DR_HEARTBEAT_MS = 1000,
    DR_STEP_MS = 40,
    DR_MAX_WINDOW = 262144,
    DR_SHRINK = 4, /* one preview pixel for 4 x 4 of the image */
};

/* dr_scanner.c: a frame with the label's flag; the answer to a request. */
void dr_emit(struct dr_scanner *s, struct dr_frame frame);
void dr_reply(struct dr_scanner *s, const struct dr_frame *in, enum dr_status status,
              uint32_t arg, uint32_t length);

/* dr_session.c */
void dr_on_hello(struct dr_scanner *s, const struct dr_frame *in);
void dr_on_status(struct dr_scanner *s, const struct dr_frame *in);

/* dr_capture.c; dr_hand: the fingers that `mode` can take, 0 for a mode not built. */
uint16_t dr_hand(uint32_t mode);
void dr_on_capture_start(struct dr_scanner *s, const struct dr_frame *in);
void dr_on_capture_cancel(struct dr_scanner *s, const struct dr_frame *in);

/* dr_steps.c: tell the host; change state and tell the host. */
void dr_event(struct dr_scanner *s, uint8_t type, uint32_t arg);
void dr_enter(struct dr_scanner *s, enum dr_state state);

/* dr_count.c: whether the fingers of the order lie there and no others; tells the host at each
 * change, with what to do about it. */
bool dr_fingers_lie(struct dr_scanner *s);

/* dr_preview.c: one small picture of what the sensor sees. */
void dr_preview(struct dr_scanner *s);

/* dr_image.c: expect sets the size of a mode; describe fills s->out and returns its length;
 * forget wipes. */
void dr_image_expect(struct dr_scanner *s, enum dr_mode mode);
void dr_on_image_get(struct dr_scanner *s, const struct dr_frame *in);
void dr_on_image_info(struct dr_scanner *s, const struct dr_frame *in);
void dr_on_image_release(struct dr_scanner *s, const struct dr_frame *in);
uint32_t dr_image_describe(struct dr_scanner *s);
void dr_image_forget(struct dr_scanner *s);

static inline uint32_t dr_now(const struct dr_scanner *s)
{
    return s->board->now(s->board->ctx);
}

static inline bool dr_capturing(const struct dr_scanner *s)
{
    return s->state >= DR_WAIT_CLEAR && s->state <= DR_SETTLING;
}

#endif
