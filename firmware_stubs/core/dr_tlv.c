/* SPDX-License-Identifier: EUPL-1.2 */
#include "dr_tlv.h"

#include <string.h>

uint8_t *dr_tlv(uint8_t *at, uint16_t tag, const void *value, uint16_t len)
{
    dr_put16(at, tag);
    dr_put16(at + 2, len);
    memcpy(at + 4, value, len);
    return at + 4 + len;
}

uint8_t *dr_text(uint8_t *at, uint16_t tag, const char *text)
{
    const size_t len = strlen(text);
    return dr_tlv(at, tag, text, (uint16_t)(len < DR_MAX_TEXT ? len : DR_MAX_TEXT));
}

enum dr_status dr_find(const struct dr_frame *frame, uint16_t tag, uint16_t len,
                       const uint8_t **value)
{
    const uint8_t *found = NULL;
    uint32_t at = 0, found_len = 0;
    for (uint32_t count = 0; at < frame->length; count++) {
        if (count == DR_MAX_TLVS || frame->length - at < 4)
            return DR_BAD_TLV;
        const uint16_t this_tag = dr_get16(frame->payload + at);
        const uint32_t this_len = dr_get16(frame->payload + at + 2);
        at += 4;
        if (this_len > frame->length - at)
            return DR_BAD_TLV;
        if (this_tag == tag && !found) {
            found = frame->payload + at;
            found_len = this_len;
        }
        at += this_len;
    }
    if (!found || found_len != len)
        return DR_BAD_VALUE;
    *value = found;
    return DR_OK;
}
