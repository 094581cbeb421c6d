/* SPDX-License-Identifier: EUPL-1.2 */
#include "dr_parts.h"

/* volatile: a compiler may not leave the wiping out */
static void wipe(uint8_t *data, uint32_t len)
{
    volatile uint8_t *p = data;
    while (len--)
        *p++ = 0;
}

/* Also what still lies in the buffers that pictures passed through. */
void dr_image_forget(struct dr_scanner *s)
{
    wipe(s->image.pixels, s->image.bytes);
    wipe(s->image.digest, DR_DIGEST);
    wipe(s->out, sizeof s->out);
    wipe(s->wire, sizeof s->wire);
}

void dr_image_expect(struct dr_scanner *s, enum dr_mode mode)
{
    const bool one = mode == DR_ONE_FINGER;
    s->image.mode = mode;
    s->image.width = one ? DR_WIDTH : DR_SLAP_WIDTH;
    s->image.height = one ? DR_HEIGHT : DR_SLAP_HEIGHT;
    s->image.bytes = one ? DR_PIXELS : DR_SLAP_PIXELS;
}

uint32_t dr_image_describe(struct dr_scanner *s)
{
    uint8_t info[16];
    dr_put32(info, s->image.id);
    dr_put16(info + 4, s->image.width);
    dr_put16(info + 6, s->image.height);
    dr_put16(info + 8, DR_PPI);
    info[10] = 8;
    info[11] = (uint8_t)s->image.mode;
    dr_put32(info + 12, s->image.bytes);
    uint8_t *at = dr_tlv(s->out, DR_TAG_IMAGE_INFO, info, sizeof info);
    at = dr_tlv(at, DR_TAG_SHA256, s->image.digest, DR_DIGEST);
    return (uint32_t)(at - s->out);
}

static bool holds(const struct dr_scanner *s, uint32_t id)
{
    return s->state == DR_ACQUIRED && id == s->image.id;
}

static void send_range(struct dr_scanner *s, uint16_t seq, uint32_t offset, uint32_t length)
{
    for (uint32_t done = 0, n; done < length && !s->lost; done += n) {
        n = length - done < s->max_payload ? length - done : s->max_payload;
        dr_emit(s, (struct dr_frame){.type = DR_IMAGE_DATA,
                                     .seq = seq,
                                     .flags = DR_MORE,
                                     .arg = offset + done,
                                     .payload = s->image.pixels + offset + done,
                                     .length = n});
    }
}

void dr_on_image_get(struct dr_scanner *s, const struct dr_frame *in)
{
    const uint8_t *extent = NULL;
    enum dr_status status = dr_find(in, DR_TAG_EXTENT, 12, &extent);
    uint32_t offset = 0, length = 0;
    if (status == DR_OK) {
        offset = dr_get32(extent + 4);
        length = dr_get32(extent + 8);
        if (!holds(s, dr_get32(extent)))
            status = DR_INVALID_ID;
        else if (!length || length > DR_MAX_WINDOW || offset > s->image.bytes ||
                 length > s->image.bytes - offset)
            status = DR_BAD_VALUE;
    }
    if (status == DR_OK)
        send_range(s, in->seq, offset, length);
    dr_reply(s, in, status, status == DR_OK ? length : 0, 0);
}

void dr_on_image_info(struct dr_scanner *s, const struct dr_frame *in)
{
    const bool known = holds(s, in->arg);
    dr_reply(s, in, known ? DR_OK : DR_INVALID_ID, in->arg, known ? dr_image_describe(s) : 0);
}

void dr_on_image_release(struct dr_scanner *s, const struct dr_frame *in)
{
    enum dr_status status = DR_OK; /* also when it is already gone */
    if (s->state == DR_ACQUIRED && in->arg != s->image.id)
        status = DR_INVALID_ID;
    else if (dr_capturing(s))
        status = DR_WRONG_STATE;
    if (status == DR_OK) {
        dr_image_forget(s);
        s->state = DR_IDLE;
    }
    dr_reply(s, in, status, 0, 0);
}
