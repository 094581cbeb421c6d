/* What the sensor of the host build sees, told on a pipe (firmware_stubs/README.md).
 *
 * SPDX-License-Identifier: EUPL-1.2
 */
#ifndef DR_FEED_H
#define DR_FEED_H

#include "dr_scanner.h"

enum { DR_FINGERS = 10, DR_FEED_HEAD = 6 };

struct dr_feed {
    uint8_t head[DR_FEED_HEAD];
    uint32_t got; /* bytes of the current message, header included */
    bool down[DR_FINGERS];
    uint8_t pixels[DR_FINGERS][DR_PIXELS];
};

/* Takes what `fd` has. Returns 0 at its end, < 0 on a message no sensor could obey. */
int dr_feed_read(struct dr_feed *feed, int fd);

#endif
