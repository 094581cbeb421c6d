/* SPDX-License-Identifier: EUPL-1.2 */
#include "dr_parts.h"

static uint8_t count(uint32_t mask)
{
    uint8_t n = 0;
    for (; mask; mask &= mask - 1)
        n++;
    return n;
}

static enum dr_verdict judge(uint8_t seen, uint8_t expected)
{
    if (!seen)
        return DR_NONE;
    if (seen == expected)
        return DR_COUNT_OK;
    return seen < expected ? DR_TOO_FEW : DR_TOO_MANY;
}

static void tell(struct dr_scanner *s, uint8_t seen, uint8_t expected, enum dr_verdict verdict)
{
    const uint8_t block[4] = {seen, expected, (uint8_t)verdict, 0};
    const uint8_t *end = dr_tlv(s->out, DR_TAG_COUNT, block, sizeof block);
    dr_emit(s, (struct dr_frame){.type = DR_EV_COUNT,
                                 .seq = s->capture.seq,
                                 .payload = s->out,
                                 .length = (uint32_t)(end - s->out)});
}

/* What the applicant should do about fingers that are not the ones asked for; 0 for nothing.
 * Fingers that touch are counted as one: too few are spread first. */
static enum dr_guide remedy(const struct dr_order *order, uint16_t lies, enum dr_verdict verdict)
{
    static const enum dr_guide of_count[] = {
        [DR_TOO_FEW] = DR_SPREAD, [DR_TOO_MANY] = DR_LIFT, [DR_NONE] = DR_PLACE};
    if (lies && !(lies & dr_hand(order->mode)))
        return DR_OTHER_HAND;
    return of_count[verdict];
}

bool dr_fingers_lie(struct dr_scanner *s)
{
    const struct dr_order *order = &s->capture.order;
    const uint16_t seen = s->board->look(s->board->ctx, order);
    const uint16_t lies = (uint16_t)(seen & ~(uint32_t)DR_RESIDUE);
    if (lies == s->capture.lies)
        return false; /* nothing that the host does not know */
    s->capture.lies = lies;
    const enum dr_verdict verdict = judge(count(lies), count(order->fingers));
    tell(s, count(lies), count(order->fingers), verdict);
    const enum dr_guide guide = remedy(order, lies, verdict);
    if (guide)
        dr_event(s, DR_EV_GUIDE, guide);
    return !guide;
}
