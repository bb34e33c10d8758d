/* SPDX-License-Identifier: MIT */
#include "profile.h"

#include <ctype.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"

#define FILE_MAX ((size_t)4 << 20)

const char *
profile_env(const char *name)
{
	const char *v = getenv(name);

	return v != NULL && v[0] != '\0' ? v : NULL;
}

const char *
profile_env_raw(const char *name)
{
	return getenv(name);
}

/* ---- where the files are ---------------------------------------------------------- */

static const char *
home(void)
{
	const char *dir = profile_env("HOME");
	const struct passwd *me;

	if (dir != NULL)
		return dir;
	me = getpwuid(getuid());
	return me != NULL && me->pw_dir != NULL ? me->pw_dir : "/";
}

/* $NAME and ${NAME}; one that is not set stays as it stands, as in Python. */
static void
put_variables(struct buf *b, const char *s)
{
	while (*s != '\0') {
		size_t n = strcspn(s, "$"), brace, len = 0;

		buf_put(b, s, n);
		s += n;
		if (*s == '\0')
			break;
		brace = s[1] == '{';
		while (isalnum((unsigned char)s[1 + brace + len]) || s[1 + brace + len] == '_')
			len++;
		AUTO_FREE char *name = xstrndup(s + 1 + brace, len);
		const char *value = len > 0 ? getenv(name) : NULL;
		size_t whole = 1 + brace + len + (brace && s[1 + brace + len] == '}');
		if (value != NULL)
			buf_puts(b, value);
		else
			buf_put(b, s, whole);
		s += whole;
	}
}

char *
profile_expand(const char *path)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	put_variables(&b, path);
	return file_expand(buf_str(&b), home());
}

static char *
file_path(const char *variable, const char *otherwise)
{
	const char *said = profile_env(variable);

	return profile_expand(said != NULL ? said : otherwise);
}

char *
aws_credentials_path(void)
{
	return file_path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
}

/* ---- reading them ------------------------------------------------------------------- */

static struct ini *
load(const char *path, struct err *e)
{
	AUTO_BUF text = BUF_INIT(FILE_MAX);
	struct err why = { 0 };

	if (!file_read(path, &text, &why) && !err_is(&why, "NotFound")) {
		err_set(e, ERR_CONFIG, "%s", why.text);
		return NULL;
	}
	return ini_parse(path, text.data, text.len, e);
}

bool
profile_load(struct aws_files *f, struct err *e)
{
	f->config_path = file_path("AWS_CONFIG_FILE", "~/.aws/config");
	f->credentials_path = aws_credentials_path();
	f->config = load(f->config_path, e);
	if (f->config != NULL)
		f->credentials = load(f->credentials_path, e);
	return f->credentials != NULL;
}

void
profile_unload(struct aws_files *f)
{
	if (f->config != NULL)
		ini_free(f->config);
	if (f->credentials != NULL)
		ini_free(f->credentials);
	xfree(f->config_path);
	xfree(f->credentials_path);
	*f = (struct aws_files){ 0 };
}

char *
profile_section(const struct aws_files *f, const char *name)
{
	char *prefixed = xasprintf("profile %s", name);

	/* [profile default] goes before [default] as a whole. */
	if (strcmp(name, "default") != 0 || ini_has(f->config, prefixed))
		return prefixed;
	xfree(prefixed);
	return xstrdup(name);
}

struct profile_value
profile_in(const struct ini *ini, const char *path, const char *section, const char *key)
{
	return (struct profile_value){
		.value = ini_get(ini, section, key),
		.path = path,
		.line = ini_line(ini, section, key),
	};
}

struct profile_value
profile_in_credentials(const struct aws_files *f, const char *name, const char *key)
{
	return profile_in(f->credentials, f->credentials_path, name, key);
}

struct profile_value
profile_in_config(const struct aws_files *f, const char *name, const char *key)
{
	AUTO_FREE char *section = profile_section(f, name);

	return profile_in(f->config, f->config_path, section, key);
}

struct profile_value
profile_get(const struct aws_files *f, const char *name, const char *key)
{
	struct profile_value v = profile_in_credentials(f, name, key);

	return v.value != NULL ? v : profile_in_config(f, name, key);
}

/* ---- which one ------------------------------------------------------------------------ */

const char *
profile_asked(const struct aws_options *o)
{
	const char *name = o->profile;

	if (name == NULL)
		name = profile_env("AWS_PROFILE");
	return name != NULL ? name : profile_env("AWS_DEFAULT_PROFILE");
}

bool
profile_choose(
    const struct aws_files *f, const struct aws_options *o, const char **name, struct err *e)
{
	const char *asked = profile_asked(o);

	if (asked == NULL) {
		*name = "default";
		return true;
	}
	AUTO_FREE char *section = profile_section(f, asked);
	if (!o->new_profile && !ini_has(f->config, section) && !ini_has(f->credentials, asked))
		return err_set(e, ERR_CONFIG, "The config profile (%s) could not be found", asked);
	*name = asked;
	return true;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
add_name(struct strlist *out, const char *name)
{
	if (name[0] != '\0' && !strlist_has(out, name))
		strlist_add(out, name);
}

void
aws_profile_names(struct strlist *out)
{
	AUTO_FILES f = { 0 };
	const char *s;

	if (!profile_load(&f, NULL))
		return;
	for (size_t i = 0; (s = ini_section(f.config, i)) != NULL; i++)
		if (strncmp(s, "profile ", 8) == 0)
			add_name(out, s + 8);
		else if (strcmp(s, "default") == 0)
			add_name(out, s);
	for (size_t i = 0; (s = ini_section(f.credentials, i)) != NULL; i++)
		if (strncmp(s, "profile ", 8) != 0)
			add_name(out, s);
	if (out->n > 1)
		qsort(out->items, out->n, sizeof(*out->items), compare);
}
