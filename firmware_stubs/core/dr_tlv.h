/* Tag u16, length u16, value: the payload of every message but raw bytes.
 *
 * SPDX-License-Identifier: EUPL-1.2
 */
#ifndef DR_TLV_H
#define DR_TLV_H

#include "dr_wire.h"

enum dr_tag {
    DR_TAG_PROTO = 0x01,
    DR_TAG_MAX_PAYLOAD = 0x02,
    DR_TAG_MODEL = 0x03,
    DR_TAG_SERIAL = 0x04,
    DR_TAG_FIRMWARE = 0x05,
    DR_TAG_BUILD = 0x06,
    DR_TAG_CAPS = 0x07,
    DR_TAG_SENSOR = 0x08,
    DR_TAG_BOOT_ID = 0x09,
    DR_TAG_STATUS = 0x10,
    DR_TAG_COUNTERS = 0x11,
    DR_TAG_CAPTURE = 0x30,
    DR_TAG_IMAGE_INFO = 0x40,
    DR_TAG_SHA256 = 0x42,
    DR_TAG_EXTENT = 0x43,
    DR_TAG_COUNT = 0x50,
};

enum { DR_MAX_TEXT = 32 };

/* Both write one TLV and return the place after it; a text is cut at DR_MAX_TEXT bytes. */
uint8_t *dr_tlv(uint8_t *at, uint16_t tag, const void *value, uint16_t len);
uint8_t *dr_text(uint8_t *at, uint16_t tag, const char *text);

/* Points `value` at the first `tag`. Returns DR_OK, DR_BAD_TLV when the list does not fill the
 * payload exactly, DR_BAD_VALUE when the tag is absent or not `len` bytes long. */
enum dr_status dr_find(const struct dr_frame *frame, uint16_t tag, uint16_t len,
                       const uint8_t **value);

#endif
