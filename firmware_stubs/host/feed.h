/* What the sensor of the host build sees, told on a pipe (firmware_stubs/README.md).
 *
 * SPDX-License-Identifier: EUPL-1.2
 */
#ifndef DR_FEED_H
#define DR_FEED_H

#include "dr_scanner.h"

enum { DR_FINGERS = 10, DR_HANDS = 2, DR_PLACES = DR_FINGERS + DR_HANDS, DR_FEED_HEAD = 8 };

struct dr_feed {
    uint8_t head[DR_FEED_HEAD];
    uint32_t got; /* bytes of the current message, header included */
    uint16_t lies[DR_PLACES]; /* as the board's look() gives it */
    uint8_t fingers[DR_FINGERS][DR_PIXELS], hands[DR_HANDS][DR_SLAP_PIXELS];
};

/* Where the picture for an order lies, and its size. */
uint32_t dr_feed_place(const struct dr_order *order);
uint8_t *dr_feed_picture(struct dr_feed *feed, uint32_t place, uint32_t *size);

/* Takes what `fd` has. Returns 0 at its end, < 0 on a message no sensor could obey. */
int dr_feed_read(struct dr_feed *feed, int fd);

#endif
