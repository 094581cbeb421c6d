/* SPDX-License-Identifier: EUPL-1.2 */
#include "dr_parts.h"

enum { HEAD = 8 };

static uint8_t pixel(const struct dr_scanner *s, uint32_t at)
{
    const uint32_t width = s->image.width / DR_SHRINK, x = at % width, y = at / width;
    return s->image.pixels[y * DR_SHRINK * s->image.width + x * DR_SHRINK];
}

void dr_preview(struct dr_scanner *s)
{
    const uint32_t width = s->image.width / DR_SHRINK, height = s->image.height / DR_SHRINK;
    const uint32_t size = width * height, room = s->max_payload - HEAD;
    dr_put16(s->out, ++s->preview_no);
    dr_put16(s->out + 2, width);
    dr_put16(s->out + 4, height);
    dr_put16(s->out + 6, 0);
    for (uint32_t at = 0, n; at < size; at += n) {
        n = size - at < room ? size - at : room;
        for (uint32_t i = 0; i < n; i++)
            s->out[HEAD + i] = pixel(s, at + i);
        dr_emit(s, (struct dr_frame){.type = DR_EV_PREVIEW,
                                     .seq = s->capture.seq,
                                     .flags = at + n < size ? DR_MORE : 0,
                                     .arg = at,
                                     .payload = s->out,
                                     .length = HEAD + n});
    }
}
