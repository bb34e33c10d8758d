/* SPDX-License-Identifier: MIT */
/*
 * Inside of src/aws: the two files of the AWS tools and the environment
 * (aws-client page, 1.2 to 1.4).  profile.c is the only caller of getenv().
 */
#ifndef AWS_PROFILE_H
#define AWS_PROFILE_H

#include "aws.h"
#include "ini.h"

struct aws_files {
	char *config_path, *credentials_path;
	struct ini *config, *credentials;	/* never NULL once loaded */
};

/* The variable's value; NULL when it is unset or empty. */
const char *profile_env(const char *name);
/* The same, but "" when it is empty. */
const char *profile_env_raw(const char *name);

/* "~" and "$NAME" at work as in a shell; xfree(). */
char   *profile_expand(const char *path);

/* Both files; one that is missing is empty, one that cannot be read is ERR_CONFIG. */
bool	profile_load(struct aws_files *f, struct err *e);
void	profile_unload(struct aws_files *f);
#define AUTO_FILES __attribute__((cleanup(profile_unload))) struct aws_files

/* The profile that is asked for, or NULL: option, AWS_PROFILE, AWS_DEFAULT_PROFILE. */
const char *profile_asked(const struct aws_options *o);

/*
 * Fails (ERR_CONFIG) when a profile is asked for that neither file has, unless
 * it may be new; *name is it or "default", borrowed.
 */
bool	profile_choose(const struct aws_files *f, const struct aws_options *o, const char **name,
	    struct err *e);

/* The section of a profile in the config file, "profile x" or "default"; xfree(). */
char   *profile_section(const struct aws_files *f, const char *name);

/* One setting. */
struct profile_value {
	const char *value;	/* NULL: not set */
	const char *path;	/* of the file it stands in */
	unsigned line;
};
/* What stands in one section of one file. */
struct profile_value profile_in(const struct ini *ini, const char *path, const char *section,
	    const char *key);
/* What a profile's section has, in one of the files; path is set in any case. */
struct profile_value profile_in_credentials(const struct aws_files *f, const char *name,
	    const char *key);
struct profile_value profile_in_config(const struct aws_files *f, const char *name,
	    const char *key);
/* In either: what stands in the credentials file goes before the config file. */
struct profile_value profile_get(const struct aws_files *f, const char *name, const char *key);

#endif
