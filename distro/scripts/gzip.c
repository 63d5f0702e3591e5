// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gzip: compress standard input to standard output, with all processors
 *
 *	gzip < linux.tar > linux.tar.gz
 *
 * The bytes of a tarball must not depend on which compressor a machine has, and
 * gzip, pigz, igzip and libdeflate each make others. gzip itself is everywhere,
 * but takes longer than all the rest of a source package.
 *
 * One member (RFC 1952) without name and time. Each piece of the input is a block
 * of its own (RFC 1951), so the number of processors makes no difference. A table
 * has the last two places of each string of four bytes; the longer match wins.
 *
 * Exit status: 0, or 1 if something cannot be read or written.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE		(1 << 18)	/* bytes of input */
#define WINDOW		32768
#define MIN_MATCH	4	/* three are hardly worth a distance */
#define MAX_MATCH	258
#define HASH_BITS	14
#define INSERTED	5	/* places of a match: all take a sixth longer for 3 % less */

#define LITERALS	286	/* literals, the end of a block, lengths */
#define END_OF_BLOCK	256
#define DISTANCES	30
#define MAX_BITS	15
#define MATCH		(1u << 31)

struct code {
	uint16_t bits[LITERALS];	/* the first bit of the code is the lowest */
	uint8_t length[LITERALS];
};

/* What a thread works in. */
struct worker {
	const uint8_t *in;
	uint8_t *out;
	uint32_t table[1 << HASH_BITS][2];
	uint32_t tokens[PIECE];		/* a byte, or MATCH | length << 16 | distance - 1 */
	size_t count;
	uint32_t literals[LITERALS], distances[DISTANCES];	/* how many of each */
	struct code literal, distance;
};

