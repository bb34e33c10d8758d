/* SPDX-License-Identifier: MIT */
/* A new access key into ~/.aws/credentials. */
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "profile.h"
#include "service.h"
#include "text.h"

#define FILE_MAX ((size_t)4 << 20)

static bool
read_old(const char *path, struct buf *old, struct err *e)
{
	struct err why = { 0 };

	if (file_read(path, old, &why) || err_is(&why, "NotFound"))
		return true;
	if (e != NULL && e->kind == ERR_NONE)
		*e = why;
	return false;
}

struct place {
	const char *path, *name;
	struct buf old;
	bool taken; /* by another key */
	bool token; /* a session token stands there, which must not stay */
};

static void
place_free(struct place *p)
{
	buf_free(&p->old);
}

static bool
look(struct place *p, const char *id, struct err *e)
{
	const char *there;
	struct ini *ini;

	if (!read_old(p->path, &p->old, e))
		return false;
	ini = ini_parse(p->path, p->old.data, p->old.len, e);
	if (ini == NULL)
		return false;
	there = ini_get(ini, p->name, "aws_access_key_id");
	p->taken = there != NULL && there[0] != '\0' && strcmp(there, id) != 0;
	p->token = ini_get(ini, p->name, "aws_session_token") != NULL;
	ini_free(ini);
	return true;
}

static bool
make_directory(const char *path, struct err *e)
{
	AUTO_FREE char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');

	if (slash == NULL || slash == dir)
		return true;
	*slash = '\0';
	return file_make_dirs(dir, e);
}

static bool
put(const struct place *p, const struct aws_credentials *c, struct err *e)
{
	AUTO_BUF text = BUF_INIT(FILE_MAX);
	const char *const kv[] = {
		"aws_access_key_id",
		c->access_key_id,
		"aws_secret_access_key",
		secret_borrow(c->secret_access_key),
		c->session_token != NULL || p->token ? "aws_session_token" : NULL,
		c->session_token != NULL ? secret_borrow(c->session_token) : "",
		NULL,
	};

	if (!ini_edit(&p->old, p->name, kv, &text, e))
		return false;
	return make_directory(p->path, e) && file_write(p->path, text.data, text.len, 0600, e);
}

bool
aws_profile_write(const char *name, const struct aws_credentials *c, bool replace, struct err *e)
{
	AUTO_FREE char *path = aws_credentials_path();
	struct place p __attribute__((cleanup(place_free))) = {
		.path = path,
		.name = name,
		.old = BUF_INIT(FILE_MAX),
	};

	if (name[0] == '\0' || !text_only(name, "_-/.%@:+"))
		return aws_fail(e, ERR_CONFIG, "BadName",
		    "\"%s\" cannot be the name of a profile: letters, digits and _-/.%%@:+ can",
		    name);
	if (!look(&p, c->access_key_id, e))
		return false;
	if (p.taken && !replace)
		return aws_fail(e, ERR_REFUSED, "Exists",
		    "%s has another access key for the profile %s already", path, name);
	return put(&p, c, e);
}
