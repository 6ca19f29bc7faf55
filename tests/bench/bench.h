/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What all benches share: their arguments, the clocks, medians, and the lines that tests/bench/run makes its table of.
 *
 *	bench_NAME [--quick] [--runs N] [--most N] [ROW...]
 *
 * measures its rows, or those named.  A figure of ours and that beside it are taken by turns, run by run, so that
 * whatever else the machine does meets both; each has its median, its least and its most.  With --quick everything is
 * small and done once: figures mean nothing then, but every answer is looked at in the same way.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/macro.h"

#define BENCH_RUNS_MAX 31
#define BENCH_SKIPPED 77

struct bench {
	const char *program;
	bool quick;
	unsigned runs;			/* 0: as many as each row is worth */
	unsigned most;			/* hosts, of rows that grow */
	char **rows;			/* that are wanted */
	int n_rows;			/* 0: all */
	char directory[200];		/* for files; removed by bench_end() */
};

/* Ends the program with 2 when it is called in another way. */
void bench_begin(struct bench *bench, int argc, char **argv);
/* What main() returns. */
int bench_end(struct bench *bench);
/* How often to measure what is else measured @usual times. */
unsigned bench_runs(const struct bench *bench, unsigned usual);
bool bench_wants(const struct bench *bench, const char *row);
/* Is it named?  Rows that grow take long and are for the plot alone. */
bool bench_wants_growth(const struct bench *bench, const char *row);
/* A path in the directory; the caller frees it. */
char *bench_path(const struct bench *bench, const char *name);

/* What stands in the build, which is PXEBOOT_BUILD of the environment; the caller frees it. */
char *bench_built(const struct bench *bench, const char *name);

/* Progress, on stderr. */
void bench_tell(const struct bench *bench, const char *format, ...) PRINTF_LIKE(2, 3);
/* For what must never happen: a wrong answer, a program that fails.  The figures would mean nothing. */
void bench_fail(const struct bench *bench, const char *format, ...) PRINTF_LIKE(2, 3) __attribute__((noreturn));
#define BENCH_MUST(bench, is) do { if (!(is)) bench_fail(bench, "%s:%d: %s", __FILE__, __LINE__, #is); } while (0)

/* Seconds: of the wall's clock; that this thread, or children that were waited for, have had of a processor. */
double bench_now(void);
double bench_cpu(void);
double bench_cpu_of_children(void);
/* Of another process that runs; threads that have ended count. */
double bench_cpu_of(pid_t pid);

enum bench_goal {
	BENCH_NO_GOAL,
	BENCH_RATIO_AT_MOST,
	BENCH_RATIO_AT_LEAST,
	BENCH_OURS_AT_MOST,
	BENCH_MORE_AT_MOST,		/* ours, less what is beside it */
};

struct bench_row {
	const char *name;		/* by which it is asked for */
	const char *what;		/* of it this is; "" when it has one line alone */
	const char *unit;
	const char *beside;
	enum bench_goal goal;
	double least_or_most;
};

/* One pair a run. */
struct bench_figures {
	double ours[BENCH_RUNS_MAX], beside[BENCH_RUNS_MAX];
	unsigned n;
};

void bench_add(struct bench_figures *figures, double ours, double beside);
/* Prints the line.  The ratio is the median of the runs' ratios. */
void bench_print(const struct bench_row *row, const struct bench_figures *figures);

/* Runs a program until it ends, what it prints going to the file @log in the directory: its exit code, or -1. */
int bench_run(const struct bench *bench, const char *log, const char *const *argv);

/* A number that looks random; the same for the same @seed. */
uint64_t bench_random(uint64_t *seed);

#endif
