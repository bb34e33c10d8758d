/* SPDX-License-Identifier: MIT */
/*
 * The browser of this computer: is there one, and the desktop's opener for it,
 * without a shell, without a terminal, and with nothing of ours in its
 * environment.
 */
#include "login_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "log.h"
#include "profile.h"

enum login_way
login_way_here(void)
{
	static const char *const remote[] = { "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY" };

	for (size_t i = 0; i < sizeof(remote) / sizeof(remote[0]); i++)
		if (profile_env(remote[i]) != NULL)
			return LOGIN_CROSS_DEVICE;
	if (profile_env("DISPLAY") == NULL && profile_env("WAYLAND_DISPLAY") == NULL)
		return LOGIN_CROSS_DEVICE;
	return LOGIN_SAME_DEVICE;
}

/* What a desktop program needs; no AWS_ variable is among them. */
static void
clean_environment(struct strlist *out)
{
	static const char *const names[] = { "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG",
		"LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TMPDIR", "DISPLAY", "WAYLAND_DISPLAY",
		"XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "BROWSER", "DESKTOP_SESSION",
		"GNOME_DESKTOP_SESSION_ID", "KDE_FULL_SESSION", "KDE_SESSION_VERSION",
		"XDG_CONFIG_DIRS", "XDG_CONFIG_HOME", "XDG_CURRENT_DESKTOP", "XDG_DATA_DIRS",
		"XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "XDG_SESSION_DESKTOP",
		"XDG_SESSION_TYPE", "WSL_DISTRO_NAME", "WSL_INTEROP" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = profile_env(names[i]);

		if (value == NULL)
			continue;
		AUTO_FREE char *pair = xasprintf("%s=%s", names[i], value);

		strlist_add(out, pair);
	}
}

/* The program's path by PATH, xfree(); NULL when there is none. */
static char *
find(const char *name)
{
	const char *path = profile_env("PATH");

	while (path != NULL && *path != '\0') {
		size_t n = strcspn(path, ":");
		char *file = xasprintf("%.*s/%s", (int)n, path, name);

		/* A relative directory may be anybody's. */
		if (path[0] == '/' && access(file, X_OK) == 0)
			return file;
		xfree(file);
		path += n + (path[n] == ':');
	}
	return NULL;
}

static char *
find_opener(void)
{
	static const char *const openers[] = { "xdg-open", "wslview", "x-www-browser",
		"sensible-browser", "gnome-open", "kde-open" };
	char *file = NULL;

	for (size_t i = 0; i < sizeof(openers) / sizeof(openers[0]) && file == NULL; i++)
		file = find(openers[i]);
	return file;
}

/*
 * In the child: a session of its own and a grandchild, whom nobody has to wait
 * for.  Only functions that are allowed after fork().
 */
static _Noreturn void
become(const char *file, char *const argv[], char *const env[])
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || setsid() < 0)
		_exit(127);
	for (int fd = 0; fd < 3; fd++)
		if (dup2(null, fd) < 0)
			_exit(127);
	pid_t pid = fork();

	if (pid != 0)
		_exit(pid > 0 ? 0 : 127);
	execve(file, argv, env);
	_exit(127);
}

bool
login_open_browser(const struct login *l)
{
	AUTO_FREE char *file = find_opener();
	AUTO_FREE char *url = xstrdup(login_url(l));
	struct strlist env = { 0 };
	int status = 0;
	pid_t pid = -1;

	if (file != NULL) {
		char *const argv[] = { file, url, NULL };
		char **envp;

		clean_environment(&env);
		envp = xcalloc(env.n + 1, sizeof(*envp));
		for (size_t i = 0; i < env.n; i++)
			envp[i] = env.items[i];
		pid = fork();
		if (pid == 0)
			become(file, argv, envp);
		while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
			continue;
		xfree(envp);
	}
	strlist_free(&env);
	log_line("login: browser %s", file != NULL ? file : "not found");
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
