/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- From beginning to end ---- */

static void __attribute__((noreturn)) fail_usage(const struct bench *bench)
{
	fprintf(stderr, "usage: %s [--quick] [--runs N] [--most N] [ROW...]\n", bench->program);
	exit(2);
}

/* Takes the options off the arguments. */
static void read_options(struct bench *bench)
{
	while (bench->n_rows > 0 && bench->rows[0][0] == '-') {
		if (strcmp(bench->rows[0], "--quick") == 0) {
			bench->quick = true;
		} else if (strcmp(bench->rows[0], "--runs") == 0 && bench->n_rows > 1) {
			bench->runs = (unsigned)strtoul(*++bench->rows, NULL, 10);
			bench->n_rows--;
		} else if (strcmp(bench->rows[0], "--most") == 0 && bench->n_rows > 1) {
			bench->most = (unsigned)strtoul(*++bench->rows, NULL, 10);
			bench->n_rows--;
		} else {
			fail_usage(bench);
		}
		bench->rows++;
		bench->n_rows--;
	}
	if (bench->runs > BENCH_RUNS_MAX)
		fail_usage(bench);
	if (bench->quick)
		bench->most = 1000;
	else if (bench->most == 0)
		bench->most = 1000000;
}

void bench_begin(struct bench *bench, int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/'), *temporary = getenv("TMPDIR");

	*bench = (struct bench) { .program = slash ? slash + 1 : argv[0], .rows = argv + 1, .n_rows = argc - 1 };
	read_options(bench);
	snprintf(bench->directory, sizeof(bench->directory), "%.170s/pxeboot-bench.XXXXXX",
		 temporary && temporary[0] ? temporary : "/tmp");
	if (mkdtemp(bench->directory) == NULL || chmod(bench->directory, 0755) < 0)
		bench_fail(bench, "can't make %s", bench->directory);
}

unsigned bench_runs(const struct bench *bench, unsigned usual)
{
	return bench->quick ? 1 : bench->runs > 0 ? bench->runs : usual;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	return remove(path);
}

int bench_end(struct bench *bench)
{
	nftw(bench->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}

bool bench_wants(const struct bench *bench, const char *row)
{
	for (int i = 0; i < bench->n_rows; i++)
		if (strcmp(bench->rows[i], row) == 0)
			return true;
	return bench->n_rows == 0;
}

bool bench_wants_growth(const struct bench *bench, const char *row)
{
	return bench->n_rows > 0 && bench_wants(bench, row);
}

char *bench_path(const struct bench *bench, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", bench->directory, name) < 0)
		bench_fail(bench, "no memory");
	return path;
}

char *bench_built(const struct bench *bench, const char *name)
{
	const char *build = getenv("PXEBOOT_BUILD");
	char *path;

	if (!build || asprintf(&path, "%s/%s", build, name) < 0)
		bench_fail(bench, "no build: PXEBOOT_BUILD says where it is");
	return path;
}

/* ---- What it says ---- */

static void PRINTF_LIKE(2, 0) say(const struct bench *bench, const char *format, va_list arguments)
{
	fprintf(stderr, "%s: ", bench->program);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

void bench_tell(const struct bench *bench, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(bench, format, arguments);
	va_end(arguments);
}

void bench_fail(const struct bench *bench, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(bench, format, arguments);
	va_end(arguments);
	nftw(bench->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	exit(1);
}

/* ---- Clocks ---- */

static double seconds(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double bench_now(void)
{
	return seconds(CLOCK_MONOTONIC);
}

double bench_cpu(void)
{
	return seconds(CLOCK_THREAD_CPUTIME_ID);
}

double bench_cpu_of(pid_t pid)
{
	clockid_t clock;

	return clock_getcpuclockid(pid, &clock) == 0 ? seconds(clock) : 0;
}

static double of_timeval(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

double bench_cpu_of_children(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return of_timeval(usage.ru_utime) + of_timeval(usage.ru_stime);
}

/* ---- Figures ---- */

void bench_add(struct bench_figures *figures, double ours, double beside)
{
	if (figures->n == BENCH_RUNS_MAX)
		abort();
	figures->ours[figures->n] = ours;
	figures->beside[figures->n++] = beside;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

struct spread {
	double median, least, most;
};

static struct spread spread_of(const double *values, unsigned n)
{
	double sorted[BENCH_RUNS_MAX];

	memcpy(sorted, values, n * sizeof(*values));
	qsort(sorted, n, sizeof(*sorted), compare);
	return (struct spread) {
		.median = n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2,
		.least = sorted[0], .most = sorted[n - 1],
	};
}

static void print_spread(struct spread spread)
{
	printf("\t%.6g\t%.6g\t%.6g", spread.median, spread.least, spread.most);
}

/* What the goal is about, in words and as a figure. */
static void print_goal(const struct bench_row *row, double ratio, double ours, double beside)
{
	static const struct {
		const char *words;
		bool at_least;
	} goals[] = {
		[BENCH_NO_GOAL] = { "", false },
		[BENCH_RATIO_AT_MOST] = { "ratio <= ", false },
		[BENCH_RATIO_AT_LEAST] = { "ratio >= ", true },
		[BENCH_OURS_AT_MOST] = { "ours <= ", false },
		[BENCH_MORE_AT_MOST] = { "more <= ", false },
	};
	double figure = row->goal == BENCH_OURS_AT_MOST ? ours : row->goal == BENCH_MORE_AT_MOST ? ours - beside : ratio;
	bool reached = goals[row->goal].at_least ? figure >= row->least_or_most : figure <= row->least_or_most;

	if (row->goal == BENCH_NO_GOAL)
		printf("\t\t\n");
	else
		printf("\t%s%g\t%s\n", goals[row->goal].words, row->least_or_most, reached ? "yes" : "no");
	fflush(stdout);
}

void bench_print(const struct bench_row *row, const struct bench_figures *figures)
{
	struct spread ours = spread_of(figures->ours, figures->n), beside = spread_of(figures->beside, figures->n), ratio;
	double ratios[BENCH_RUNS_MAX];

	for (unsigned i = 0; i < figures->n; i++)
		ratios[i] = figures->beside[i] > 0 ? figures->ours[i] / figures->beside[i] : 0;
	ratio = spread_of(ratios, figures->n);
	printf("%s\t%s\t%s\t%s\t%u", row->name, row->what, row->unit, row->beside, figures->n);
	print_spread(ours);
	print_spread(beside);
	print_spread(ratio);
	print_goal(row, ratio.median, ours.median, beside.median);
}

/* ---- Programs ---- */

int bench_run(const struct bench *bench, const char *log, const char *const *argv)
{
	CLEANUP_FREE char *path = bench_path(bench, log);
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

		if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
			_exit(126);
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* Steele and others, "Fast splittable pseudorandom number generators" (2014). */
uint64_t bench_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}
