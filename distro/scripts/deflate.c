// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * deflate: a quick compressor (RFC 1951) that makes the same of the same input
 *
 * The bytes of a tarball must not depend on which compressor a machine has, and
 * gzip, pigz, igzip and libdeflate each make others. gzip itself is everywhere,
 * but takes longer than all the rest of a source package.
 *
 * Every string of four bytes is looked up in a table that knows the last two
 * places of each; the longer match wins. A block has Huffman codes of its own.
 * Everything is done in the order of bytes, so that no machine makes others.
 */
#include <stdlib.h>
#include <string.h>

#include "deflate.h"

#define WINDOW		32768
#define MIN_MATCH	4	/* three are hardly worth a distance */
#define MAX_MATCH	258
#define HASH_BITS	14
#define INSERTED	5	/* places of a match: all take a sixth longer for 3 % less */

#define LITERALS	286	/* literals, the end of a block, lengths */
#define END_OF_BLOCK	256
#define DISTANCES	30
#define MAX_BITS	15

struct code {
	uint16_t bits[LITERALS];	/* the first bit of the code is the lowest */
	uint8_t length[LITERALS];
};

struct deflate {
	uint32_t table[1 << HASH_BITS][2];
	uint32_t tokens[DEFLATE_INPUT];		/* a byte, or MATCH | length << 16 | distance - 1 */
	size_t count;
	uint32_t literals[LITERALS], distances[DISTANCES];	/* how many of each */
	struct code literal, distance;
	uint8_t length_code[MAX_MATCH + 1];	/* 257 is to be added */
	uint8_t distance_code[512];		/* of distance - 1 below 256, and above by 128s */
};

#define MATCH		(1u << 31)

static const uint16_t length_base[] = {
	3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115,
	131, 163, 195, 227, 258
};
static const uint8_t length_extra[] = {
	0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
};
static const uint16_t distance_base[] = {
	1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
	2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577
};

static inline unsigned int distance_extra(unsigned int code)
{
	return code < 2 ? 0 : code / 2 - 1;
}

struct deflate *deflate_new(void)
{
	struct deflate *d = malloc(sizeof(*d));
	unsigned int code, i;

	if (!d)
		return NULL;
	for (code = 0; code < 29; code++)
		for (i = length_base[code]; i <= MAX_MATCH; i++)
			d->length_code[i] = code;
	for (code = 0; code < DISTANCES; code++) {
		for (i = distance_base[code] - 1; i < 256; i++)
			d->distance_code[i] = code;
		for (i = (distance_base[code] - 1) / 128; i < 256; i++)
			d->distance_code[256 + i] = code;
	}
	return d;
}

static inline unsigned int distance_code(const struct deflate *d, unsigned int less_one)
{
	return d->distance_code[less_one < 256 ? less_one : 256 + less_one / 128];
}

/* ---- Matches --------------------------------------------------------- */

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

static inline void insert(struct deflate *d, unsigned int h, uint32_t at)
{
	d->table[h][1] = d->table[h][0];
	d->table[h][0] = at;
}

/* The longest match of @at, as its token; 0 where there is none. */
static inline uint32_t find_match(struct deflate *d, const uint8_t *in, uint32_t at, uint32_t size)
{
	unsigned int max = size - at < MAX_MATCH ? size - at : MAX_MATCH;
	uint32_t bytes = load32(in + at), before, best = 0, found = 0;
	unsigned int h = hash(bytes), i, len;

	for (i = 0; i < 2; i++) {
		before = d->table[h][i];
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
	insert(d, h, at);
	return found;
}

static inline void add_literal(struct deflate *d, uint8_t byte)
{
	d->tokens[d->count++] = byte;
	d->literals[byte]++;
}

/* Fill in @d->tokens and how often each code is needed. */
static void find_tokens(struct deflate *d, const uint8_t *in, uint32_t size)
{
	uint32_t at = 0, token, stop, end;

	memset(d->table, 0, sizeof(d->table));
	memset(d->literals, 0, sizeof(d->literals));
	memset(d->distances, 0, sizeof(d->distances));
	d->count = 0;
	while (at + MIN_MATCH <= size) {
		token = find_match(d, in, at, size);
		if (!token) {
			add_literal(d, in[at++]);
			continue;
		}
		d->tokens[d->count++] = token;
		end = at + (token >> 16 & 0x1ff);
		d->literals[257 + d->length_code[end - at]]++;
		d->distances[distance_code(d, token & 0xffff)]++;
		stop = end - at > INSERTED ? at + INSERTED : end;
		while (++at < stop)
			if (at + MIN_MATCH <= size)
				insert(d, hash(load32(in + at)), at);
		at = end;
	}
	while (at < size)
		add_literal(d, in[at++]);
	d->literals[END_OF_BLOCK] = 1;
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
static void put_codes(struct out *out, const struct deflate *d)
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
		unsigned int n = i < LITERALS ? d->literal.length[i] : d->distance.length[i - LITERALS];

		/* The code of n is n, its highest bit first */
		put(out, (n & 1) << 3 | (n & 2) << 1 | (n & 4) >> 1 | n >> 3, 4);
		flush(out);
	}
}

static inline void put_match(struct out *out, const struct deflate *d, uint32_t token)
{
	unsigned int len = token >> 16 & 0x1ff, distance = (token & 0xffff) + 1, code;

	code = d->length_code[len];
	put(out, d->literal.bits[257 + code], d->literal.length[257 + code]);
	put(out, len - length_base[code], length_extra[code]);
	code = distance_code(d, distance - 1);
	put(out, d->distance.bits[code], d->distance.length[code]);
	put(out, distance - distance_base[code], distance_extra(code));
}

static void put_tokens(struct out *out, const struct deflate *d)
{
	size_t i;

	for (i = 0; i < d->count; i++) {
		/* At most 15 + 5 + 15 + 13 bits */
		if (d->tokens[i] & MATCH)
			put_match(out, d, d->tokens[i]);
		else
			put(out, d->literal.bits[d->tokens[i]], d->literal.length[d->tokens[i]]);
		flush(out);
	}
	put(out, d->literal.bits[END_OF_BLOCK], d->literal.length[END_OF_BLOCK]);
	flush(out);
}

size_t deflate_bound(size_t size)
{
	/* No code is longer than 15 bits; the lengths of the codes; what is written ahead */
	return size * 2 + 512;
}

size_t deflate(struct deflate *d, const uint8_t *in, size_t size, uint8_t *out)
{
	struct out to = { .at = out };

	find_tokens(d, in, size);
	make_code(&d->literal, d->literals, LITERALS);
	make_code(&d->distance, d->distances, DISTANCES);
	put(&to, 0, 1);		/* not the last block */
	put(&to, 2, 2);		/* with codes of its own */
	put_codes(&to, d);
	put_tokens(&to, d);
	/* A stored block of nothing ends with a whole byte */
	put(&to, 0, 3);
	flush(&to);
	to.at += to.count > 0;
	memcpy(to.at, "\0\0\377\377", 4);
	return to.at + 4 - out;
}
