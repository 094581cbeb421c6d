/* SPDX-License-Identifier: EUPL-1.2 */
#include "feed.h"

#include <string.h>
#include <unistd.h>

enum { LIFT = 0, PRESENT = 1 };

static bool sound(const uint8_t head[DR_FEED_HEAD])
{
    const bool lift = head[0] == LIFT && !dr_get16(head + 2) && !dr_get16(head + 4);
    const bool present = head[0] == PRESENT && dr_get16(head + 2) == DR_WIDTH &&
                         dr_get16(head + 4) == DR_HEIGHT;
    return head[1] >= 1 && head[1] <= DR_FINGERS && (lift || present);
}

/* Where the next byte of the message goes, and how many may follow it there. */
static uint8_t *place(struct dr_feed *feed, uint32_t *room)
{
    if (feed->got < DR_FEED_HEAD) {
        *room = DR_FEED_HEAD - feed->got;
        return feed->head + feed->got;
    }
    const uint32_t done = feed->got - DR_FEED_HEAD;
    *room = DR_PIXELS - done;
    return feed->pixels[feed->head[1] - 1] + done;
}

static void lift(struct dr_feed *feed, uint32_t finger)
{
    feed->down[finger] = false;
    memset(feed->pixels[finger], 0, DR_PIXELS);
}

int dr_feed_read(struct dr_feed *feed, int fd)
{
    uint32_t room;
    uint8_t *at = place(feed, &room);
    const ssize_t n = read(fd, at, room);
    if (n <= 0)
        return (int)n;
    feed->got += (uint32_t)n;
    if (feed->got == DR_FEED_HEAD) {
        if (!sound(feed->head))
            return -1;
        lift(feed, feed->head[1] - 1u);
        if (feed->head[0] == LIFT)
            feed->got = 0;
    } else if (feed->got == DR_FEED_HEAD + DR_PIXELS) {
        feed->down[feed->head[1] - 1] = true;
        feed->got = 0;
    }
    return 1;
}
