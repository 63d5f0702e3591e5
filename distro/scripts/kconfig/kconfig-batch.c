// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kconfig-batch: resolve many configurations with one parse of Kconfig
 *
 * Linked with the tree's own scripts/kconfig, started by the tree's own
 * Makefile (Kconfig reads its environment). Each line of standard input is a
 * job: keywords and paths in turn, separated by tabs.
 *
 *	findings OUT		what was asked and not given
 *	config OUT		where the .config goes (optional)
 *	settable OUT		every option a user could set here (optional)
 *	causes OUT		what brings each symbol about (optional)
 *	describe OUT		all there is to say of each symbol (optional)
 *	symbols FILE		describe only those, one name a line (optional)
 *	layer FRAGMENT		in order, the last one wins
 *
 * A relative path is below SRCTREE for a layer, below OUTDIR for all others.
 *
 * Every job runs in a child of its own: Kconfig keeps state between two reads,
 * so a second one in the same process comes out wrong.
 *
 * Exit status: 0, or 2 for a layer or a Kconfig file that cannot be read (then
 * nothing was written), or 1 for anything else.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lkc.h"
#include "kconfig-batch.h"

static const char *arch, *srctree, *outdir;

static char *path_below(const char *folder, const char *name)
{
	char *path = allocate(NULL, strlen(folder) + strlen(name) + 2);

	if (*name == '/')
		strcpy(path, name);
	else
		sprintf(path, "%s/%s", folder, name);
	return path;
}

/* The files of a job, and where its struct has them. */
static const struct {
	const char *keyword;
	size_t offset;
} files[] = {
	{ "findings", offsetof(struct job, findings) },
	{ "config", offsetof(struct job, config) },
	{ "settable", offsetof(struct job, settable) },
	{ "causes", offsetof(struct job, causes) },
	{ "describe", offsetof(struct job, describe) },
	{ "symbols", offsetof(struct job, symbols) },
};

static void add_to_job(struct job *job, const char *keyword, const char *name)
{
	size_t i;

	if (!strcmp(keyword, "layer")) {
		job->layers = allocate(job->layers, (job->count + 1) * sizeof(*job->layers));
		job->layers[job->count++] = read_layer(path_below(srctree, name), arch);
		return;
	}
	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (!strcmp(keyword, files[i].keyword)) {
			*(char **)((char *)job + files[i].offset) = path_below(outdir, name);
			return;
		}
	die("unknown keyword '%s'", keyword);
}

static struct job *read_job(char *line)
{
	struct job *job = allocate(NULL, sizeof(*job));
	char *keyword, *name;

	memset(job, 0, sizeof(*job));
	while ((keyword = strsep(&line, "\t"))) {
		name = strsep(&line, "\t");
		if (!name || !*name)
			die("'%s' without a path", keyword);
		add_to_job(job, keyword, name);
	}
	if (!job->findings)
		die("a job without 'findings'");
	return job;
}

static struct job *read_jobs(FILE *in)
{
	struct job *jobs = NULL, **next = &jobs;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, in) != -1) {
		line[strcspn(line, "\n")] = '\0';
		*next = read_job(line);
		next = &(*next)->next;
	}
	free(line);
	return jobs;
}

/*
 * Kconfig gets the layers joined, without the lines that a later one overrides:
 * up to 6.8 what they do to a choice would outlive them. Blank lines take their
 * place, so that line numbers are those of the layers. Its warnings are kept.
 */
static FILE *load_layers(const struct job *job)
{
	FILE *warnings = tmpfile(), *out = begin_file(job->findings);
	const char *joined = temporary_name(job->findings);
	int terminal = dup(2), unread, i, j;
	const struct line *line;

	for (i = 0; i < job->count; i++)
		for (j = 0; j < job->layers[i]->count; j++) {
			line = &job->layers[i]->lines[j];
			fprintf(out, "%s\n", is_overridden(line) ? "" : line->text);
		}
	if (fclose(out) || !warnings || dup2(fileno(warnings), 2) < 0)
		die("%s: %s", joined, strerror(errno));
	conf_set_message_callback(NULL);
	unread = conf_read(joined);
	fflush(stderr);
	dup2(terminal, 2);
	unlink(joined);
	if (unread)
		die("%s: cannot be read", joined);
	return warnings;
}

static void write_config(const char *path)
{
	if (conf_write(temporary_name(path)))
		die("%s: cannot be written", path);
	replace_file(path);
}

static void write_file(const char *path, void (*print)(FILE *out, const struct job *job),
		       const struct job *job)
{
	FILE *out;

	if (!path)
		return;
	out = begin_file(path);
	print(out, job);
	finish_file(out, path);
}

static void run_job(struct job *job)
{
	add_requests(job);
	job->warnings = load_layers(job);
	if (job->config)
		write_config(job->config);
	write_file(job->settable, print_settable, job);
	write_file(job->causes, print_causes, job);
	write_file(job->describe, print_descriptions, job);
	write_file(job->findings, print_findings, job);
}

/* Wait for one child; non-zero where it failed. */
static int reap(void)
{
	int status;

	if (wait(&status) < 0)
		return 1;
	return !WIFEXITED(status) || WEXITSTATUS(status);
}

static int run_jobs(struct job *job)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	int running = 0, failed = 0;
	pid_t pid;

	for (; job; job = job->next) {
		if (running >= (cpus > 0 ? cpus : 1)) {
			failed |= reap();
			running--;
		}
		fflush(NULL);
		pid = fork();
		if (pid < 0)
			die("fork: %s", strerror(errno));
		if (!pid) {
			run_job(job);
			exit(0);
		}
		running++;
	}
	while (running--)
		failed |= reap();
	return failed;
}

/* ---- Kconfig --------------------------------------------------------- */

/* The files that the parse has read, as a make fragment. */
static void write_dependencies(const char *path)
{
	static const char format[] = "%s-kconfig += $(distro-srctree)/%.*s\n";
	FILE *out = begin_file(path);
#ifdef SYMBOL_HASHSIZE
	struct file *file;

	for (file = file_list; file; file = file->next)
		fprintf(out, format, arch, (int)strlen(file->name), file->name);
#else
	/* Lines of a makefile: a tab, the name, a blank and a backslash */
	const char *name = autoconf_cmd.s;

	while ((name = strchr(name, '\t')) && *++name != '$')
		fprintf(out, format, arch, (int)strcspn(name, " "), name);
#endif
	finish_file(out, path);
}

static bool parsing;

/* Kconfig exits by itself, with 1, after it has named file and line. */
static void at_exit(void)
{
	if (parsing) {
		fflush(NULL);
		_exit(2);
	}
}

static void parse(const char *kconfig)
{
	parsing = true;
	atexit(at_exit);
	conf_parse(kconfig);
	parsing = false;
}

int main(int argc, char **argv)
{
	struct job *jobs;

	if (argc != 7)
		die("usage: kconfig-batch KCONFIG DEPENDENCIES ANSWERS ARCH SRCTREE OUTDIR < JOBS");
	arch = argv[4];
	srctree = argv[5];
	outdir = argv[6];
	catch_signals();
	jobs = read_jobs(stdin);
	if (bad_layers())
		return 2;
	read_answers(argv[3]);
	parse(argv[1]);
	find_close_names();
	if (run_jobs(jobs))
		return 1;
	write_dependencies(argv[2]);
	return 0;
}
