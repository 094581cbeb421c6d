/* A scanner of single fingers and slaps that speaks DRSP/1. All its state is the caller's struct.
 *
 *     dr_scanner_init(&scanner, &board, &label, buffer);
 *     for (;;) { dr_scanner_byte(&scanner, byte); ... dr_scanner_step(&scanner); }
 *
 * Not built: parameters, indicators, keys, self-test, log, restart, AUTH, two thumbs, rolled
 * fingers. They are answered with UNSUPPORTED.
 *
 * SPDX-License-Identifier: EUPL-1.2
 */
#ifndef DR_SCANNER_H
#define DR_SCANNER_H

#include "dr_sha256.h"
#include "dr_wire.h"

enum { DR_WIDTH = 400, DR_HEIGHT = 500, DR_PPI = 500, DR_PIXELS = DR_WIDTH * DR_HEIGHT };
enum { DR_SLAP_WIDTH = 1600, DR_SLAP_HEIGHT = 1500 };
enum { DR_SLAP_PIXELS = DR_SLAP_WIDTH * DR_SLAP_HEIGHT, DR_RESIDUE = 0x8000 };

enum dr_mode { DR_LEFT_FOUR = 1, DR_RIGHT_FOUR = 2, DR_ONE_FINGER = 4 };

/* What the host asked for: the fingers that have to lie there, bit n-1 for ISO finger n. */
struct dr_order {
    enum dr_mode mode;
    uint16_t fingers;
};

/* Everything the board provides. */
struct dr_board {
    void *ctx;
    /* Sends all of data or returns < 0. */
    int (*write)(void *ctx, const uint8_t *data, uint32_t len);
    /* Milliseconds since start; may wrap. */
    uint32_t (*now)(void *ctx);
    /* The fingers on the platen, as in dr_order and as far as the board can tell them apart: of
     * the right number in any case. DR_RESIDUE beside them when the glass has to be cleaned. */
    uint16_t (*look)(void *ctx, const struct dr_order *order);
    /* Fills `pixels` with the grey levels of a finger (DR_PIXELS) or a slap (DR_SLAP_PIXELS), row
     * by row from the top, or returns < 0. */
    int (*sense)(void *ctx, const struct dr_order *order, uint8_t *pixels);
};

/* Who the device says it is; `seed` starts the image numbers of this boot. */
struct dr_label {
    const char *model, *serial, *firmware, *build;
    uint8_t boot_id[8];
    uint16_t seed;
    bool simulated, slaps; /* slaps: it takes four fingers at once, too */
};

enum dr_state {
    DR_BOOT,
    DR_IDLE,
    DR_WAIT_CLEAR,
    DR_WAIT_FINGERS,
    DR_SETTLING,
    DR_ACQUIRED,
};

struct dr_capture {
    struct dr_order order;
    uint16_t seq, status, lies; /* lies: the fingers the host was last told of */
    uint8_t previews;           /* a second */
    bool dirty;                 /* the host knows that the glass is */
    uint32_t timeout, begun, entered, beat;
};

struct dr_image {
    uint8_t *pixels; /* the caller's */
    enum dr_mode mode;
    uint16_t width, height;
    uint32_t id, since, bytes;
    uint8_t digest[DR_DIGEST];
};

/* The last request and its reply, so that a repeat is answered and not executed. */
struct dr_last {
    bool valid;
    uint32_t crc, arg, length;
    uint16_t seq, status;
    uint8_t type, payload[DR_FIRST_PAYLOAD];
};

struct dr_counters {
    uint32_t good, bad, captures, cancelled, faults, starts;
};

struct dr_scanner {
    const struct dr_board *board;
    const struct dr_label *label;
    struct dr_rx rx;
    struct dr_capture capture;
    struct dr_image image;
    struct dr_last last;
    struct dr_counters counters;
    enum dr_state state;
    uint32_t max_payload;
    uint16_t preview_no;
    bool session, lost; /* lost: the board no longer takes what we send */
    uint8_t rx_buf[DR_MAX_BODY], out[DR_MAX_PAYLOAD], wire[DR_MAX_ENCODED];
};

/* `pixels` holds DR_SLAP_PIXELS bytes when the label says slaps, else DR_PIXELS. */
void dr_scanner_init(struct dr_scanner *s, const struct dr_board *board,
                     const struct dr_label *label, uint8_t *pixels);

/* Takes one byte from the host. Returns < 0 once the board no longer sends. */
int dr_scanner_byte(struct dr_scanner *s, uint8_t byte);

/* Lets time pass; call it at least every 10 ms. Returns < 0 as above. */
int dr_scanner_step(struct dr_scanner *s);

#endif
