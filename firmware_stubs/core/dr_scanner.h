/* A single-finger scanner that speaks DRSP/1. All its state is the caller's struct.
 *
 *     dr_scanner_init(&scanner, &board, &label, buffer);
 *     for (;;) { dr_scanner_byte(&scanner, byte); ... dr_scanner_step(&scanner); }
 *
 * Not built: parameters, indicators, keys, self-test, log, restart, AUTH, slaps. They are
 * answered with UNSUPPORTED.
 *
 * SPDX-License-Identifier: EUPL-1.2
 */
#ifndef DR_SCANNER_H
#define DR_SCANNER_H

#include "dr_sha256.h"
#include "dr_wire.h"

enum { DR_WIDTH = 400, DR_HEIGHT = 500, DR_PPI = 500, DR_PIXELS = DR_WIDTH * DR_HEIGHT };

/* Everything the board provides. */
struct dr_board {
    void *ctx;
    /* Sends all of data or returns < 0. */
    int (*write)(void *ctx, const uint8_t *data, uint32_t len);
    /* Milliseconds since start; may wrap. */
    uint32_t (*now)(void *ctx);
    /* Whether ISO finger `finger` lies on the platen. */
    bool (*touched)(void *ctx, uint8_t finger);
    /* Fills `pixels` with DR_PIXELS grey levels, row by row from the top, or returns < 0. */
    int (*sense)(void *ctx, uint8_t finger, uint8_t *pixels);
};

/* Who the device says it is; `seed` starts the image numbers of this boot. */
struct dr_label {
    const char *model, *serial, *firmware, *build;
    uint8_t boot_id[8];
    uint16_t seed;
    bool simulated;
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
    uint16_t seq, status;
    uint8_t finger, previews; /* ISO number; previews a second */
    uint32_t timeout, begun, entered, beat;
};

struct dr_image {
    uint8_t *pixels; /* DR_PIXELS, the caller's */
    uint32_t id, since;
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

void dr_scanner_init(struct dr_scanner *s, const struct dr_board *board,
                     const struct dr_label *label, uint8_t pixels[DR_PIXELS]);

/* Takes one byte from the host. Returns < 0 once the board no longer sends. */
int dr_scanner_byte(struct dr_scanner *s, uint8_t byte);

/* Lets time pass; call it at least every 10 ms. Returns < 0 as above. */
int dr_scanner_step(struct dr_scanner *s);

#endif
