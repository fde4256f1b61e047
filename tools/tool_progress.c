/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include <inttypes.h>
#include <locale.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#define FIRST_MS 400            /* work that is done by then shows nothing */
#define AGAIN_MS 200
#define COLUMNS 80              /* where the terminal does not say */

/* The one line; shown: its columns on the terminal now. */
static struct {
	const char *what;
	int64_t next;           /* ms; the earliest moment to write again */
	int64_t began;          /* ms */
	egov_time start, deadline;      /* what time it was then, and has to be at the end */
	size_t shown;
	bool on;
} progress;

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A program in the background leaves the terminal to the one in front. */
static bool has_terminal(void)
{
	const char *kind = getenv("TERM");
	const pid_t front = tcgetpgrp(STDERR_FILENO);

	return isatty(STDERR_FILENO) != 0 && (front < 0 || front == getpgrp())
	       && (kind == NULL || strcmp(kind, "dumb") != 0);
}

static size_t room(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return COLUMNS - 1;
	/* The last column stays free: many terminals go to the next line there. */
	return size.ws_col - 1u;
}

/* Cuts text where it has filled the columns; returns how many it takes.  What the
 * locale cannot read is taken for as wide as characters get. */
static size_t fit(char *text, size_t columns)
{
	mbstate_t state = { 0 };
	size_t used = 0;

	while (*text != 0) {
		wchar_t character;
		size_t size = mbrtowc(&character, text, MB_CUR_MAX, &state);
		int width = 2;

		if (size == 0 || size > MB_CUR_MAX) {
			memset(&state, 0, sizeof(state));
			size = 1;
		} else {
			width = wcwidth(character) < 0 ? 2 : wcwidth(character);
		}
		if (used + (size_t)width > columns) {
			*text = 0;
			break;
		}
		used += (size_t)width;
		text += size;
	}
	return used;
}

void tool_progress_hide(void)
{
	if (progress.shown == 0)
		return;
	(void)fprintf(stderr, "\r%*s\r", (int)progress.shown, "");
	(void)fflush(stderr);
	progress.shown = 0;
}

static long long minutes(double ms)
{
	return (long long)(ms < 0 ? ms / 60000 - 0.999 : ms / 60000 + 0.999);
}

/* How much longer at this pace, and how long there is. */
static void add_deadline(char *text, size_t size, uint64_t done, uint64_t total)
{
	const double ms = (double)(now_ms() - progress.began);
	const double left = (double)(progress.deadline - progress.start) * 1000 - ms;
	const size_t used = strlen(text);

	if (progress.deadline == EGOV_TIME_NONE)
		return;
	if (total == 0 || done == 0)
		(void)snprintf(text + used, size - used, _(", %lld min to the deadline"), minutes(left));
	else
		(void)snprintf(text + used, size - used, _(", %lld min to go, %lld to the deadline"),
		               minutes(ms * (double)(total - done) / (double)done), minutes(left));
}

static void show(uint64_t done, uint64_t total)
{
	char text[512];
	size_t columns;

	if (total == 0)
		(void)snprintf(text, sizeof(text), "%s: %" PRIu64, progress.what, done);
	else
		(void)snprintf(text, sizeof(text), "%s: %" PRIu64 "/%" PRIu64 " (%u %%)",
		               progress.what, done, total, (unsigned)((double)done * 100 / (double)total));
	add_deadline(text, sizeof(text), done, total);
	columns = fit(text, room());
	(void)fprintf(stderr, "\r%s", text);
	/* A line that became shorter leaves nothing of the longer one. */
	if (columns < progress.shown)
		(void)fprintf(stderr, "%*s\r%s", (int)(progress.shown - columns), "", text);
	(void)fflush(stderr);
	progress.shown = columns;
}

void tool_progress_begin(const struct tool *tool, const char *what)
{
	progress.on = !tool->quiet && has_terminal();
	progress.what = what;
	progress.began = now_ms();
	progress.next = progress.began + FIRST_MS;
	progress.deadline = EGOV_TIME_NONE;
}

void tool_progress_deadline(egov_time now, egov_time deadline)
{
	progress.start = now;
	progress.deadline = deadline;
}

void tool_progress(void *user, uint64_t done, uint64_t total)
{
	int64_t now;

	(void)user;
	if (!progress.on || (now = now_ms()) < progress.next)
		return;
	show(done, total);
	progress.next = now + AGAIN_MS;
}

void tool_progress_end(void)
{
	tool_progress_hide();
	progress.on = false;
}
