/* SPDX-License-Identifier: MIT */
/* The profile that names a session: login_session and its Region in the config file. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "login.h"
#include "profile.h"
#include "service.h"
#include "text.h"

#define FILE_MAX ((size_t)4 << 20)

static bool
name_ok(const char *name, struct err *e)
{
	if (name[0] != '\0' && text_only(name, "_-/.%@:+"))
		return true;
	return aws_fail(e, ERR_CONFIG, "BadName",
	    "\"%s\" cannot be the name of a profile: letters, digits and _-/.%%@:+ can", name);
}

bool
login_profile_free(const char *name, char **old, struct err *e)
{
	static const char *const keys[] = { "aws_access_key_id", "aws_secret_access_key",
		"role_arn", "source_profile", "credential_source", "web_identity_token_file",
		"sso_session", "sso_start_url", "sso_account_id", "sso_role_name",
		"credential_process" };
	AUTO_FILES f = { 0 };
	struct profile_value session;

	if (!name_ok(name, e) || !profile_load(&f, e))
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct profile_value v = profile_get(&f, name, keys[i]);

		if (v.value != NULL)
			return aws_fail(e, ERR_CONFIG, "OtherCredentials",
			    "%s line %u: the profile %s gets its credentials by %s already, which "
			    "would hide the sign-in. Sign in with a profile of another name: "
			    "rootlock "
			    "login --profile NEW-NAME.",
			    v.path, v.line, name, keys[i]);
	}
	session = profile_get(&f, name, "login_session");
	*old = session.value != NULL ? xstrdup(session.value) : NULL;
	return true;
}

/* ---- writing ------------------------------------------------------------------------------ */

/* The directory itself, so that no lock file is left in it; -1 and e. */
static int
lock_directory(const char *path, struct err *e)
{
	AUTO_FREE char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');
	int fd;

	if (slash != NULL && slash != dir)
		*slash = '\0';
	else
		strcpy(dir, slash != NULL ? "/" : ".");
	if (!file_make_dirs(dir, e))
		return -1;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (fd >= 0 && flock(fd, LOCK_EX) != 0)
		if (errno != EINTR) {
			close(fd);
			fd = -1;
		}
	if (fd < 0)
		err_errno(e, ERR_FILE, "cannot lock the directory %s", dir);
	return fd;
}

static bool
read_old(const char *path, struct buf *old, struct err *e)
{
	struct err why = { 0 };

	if (file_read(path, old, &why) || err_is(&why, "NotFound"))
		return true;
	return err_set(e, ERR_FILE, "%s", why.text);
}

/* One writer of ours at a time: what another has just added is not written over. */
static bool
edit(const char *path, const char *section, const char *const *kv, struct err *e)
{
	AUTO_BUF old = BUF_INIT(FILE_MAX);
	AUTO_BUF text = BUF_INIT(FILE_MAX);
	int lock = lock_directory(path, e);
	bool ok = lock >= 0 && read_old(path, &old, e) && ini_edit(&old, section, kv, &text, e) &&
		  file_write(path, text.data, text.len, 0600, e);

	if (lock >= 0)
		close(lock);
	return ok;
}

bool
login_profile_write(const char *name, const char *session, const char *region, struct err *e)
{
	const char *const kv[] = { "login_session", session, "region", region, NULL };
	AUTO_FILES f = { 0 };

	if (!name_ok(name, e) || !profile_load(&f, e))
		return false;
	AUTO_FREE char *section = profile_section(&f, name);
	return edit(f.config_path, section, kv, e);
}

bool
login_profile_session(const struct aws_options *o, char **session, struct err *e)
{
	AUTO_FILES f = { 0 };
	struct profile_value v;
	const char *name;

	if (!profile_load(&f, e) || !profile_choose(&f, o, &name, e))
		return false;
	v = profile_get(&f, name, "login_session");
	*session = v.value != NULL && v.value[0] != '\0' ? xstrdup(v.value) : NULL;
	return true;
}
