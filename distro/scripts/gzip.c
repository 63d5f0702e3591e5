// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gzip: compress standard input to standard output, with all processors
 *
 *	gzip < linux.tar > linux.tar.gz
 *
 * One member (RFC 1952) without name and time. Every piece of the input is
 * compressed by itself, so the number of processors makes no difference.
 *
 * Exit status: 0, or 1 where something could not be read or written.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "deflate.h"

#define MAX_PIECES	64

/* A piece goes round: read, compressed by whoever is free, written in its turn. */
struct piece {
	uint8_t in[DEFLATE_INPUT];
	uint8_t *out;
	size_t size, compressed;
	enum { FREE, READ, TAKEN, DONE } state;
};

static struct piece *pieces;
static int count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void die(const char *what)
{
	fprintf(stderr, "gzip: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void set_state(struct piece *piece, int state)
{
	pthread_mutex_lock(&lock);
	piece->state = state;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

/* The next piece that is to be compressed, in the order of the input. */
static struct piece *take(void)
{
	static int next;
	struct piece *piece;

	pthread_mutex_lock(&lock);
	while (pieces[next].state != READ)
		pthread_cond_wait(&changed, &lock);
	piece = &pieces[next];
	piece->state = TAKEN;
	next = (next + 1) % count;
	pthread_mutex_unlock(&lock);
	return piece;
}

static void *work(void *unused)
{
	struct deflate *d = deflate_new();
	struct piece *piece;

	if (!d)
		die("memory");
	for (;;) {
		piece = take();
		piece->compressed = deflate(d, piece->in, piece->size, piece->out);
		set_state(piece, DONE);
	}
	return unused;
}

static void start(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t thread;
	int i;

	if (processors < 1)
		processors = 1;
	if (processors > MAX_PIECES / 4)
		processors = MAX_PIECES / 4;
	count = processors * 4;
	pieces = calloc(count, sizeof(*pieces));
	for (i = 0; pieces && i < count; i++) {
		pieces[i].out = malloc(deflate_bound(DEFLATE_INPUT));
		if (!pieces[i].out)
			die("memory");
	}
	if (!pieces)
		die("memory");
	for (i = 0; i < processors; i++) {
		errno = pthread_create(&thread, NULL, work, NULL);
		if (errno)
			die("thread");
	}
}

/* ---- Checksum -------------------------------------------------------- */

static uint32_t table[8][256];

static void make_table(void)
{
	uint32_t i, j, crc;

	for (i = 0; i < 256; i++) {
		for (crc = i, j = 0; j < 8; j++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
		table[0][i] = crc;
	}
	for (i = 0; i < 256; i++)
		for (j = 1; j < 8; j++)
			table[j][i] = table[j - 1][i] >> 8 ^ table[0][table[j - 1][i] & 255];
}

static uint32_t crc32(uint32_t crc, const uint8_t *in, size_t size)
{
	for (crc = ~crc; size >= 8; in += 8, size -= 8)
		crc = table[7][(crc ^ in[0]) & 255] ^ table[6][(crc >> 8 ^ in[1]) & 255] ^
		      table[5][(crc >> 16 ^ in[2]) & 255] ^ table[4][crc >> 24 ^ in[3]] ^
		      table[3][in[4]] ^ table[2][in[5]] ^ table[1][in[6]] ^ table[0][in[7]];
	while (size--)
		crc = crc >> 8 ^ table[0][(crc ^ *in++) & 255];
	return ~crc;
}

/* ---- Streams --------------------------------------------------------- */

static void write_out(const void *from, size_t size)
{
	if (fwrite(from, 1, size, stdout) != size)
		die("standard output");
}

static void write32(uint32_t value)
{
	uint8_t bytes[] = { value, value >> 8, value >> 16, value >> 24 };

	write_out(bytes, 4);
}

/* Wait for a piece, and write what it holds. */
static void finish(struct piece *piece)
{
	pthread_mutex_lock(&lock);
	while (piece->state == READ || piece->state == TAKEN)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	if (piece->state == DONE)
		write_out(piece->out, piece->compressed);
	piece->state = FREE;
}

int main(void)
{
	struct piece *piece;
	uint32_t crc = 0, size = 0;
	int i, turn = 0;

#ifdef F_SETPIPE_SZ
	/* git writes 10 KiB at once, and would be stopped by a pipe of 64 soon */
	fcntl(STDIN_FILENO, F_SETPIPE_SZ, 1 << 20);
#endif
	make_table();
	start();
	/* Deflate, no flags, no time, the quickest way, a file of Unix */
	write_out("\x1f\x8b\x08\0\0\0\0\0\4\3", 10);
	for (;;) {
		piece = &pieces[turn];
		finish(piece);
		piece->size = fread(piece->in, 1, DEFLATE_INPUT, stdin);
		if (!piece->size)
			break;
		crc = crc32(crc, piece->in, piece->size);
		size += piece->size;
		set_state(piece, READ);
		turn = (turn + 1) % count;
	}
	if (ferror(stdin))
		die("standard input");
	for (i = 1; i < count; i++)
		finish(&pieces[(turn + i) % count]);
	write_out("\3\0", 2);	/* the last block, with nothing in it */
	write32(crc);
	write32(size);
	if (fclose(stdout))
		die("standard output");
	return 0;
}
