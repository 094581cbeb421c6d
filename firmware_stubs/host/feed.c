/* SPDX-License-Identifier: EUPL-1.2 */
#include "feed.h"

#include <string.h>
#include <unistd.h>

enum { LIFT = 0, PRESENT = 1 };

static bool sound(const uint8_t head[DR_FEED_HEAD])
{
    const uint32_t width = dr_get16(head + 2), height = dr_get16(head + 4);
    const bool hand = head[1] > DR_FINGERS;
    const bool lift = head[0] == LIFT && !width && !height && !dr_get16(head + 6);
    const bool present = head[0] == PRESENT && width == (hand ? DR_SLAP_WIDTH : DR_WIDTH) &&
                         height == (hand ? DR_SLAP_HEIGHT : DR_HEIGHT);
    return head[1] >= 1 && head[1] <= DR_PLACES && (lift || present);
}

uint32_t dr_feed_place(const struct dr_order *order)
{
    uint32_t finger = 0;
    if (order->mode != DR_ONE_FINGER)
        return DR_FINGERS + (uint32_t)order->mode - DR_LEFT_FOUR;
    for (uint32_t mask = order->fingers; mask >>= 1;)
        finger++;
    return finger;
}

uint8_t *dr_feed_picture(struct dr_feed *feed, uint32_t place, uint32_t *size)
{
    *size = place < DR_FINGERS ? DR_PIXELS : DR_SLAP_PIXELS;
    return place < DR_FINGERS ? feed->fingers[place] : feed->hands[place - DR_FINGERS];
}

/* Where the next byte of the message goes, and how many may follow it there. */
static uint8_t *next(struct dr_feed *feed, uint32_t *room)
{
    if (feed->got < DR_FEED_HEAD) {
        *room = DR_FEED_HEAD - feed->got;
        return feed->head + feed->got;
    }
    const uint32_t done = feed->got - DR_FEED_HEAD;
    uint8_t *picture = dr_feed_picture(feed, feed->head[1] - 1u, room);
    *room -= done;
    return picture + done;
}

static void lift(struct dr_feed *feed, uint32_t place)
{
    uint32_t size;
    uint8_t *picture = dr_feed_picture(feed, place, &size);
    feed->lies[place] = 0;
    memset(picture, 0, size);
}

int dr_feed_read(struct dr_feed *feed, int fd)
{
    uint32_t room;
    uint8_t *at = next(feed, &room);
    const ssize_t n = read(fd, at, room);
    if (n <= 0)
        return (int)n;
    const uint32_t place = feed->head[1] - 1u;
    const bool in_head = feed->got < DR_FEED_HEAD;
    feed->got += (uint32_t)n;
    if ((uint32_t)n < room)
        return 1;
    if (!in_head) {
        feed->lies[place] = dr_get16(feed->head + 6);
        feed->got = 0;
        return 1;
    }
    if (!sound(feed->head))
        return -1;
    lift(feed, feed->head[1] - 1u);
    if (feed->head[0] == LIFT)
        feed->got = 0;
    return 1;
}
