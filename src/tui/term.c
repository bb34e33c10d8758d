/* SPDX-License-Identifier: MIT */
/*
 * The terminal's life: taken with newterm, given back on every way out.  Its
 * state is the one mutable file-scope variable of this directory, because
 * signal handlers and die() must reach it.
 */
#include "terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>

#include "alloc.h"
#include "keys.h"

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define ERASE_SCROLLBACK "\033[3J"

#define PROBE_MS 300

static struct {
	SCREEN *screen;
	FILE *null;
	struct termios saved;
	char restore[512]; /* what brings the terminal back, for the crash handlers */
	size_t nrestore;
	char stack[16384]; /* the crash handlers' */
	bool scripted, utf8, colors, console, half_blocks, no_alternate;
	int cursor_y, cursor_x;
	bool cursor;
	volatile sig_atomic_t over, stop;
} term;

/* Bring the terminal back by system calls alone; from signal handlers and die(). */
static void
restore_now(void)
{
	if (term.screen == NULL || term.scripted)
		return;
	if (write(STDOUT_FILENO, term.restore, term.nrestore) < 0)
		return;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &term.saved);
}

static void
on_crash(int sig)
{
	restore_now();
	secret_wipe_all();
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

/* Leave through the loop; if it does not come round within a second, leave from here. */
static void
on_end(int sig)
{
	(void)sig;
	term.over = 1;
	(void)alarm(1);
}

static void
on_stop(int sig)
{
	(void)sig;
	term.stop = 1;
}

static void
catch_signals(void)
{
	static const int crash[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGUSR1,
		SIGUSR2, SIGALRM };
	static const int end[] = { SIGHUP, SIGTERM, SIGINT };
	stack_t stack = { .ss_sp = term.stack, .ss_size = sizeof term.stack };
	struct sigaction sa = { .sa_flags = SA_ONSTACK };

	(void)sigaltstack(&stack, NULL);
	sigfillset(&sa.sa_mask);
	sa.sa_handler = on_crash;
	for (size_t i = 0; i < sizeof crash / sizeof crash[0]; i++)
		(void)sigaction(crash[i], &sa, NULL);
	sa.sa_handler = on_end;
	for (size_t i = 0; i < sizeof end / sizeof end[0]; i++)
		(void)sigaction(end[i], &sa, NULL);
	sa.sa_handler = on_stop;
	(void)sigaction(SIGTSTP, &sa, NULL);
}

static void
release_signals(void)
{
	static const int all[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGUSR1,
		SIGUSR2, SIGALRM, SIGHUP, SIGTERM, SIGINT, SIGTSTP, SIGWINCH };

	(void)alarm(0);
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		(void)signal(all[i], SIG_DFL);
}

/* Append a capability without its padding marks. */
static void
add_restore(const char *s)
{
	while (s != NULL && s != (char *)-1 && *s != '\0') {
		if (s[0] == '$' && s[1] == '<' && strchr(s, '>') != NULL)
			s = strchr(s, '>') + 1;
		else if (term.nrestore < sizeof term.restore)
			term.restore[term.nrestore++] = *s++;
		else
			return;
	}
}

static const char *
capability(const char *name)
{
	const char *s = tigetstr(name);

	return s == (char *)-1 ? NULL : s;
}

static void
prepare_restore(void)
{
	static const char *const names[] = { "sgr0", "op", "oc", "cnorm", "rmkx" };

	term.nrestore = 0;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		add_restore(capability(names[i]));
	add_restore(PASTE_OFF);
	term.no_alternate = capability("smcup") == NULL;
	if (term.no_alternate) {
		add_restore(capability("clear"));
		add_restore(ERASE_SCROLLBACK);
	}
	add_restore(capability("rmcup"));
}

static void
say(const char *s)
{
	if (term.scripted)
		return;
	putp(s);
	fflush(stdout);
}

/* curses is up: the same settings for a terminal and for a script. */
static void
configure(const struct tui_options *o)
{
	bool want = o->color == TUI_COLOR_ON || (o->color == TUI_COLOR_AUTO && !o->no_color);

	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	/* 1000 is what curses starts with; anything else is the person's own ESCDELAY. */
	if (get_escdelay() == 1000)
		set_escdelay(25);
	(void)define_key("\033[200~", KEY_PASTE_BEGIN);
	(void)define_key("\033[201~", KEY_PASTE_END);
	term.colors = want && has_colors();
	draw_start(term.colors);
}

static bool
refuse(const struct tui_options *o, const char *why, struct err *e)
{
	return err_set(e, ERR_USAGE,
	    "%s (TERM=%s). Without the wizard: \"rootlock audit\" shows the checks, \"rootlock "
	    "plan "
	    "--answers FILE\" what would change, \"rootlock apply --answers FILE\" does it.",
	    why, o->term != NULL && *o->term != '\0' ? o->term : "not set");
}

/* Look before curses is started: newterm alone would accept TERM=dumb. */
static bool
usable(const struct tui_options *o, struct err *e)
{
	int status = 0;
	bool can;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return refuse(o, "The wizard needs a terminal", e);
	if (o->term == NULL || *o->term == '\0' || setupterm(o->term, STDOUT_FILENO, &status) != OK)
		return refuse(o, "This terminal is not known", e);
	can = capability("cup") != NULL;
	(void)del_curterm(cur_term);
	return can || refuse(o, "This terminal cannot place its cursor", e);
}

/* UTF-8 by locale; a terminal that speaks it under a C locale is found by asking it. */
static void
find_charset(void)
{
	term.utf8 = setlocale(LC_CTYPE, "") != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (!term.utf8 && probe_utf8(STDIN_FILENO, PROBE_MS) == 1 &&
	    setlocale(LC_CTYPE, "C.UTF-8") != NULL)
		term.utf8 = true;
}

bool
term_open(const struct tui_options *o, struct err *e)
{
	if (!usable(o, e))
		return false;
	(void)tcgetattr(STDIN_FILENO, &term.saved);
	find_charset();
	(void)unsetenv("LINES");
	(void)unsetenv("COLUMNS");
	term.screen = newterm(o->term, stdout, stdin);
	if (term.screen == NULL)
		return refuse(o, "This terminal cannot be used", e);
	term.scripted = false;
	term.over = term.stop = 0;
	term.console = strncmp(o->term, "linux", 5) == 0;
	term.half_blocks = term.utf8 && (!term.console || probe_half_block(STDOUT_FILENO));
	prepare_restore();
	die_set_hook(restore_now);
	configure(o);
	catch_signals();
	say(PASTE_ON);
	return true;
}

bool
term_open_script(const struct tui_options *o, const struct tui_script *s, struct err *e)
{
	struct tui_options scripted = *o;

	if (s->mono)
		scripted.color = TUI_COLOR_OFF;
	term.utf8 = setlocale(LC_CTYPE, s->ascii ? "C" : "C.UTF-8") != NULL && !s->ascii;
	term.null = fopen("/dev/null", "r+e");
	if (term.null == NULL)
		return err_errno(e, ERR_FILE, "/dev/null");
	use_env(FALSE);
	term.screen = newterm("xterm-256color", term.null, term.null);
	if (term.screen == NULL) {
		fclose(term.null);
		return err_set(e, ERR_OTHER, "there is no terminal description xterm-256color");
	}
	term.scripted = true;
	term.over = term.stop = 0;
	term.console = false;
	term.half_blocks = term.utf8;
	configure(&scripted);
	term_set_size(s->cols, s->rows);
	return true;
}

void
term_close(void)
{
	if (term.screen == NULL)
		return;
	(void)erase();
	(void)refresh();
	say(PASTE_OFF);
	if (term.no_alternate && !term.scripted) {
		const char *clear_screen_cap = capability("clear");

		say(clear_screen_cap != NULL ? clear_screen_cap : "");
		say(ERASE_SCROLLBACK);
	}
	(void)endwin();
	if (!term.scripted)
		release_signals();
	die_set_hook(NULL);
	delscreen(term.screen);
	term.screen = NULL;
	if (term.null != NULL)
		fclose(term.null);
	term.null = NULL;
}

void
term_erase(void)
{
	(void)attr_set(A_NORMAL, 0, NULL);
	(void)erase();
	term.cursor = false;
	term.cursor_y = LINES - 1;
	term.cursor_x = 0;
}

void
term_cursor(int y, int x, bool visible)
{
	term.cursor_y = y;
	term.cursor_x = x < COLS ? x : COLS - 1;
	term.cursor = visible;
}

/* The cursor goes to its place last, wherever the drawing ended. */
void
term_flush(void)
{
	(void)curs_set(term.cursor ? 1 : 0);
	(void)move(term.cursor_y, term.cursor_x);
	(void)wnoutrefresh(stdscr);
	(void)doupdate();
}

int
term_fd(void)
{
	return term.scripted ? -1 : STDIN_FILENO;
}

bool
term_is_utf8(void)
{
	return term.utf8;
}

bool
term_has_half_blocks(void)
{
	return term.half_blocks;
}

bool
term_has_colors(void)
{
	return term.colors;
}

bool
term_is_console(void)
{
	return term.console;
}

bool
term_is_over(void)
{
	return term.over != 0;
}

bool
term_wants_suspend(void)
{
	return term.stop != 0;
}

void
term_suspend(void)
{
	struct sigaction sa = { .sa_handler = SIG_DFL }, old;

	term.stop = 0;
	if (term.scripted)
		return;
	/* What was on the screen may be a secret: it must not stay on the other one. */
	(void)erase();
	(void)refresh();
	say(PASTE_OFF);
	(void)endwin();
	(void)sigaction(SIGTSTP, &sa, &old);
	(void)raise(SIGTSTP);
	(void)sigaction(SIGTSTP, &old, NULL);
	(void)refresh();
	say(PASTE_ON);
	term_repaint();
}
