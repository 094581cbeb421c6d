/* SHA-256 (FIPS 180-4) of messages below 512 MB.
 *
 * SPDX-License-Identifier: EUPL-1.2
 */
#ifndef DR_SHA256_H
#define DR_SHA256_H

#include <stdint.h>

enum { DR_DIGEST = 32 };

void dr_sha256(const uint8_t *data, uint32_t len, uint8_t digest[DR_DIGEST]);

#endif
