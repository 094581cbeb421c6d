/* Runs the scanner on stdin and stdout, its sensor fed from a pipe:
 *
 *     scanner FD [single]     FD: an open descriptor with the messages of host/feed.h
 *                             single: a scanner that takes no slaps
 *
 * SPDX-License-Identifier: EUPL-1.2
 */
#include "feed.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MS = 10, CHUNK = 4096 };

static int write_all(void *ctx, const uint8_t *data, uint32_t len)
{
    (void)ctx;
    while (len) {
        const ssize_t n = write(STDOUT_FILENO, data, len);
        if (n < 0)
            return -1;
        data += n;
        len -= (uint32_t)n;
    }
    return 0;
}

static uint32_t now(void *ctx)
{
    (void)ctx;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint32_t)t.tv_sec * 1000u + (uint32_t)(t.tv_nsec / 1000000);
}

static uint16_t look(void *ctx, const struct dr_order *order)
{
    return ((const struct dr_feed *)ctx)->lies[dr_feed_place(order)];
}

static int sense(void *ctx, const struct dr_order *order, uint8_t *pixels)
{
    uint32_t size;
    const uint8_t *picture = dr_feed_picture(ctx, dr_feed_place(order), &size);
    memcpy(pixels, picture, size);
    return 0;
}

static int draw_label(struct dr_label *label, bool slaps)
{
    *label = (struct dr_label){.model = "DRSP reference scanner",
                               .serial = "SIM-C001",
                               .firmware = "0.1.0",
                               .build = "host",
                               .simulated = true,
                               .slaps = slaps};
    FILE *random = fopen("/dev/urandom", "rb");
    if (!random)
        return -1;
    const size_t n = fread(label->boot_id, 1, sizeof label->boot_id, random);
    fclose(random);
    label->seed = dr_get16(label->boot_id);
    return n == sizeof label->boot_id ? 0 : -1;
}

static int hear_host(struct dr_scanner *scanner)
{
    uint8_t bytes[CHUNK];
    const ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    for (ssize_t i = 0; i < n; i++)
        if (dr_scanner_byte(scanner, bytes[i]) < 0)
            return -1;
    return n > 0 ? 0 : -1;
}

/* The sensor first: a finger laid down before a request is seen by it. */
static int turn(struct dr_scanner *scanner, struct dr_feed *feed, int fd)
{
    struct pollfd on[2] = {{.fd = fd, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    if (poll(on, 2, TICK_MS) < 0)
        return -1;
    if (on[0].revents)
        return dr_feed_read(feed, fd) > 0 ? 0 : -1;
    if (on[1].revents && hear_host(scanner) < 0)
        return -1;
    return dr_scanner_step(scanner);
}

int main(int argc, char **argv)
{
    struct dr_board board = {.write = write_all, .now = now, .look = look, .sense = sense};
    struct dr_label label;
    const bool single = argc == 3 && strcmp(argv[2], "single") == 0;
    if ((argc != 2 && !single) || draw_label(&label, !single) < 0)
        return 2;
    static struct dr_feed feed; /* 9 MB: more than a stack holds */
    static struct dr_scanner scanner;
    static uint8_t pixels[DR_SLAP_PIXELS];
    board.ctx = &feed;
    dr_scanner_init(&scanner, &board, &label, pixels);
    while (turn(&scanner, &feed, atoi(argv[1])) == 0)
        ;
    return 0;
}
