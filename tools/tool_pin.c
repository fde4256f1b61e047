/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int fatal[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP };
#define FATAL (sizeof(fatal) / sizeof(fatal[0]))

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
	caught = number;
}

static void say(int tty, const char *text)
{
	(void)!write(tty, text, strlen(text));
}

/* One line without its newline; what does not fit makes it -1, and so does a
 * signal or the end of the terminal. */
static long read_line(int tty, char *pin, size_t room)
{
	size_t size = 0;
	bool fits = true;
	char c;

	for (;;) {
		const ssize_t got = read(tty, &c, 1);

		if (got != 1)
			return -1;
		if (c == '\n' || c == '\r')
			return fits ? (long)size : -1;
		if (size < room)
			pin[size++] = c;
		else
			fits = false;
	}
}

static long ask(int tty, const char *prompt, char *pin, size_t room)
{
	struct termios saved, silent;
	long size;

	if (tcgetattr(tty, &saved) != 0)
		return -1;
	silent = saved;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	if (tcsetattr(tty, TCSAFLUSH, &silent) != 0)
		return -1;
	say(tty, prompt);
	say(tty, ": ");
	size = read_line(tty, pin, room);
	(void)tcsetattr(tty, TCSAFLUSH, &saved);
	say(tty, "\n");
	return size;
}

/* A signal that ends the program must not leave a terminal without echo: it is
 * noted, the terminal restored, and the signal raised again. */
long tool_pin(void *user, const char *prompt, char *pin, size_t room)
{
	struct sigaction action = { .sa_handler = on_signal }, old[FATAL];
	const int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	long size;

	(void)user;
	if (tty < 0)
		return -1;
	caught = 0;
	(void)sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < FATAL; i++)
		(void)sigaction(fatal[i], &action, &old[i]);
	size = ask(tty, prompt, pin, room);
	for (size_t i = 0; i < FATAL; i++)
		(void)sigaction(fatal[i], &old[i], NULL);
	(void)close(tty);
	if (caught != 0)
		(void)raise(caught);
	return size;
}