static void die(const char *what)
{
	fprintf(stderr, "gzip: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- Matches --------------------------------------------------------- */

/* A length or distance as its code, and the bits that follow the code (3.2.5). */
struct number {
	unsigned int code, bits, count;
};

static inline struct number number_of_length(unsigned int length)
{
	unsigned int less = length - 3, high = less < 8 ? 2 : 31 - __builtin_clz(less);

	if (length == MAX_MATCH)
		return (struct number) { 285, 0, 0 };
	return (struct number) { 257 + 4 * (high - 2) + (less >> (high - 2)),
				 less & ((1 << (high - 2)) - 1), high - 2 };
}

static inline struct number number_of_distance(unsigned int less)
{
	unsigned int high = less < 2 ? 1 : 31 - __builtin_clz(less);

	return (struct number) { 2 * (high - 1) + (less >> (high - 1)),
				 less & ((1 << (high - 1)) - 1), high - 1 };
}

static inline uint32_t load32(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t load64(const uint8_t *p)
{
	return load32(p) | (uint64_t)load32(p + 4) << 32;
}

static inline unsigned int hash(uint32_t bytes)
{
	return bytes * 0x9E3779B1u >> (32 - HASH_BITS);
}

/* How far the bytes at @a and @b, four of which are the same, are the same. */
static inline unsigned int match_length(const uint8_t *a, const uint8_t *b, unsigned int max)
{
	unsigned int len = MIN_MATCH;
	uint64_t differ;

	for (; len + 8 <= max; len += 8) {
		differ = load64(a + len) ^ load64(b + len);
		if (differ)
			return len + __builtin_ctzll(differ) / 8;
	}
	while (len < max && a[len] == b[len])
		len++;
	return len;
}

static inline void insert(struct worker *w, unsigned int h, uint32_t at)
{
	w->table[h][1] = w->table[h][0];
	w->table[h][0] = at;
}

/* The longest match of @at, as its token; 0 where there is none. */
static inline uint32_t find_match(struct worker *w, uint32_t at, uint32_t size)
{
	unsigned int max = size - at < MAX_MATCH ? size - at : MAX_MATCH;
	const uint8_t *in = w->in;
	uint32_t bytes = load32(in + at), before, best = 0, found = 0;
	unsigned int h = hash(bytes), i, len;

	for (i = 0; i < 2; i++) {
		before = w->table[h][i];
		/* A place that was never set is 0, and 0 itself has none before it */
		if (at - before - 1 >= WINDOW || load32(in + before) != bytes)
			continue;
		if (best && (best == max || in[before + best] != in[at + best]))
			continue;
		len = match_length(in + before, in + at, max);
		if (len > best) {
			best = len;
			found = MATCH | len << 16 | (at - before - 1);
		}
	}
	insert(w, h, at);
	return found;
}

static inline void add_literal(struct worker *w, uint8_t byte)
{
	w->tokens[w->count++] = byte;
	w->literals[byte]++;
}

/* Fill in @w->tokens and how often each code is needed. */
static void find_tokens(struct worker *w, uint32_t size)
{
	uint32_t at = 0, token, stop, end;

	memset(w->table, 0, sizeof(w->table));
	memset(w->literals, 0, sizeof(w->literals));
	memset(w->distances, 0, sizeof(w->distances));
	w->count = 0;
	while (at + MIN_MATCH <= size) {
		token = find_match(w, at, size);
		if (!token) {
			add_literal(w, w->in[at++]);
			continue;
		}
		w->tokens[w->count++] = token;
		end = at + (token >> 16 & 0x1ff);
		w->literals[number_of_length(end - at).code]++;
		w->distances[number_of_distance(token & 0xffff).code]++;
		stop = end - at > INSERTED ? at + INSERTED : end;
		while (++at < stop)
			if (at + MIN_MATCH <= size)
				insert(w, hash(load32(w->in + at)), at);
		at = end;
	}
	while (at < size)
		add_literal(w, w->in[at++]);
	w->literals[END_OF_BLOCK] = 1;
}

/* ---- Huffman codes --------------------------------------------------- */

struct leaf {
	uint32_t weight;
	uint16_t symbol;
};

static int by_weight(const void *a, const void *b)
{
	const struct leaf *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? -1 : 1;
	return x->symbol - y->symbol;
}

/*
 * How long the code of each leaf is, of @n leaves from light to heavy. The two
 * lightest nodes are joined until one is left: leaves and joined ones both come
 * in the order of their weights, so the lightest is the first of either.
 */
static void code_lengths(const struct leaf *leaves, int n, uint8_t *lengths)
{
	uint32_t weight[2 * LITERALS];
	int parent[2 * LITERALS], depth[2 * LITERALS];
	int leaf = 0, joined = n, next, i, child;

	for (i = 0; i < n; i++)
		weight[i] = leaves[i].weight;
	for (next = n; next < 2 * n - 1; next++) {
		weight[next] = 0;
		for (i = 0; i < 2; i++) {
			if (leaf < n && (joined == next || weight[leaf] <= weight[joined]))
				child = leaf++;
			else
				child = joined++;
			weight[next] += weight[child];
			parent[child] = next;
		}
	}
	depth[2 * n - 2] = 0;
	for (i = 2 * n - 3; i >= 0; i--) {
		depth[i] = depth[parent[i]] + 1;
		if (i < n)
			lengths[i] = depth[i] < MAX_BITS ? depth[i] : MAX_BITS;
	}
}

/* Codes cut to MAX_BITS are too many: make some of the others longer until all fit. */
static void make_room(uint8_t *lengths, int n)
{
	int32_t used = 0;	/* of 1 << MAX_BITS */
	int i;

	for (i = 0; i < n; i++)
		used += 1 << (MAX_BITS - lengths[i]);
	for (i = 0; used > 1 << MAX_BITS; i = i + 1 < n ? i + 1 : 0)
		if (lengths[i] < MAX_BITS)
			used -= 1 << (MAX_BITS - ++lengths[i]);
	/* What that has left over goes to the most frequent */
	for (i = n - 1; i >= 0; i--)
		while (lengths[i] > 1 && used + (1 << (MAX_BITS - lengths[i])) <= 1 << MAX_BITS)
			used += 1 << (MAX_BITS - lengths[i]--);
}

/* The codes of each length count up from the lowest symbol, shorter ones first (3.2.2). */
static void number_codes(struct code *code, int symbols)
{
	unsigned int count[MAX_BITS + 1] = { 0 }, next[MAX_BITS + 1] = { 0 }, bits, i;
	int s;

	for (s = 0; s < symbols; s++)
		count[code->length[s]]++;
	count[0] = 0;
	for (i = 1; i <= MAX_BITS; i++)
		next[i] = (next[i - 1] + count[i - 1]) << 1;
	for (s = 0; s < symbols; s++) {
		bits = next[code->length[s]]++;
		code->bits[s] = 0;
		for (i = 0; i < code->length[s]; i++)
			code->bits[s] |= (bits >> i & 1) << (code->length[s] - 1 - i);
	}
}

static void make_code(struct code *code, const uint32_t *weights, int symbols)
{
	struct leaf leaves[LITERALS];
	uint8_t lengths[LITERALS];
	int n = 0, s;

	/* Not every reader takes fewer than two codes */
	for (s = 0; s < symbols; s++)
		if (weights[s] || s < 2)
			leaves[n++] = (struct leaf){ weights[s] ? weights[s] : 1, s };
	qsort(leaves, n, sizeof(*leaves), by_weight);
	code_lengths(leaves, n, lengths);
	make_room(lengths, n);
	memset(code->length, 0, sizeof(code->length));
	for (s = 0; s < n; s++)
		code->length[leaves[s].symbol] = lengths[s];
	number_codes(code, symbols);
}

/* ---- Bits ------------------------------------------------------------ */

struct out {
	uint8_t *at;
	uint64_t bits;		/* the next ones, lowest first */
	unsigned int count;
};

static inline void put(struct out *out, unsigned int bits, unsigned int count)
{
	out->bits |= (uint64_t)bits << out->count;
	out->count += count;
}

/* Room for 57 bits more. Up to 8 bytes are written ahead. */
static inline void flush(struct out *out)
{
	int i;

	/* Unrolled, it becomes one store */
#pragma GCC unroll 8
	for (i = 0; i < 8; i++)
		out->at[i] = out->bits >> 8 * i;
	out->at += out->count / 8;
	out->bits >>= out->count & ~7u;
	out->count &= 7;
}

/* The lengths of both codes. Each is said in 4 bits: a code of it is hardly shorter. */
static void put_codes(struct out *out, const struct worker *w)
{
	int i;

	put(out, LITERALS - 257, 5);
	put(out, DISTANCES - 1, 5);
	put(out, 19 - 4, 4);
	/* 16, 17 and 18, which repeat, are not used; 0 to 15 follow */
	for (i = 0; i < 19; i++) {
		put(out, i < 3 ? 0 : 4, 3);
		flush(out);
	}
	for (i = 0; i < LITERALS + DISTANCES; i++) {
		unsigned int n = i < LITERALS ? w->literal.length[i] : w->distance.length[i - LITERALS];

		/* The code of n is n, its highest bit first */
		put(out, (n & 1) << 3 | (n & 2) << 1 | (n & 4) >> 1 | n >> 3, 4);
		flush(out);
	}
}

static inline void put_number(struct out *out, const struct code *code, struct number number)
{
	put(out, code->bits[number.code], code->length[number.code]);
	put(out, number.bits, number.count);
}

static void put_tokens(struct out *out, const struct worker *w)
{
	size_t i;

	for (i = 0; i < w->count; i++) {
		uint32_t token = w->tokens[i];

		/* At most 15 + 5 + 15 + 13 bits */
		if (token & MATCH) {
			put_number(out, &w->literal, number_of_length(token >> 16 & 0x1ff));
			put_number(out, &w->distance, number_of_distance(token & 0xffff));
		} else {
			put(out, w->literal.bits[token], w->literal.length[token]);
		}
		flush(out);
	}
	put(out, w->literal.bits[END_OF_BLOCK], w->literal.length[END_OF_BLOCK]);
	flush(out);
}

/* Compress @size bytes into whole bytes of a stream that goes on; return how many. */
static size_t compress(struct worker *w, size_t size)
{
	struct out to = { .at = w->out };

	find_tokens(w, size);
	make_code(&w->literal, w->literals, LITERALS);
	make_code(&w->distance, w->distances, DISTANCES);
	put(&to, 0, 1);		/* not the last block */
	put(&to, 2, 2);		/* with codes of its own */
	put_codes(&to, w);
	put_tokens(&to, w);
	/* A stored block of nothing ends with a whole byte */
	put(&to, 0, 3);
	flush(&to);
	to.at += to.count > 0;
	memcpy(to.at, "\0\0\377\377", 4);
	return to.at + 4 - w->out;
}

/* ---- Streams --------------------------------------------------------- */

static uint32_t crc_table[8][256];

static void make_crc_table(void)
{
	uint32_t i, j;

	for (i = 0; i < 256; i++) {
		crc_table[0][i] = i;
		for (j = 0; j < 8; j++)
			crc_table[0][i] = crc_table[0][i] >> 1 ^
					  (crc_table[0][i] & 1 ? 0xEDB88320u : 0);
	}
	for (j = 1; j < 8; j++)
		for (i = 0; i < 256; i++)
			crc_table[j][i] = crc_table[j - 1][i] >> 8 ^
					  crc_table[0][crc_table[j - 1][i] & 255];
}

static uint32_t crc32(uint32_t crc, const uint8_t *in, size_t size)
{
	int i;

	for (crc = ~crc; size >= 8; in += 8, size -= 8) {
		uint32_t low = crc ^ load32(in), high = load32(in + 4);

		crc = 0;
#pragma GCC unroll 4
		for (i = 0; i < 4; i++)
			crc ^= crc_table[7 - i][low >> 8 * i & 255] ^
			       crc_table[3 - i][high >> 8 * i & 255];
	}
	while (size--)
		crc = crc >> 8 ^ crc_table[0][(crc ^ *in++) & 255];
	return ~crc;
}

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

/* ---- Pieces ---------------------------------------------------------- */

/*
 * Pieces go round in a ring. main() reads and writes them in turn, and is always some
 * pieces ahead, so that git need not wait until a thread has time.
 */
static struct piece {
	uint8_t in[PIECE];
	uint8_t out[2 * PIECE + 512];		/* no code is longer than 15 bits */
	size_t size;				/* of in, then of out */
	enum { FREE, READ, TAKEN, COMPRESSED } state;
} *pieces;
static int count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void set_state(struct piece *piece, int state)
{
	pthread_mutex_lock(&lock);
	piece->state = state;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static void *work(void *unused)
{
	static int next;
	struct worker *w = malloc(sizeof(*w));
	struct piece *piece;

	if (!w)
		die("memory");
	for (;;) {
		pthread_mutex_lock(&lock);
		while (pieces[next].state != READ)
			pthread_cond_wait(&changed, &lock);
		piece = &pieces[next];
		piece->state = TAKEN;
		next = (next + 1) % count;
		pthread_mutex_unlock(&lock);
		w->in = piece->in;
		w->out = piece->out;
		piece->size = compress(w, piece->size);
		set_state(piece, COMPRESSED);
	}
	return unused;
}

static void start_threads(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int i, threads = processors < 1 ? 1 : processors > 16 ? 16 : processors;
	pthread_t thread;

	count = 4 * threads;
	pieces = calloc(count, sizeof(*pieces));
	if (!pieces)
		die("memory");
	for (i = 0; i < threads; i++) {
		errno = pthread_create(&thread, NULL, work, NULL);
		if (errno)
			die("thread");
	}
}

/* Wait for a piece, and write what it holds. */
static void write_piece(struct piece *piece)
{
	pthread_mutex_lock(&lock);
	while (piece->state == READ || piece->state == TAKEN)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	if (piece->state == COMPRESSED)
		write_out(piece->out, piece->size);
	piece->state = FREE;
}

int main(void)
{
	uint32_t crc = 0, total = 0;
	struct piece *piece;
	int i, turn = 0;

#ifdef F_SETPIPE_SZ
	/* git writes 10 KiB at once, and would be stopped by a pipe of 64 soon */
	fcntl(STDIN_FILENO, F_SETPIPE_SZ, 1 << 20);
#endif
	make_crc_table();
	start_threads();
	/* Deflate, no flags, no time, the quickest way, a file of Unix */
	write_out("\x1f\x8b\x08\0\0\0\0\0\4\3", 10);
	for (;; turn = (turn + 1) % count) {
		piece = &pieces[turn];
		write_piece(piece);
		piece->size = fread(piece->in, 1, PIECE, stdin);
		if (!piece->size)
			break;
		crc = crc32(crc, piece->in, piece->size);
		total += piece->size;
		set_state(piece, READ);
	}
	if (ferror(stdin))
		die("standard input");
	for (i = 1; i < count; i++)
		write_piece(&pieces[(turn + i) % count]);
	write_out("\3\0", 2);	/* the last block, with nothing in it */
	write32(crc);
	write32(total);
	if (fclose(stdout))
		die("standard output");
	return 0;
}
