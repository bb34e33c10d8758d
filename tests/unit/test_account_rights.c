/* SPDX-License-Identifier: MIT */
/* Who can administer: three-valued evaluation of the policies that reach a user. */
#include "core_test.h"

#include <jansson.h>

#include "account.h"
#include "json.h"

#define ARN "arn:aws:iam::111122223333:user/alice"
#define ALLOW_ALL "{'Effect':'Allow','Action':'*','Resource':'*'}"
#define ADMIN                                                                                      \
	"'AttachedManagedPolicies':[{'PolicyArn':'arn:aws:iam::aws:policy/AdministratorAccess'}]"
#define MANAGED(arn) "'AttachedManagedPolicies':[{'PolicyArn':'" arn "'}]"
/* An inline policy of the user's, with its statements. */
#define INLINE(statements)                                                                         \
	"'UserPolicyList':[{'PolicyName':'p','PolicyDocument':"                                    \
	"{'Version':'2012-10-17','Statement':[" statements "]}}]"
#define ALLOW_IF(condition)                                                                        \
	INLINE("{'Effect':'Allow','Action':'*','Resource':'*','Condition':" condition "}")
#define ADMIN_DENY_IF(condition)                                                                   \
	INLINE(ALLOW_ALL ",{'Effect':'Deny','Action':'*','Resource':'*','Condition':" condition "}")

/* Groups and policies that every row can name. */
#define OTHERS                                                                                     \
	"'groups':["                                                                               \
	"{'GroupName':'Administrators'," ADMIN "},"                                                \
	"{'GroupName':'Mfa','GroupPolicyList':[{'PolicyName':'p','PolicyDocument':"                \
	"{'Version':'2012-10-17','Statement':{'Effect':'Deny','NotAction':'iam:*MFA*',"            \
	"'Resource':'*','Condition':{'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}}}}}]}," \
	"{'GroupName':'Readers'," MANAGED(                                                         \
	    "arn:aws:iam::aws:policy/ReadOnlyAccess") "}],"                                        \
						      "'policies':["                               \
						      "{'Arn':'arn:aws:iam::111122223333:policy/"  \
						      "all','Document':"                           \
						      "{'Version':'2012-10-17','Statement'"        \
						      ":" ALLOW_ALL "}},"                          \
						      "{'Arn':'arn:aws:iam::111122223333:policy/"  \
						      "s3','Document':"                            \
						      "{'Version':'2012-10-17','Statement':{'"     \
						      "Effect':'Allow','Action':'s3:*','Resource'" \
						      ":'*'}}},"                                   \
						      "{'Arn':'arn:aws:iam::111122223333:policy/"  \
						      "broken','Document':'%7Brubbish'}]"

static json_t *
parse(const char *text)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);
	struct err e = { 0 };
	json_t *v;

	for (; *text != '\0'; text++)
		buf_putc(&b, *text == '\'' ? '"' : *text);
	v = json_parse(b.data, b.len, &e);
	if (v == NULL)
		fail_msg("%s in %s", e.text, buf_str(&b));
	return v;
}

static json_t *
details_with(const char *user)
{
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);

	buf_puts(&text, "{'users':[{'UserName':'alice','Arn':'" ARN "','Path':'/'");
	buf_puts(&text, user[0] != '\0' ? "," : "");
	buf_puts(&text, user);
	buf_puts(&text, "}]," OTHERS "}");
	return parse(buf_str(&text));
}

/* ---- everything an administrator must ---------------------------------------------- */

static const struct {
	const char *what, *user;
	enum decision without, with; /* MFA */
} admins[] = {
	{ "nothing at all", "", DECIDE_NO, DECIDE_NO },
	{ "AdministratorAccess", ADMIN, DECIDE_YES, DECIDE_YES },
	{ "PowerUserAccess", MANAGED("arn:aws:iam::aws:policy/PowerUserAccess"), DECIDE_NO,
	    DECIDE_NO },
	{ "IAMFullAccess", MANAGED("arn:aws:iam::aws:policy/IAMFullAccess"), DECIDE_NO, DECIDE_NO },
	{ "another policy of AWS's", MANAGED("arn:aws:iam::aws:policy/job-function/Billing"),
	    DECIDE_NO, DECIDE_NO },
	{ "a policy that only bears the name",
	    MANAGED("arn:aws:iam::111122223333:policy/AdministratorAccess"), DECIDE_UNKNOWN,
	    DECIDE_UNKNOWN },
	{ "a policy of one's own", MANAGED("arn:aws:iam::111122223333:policy/all"), DECIDE_YES,
	    DECIDE_YES },
	{ "a narrow policy of one's own", MANAGED("arn:aws:iam::111122223333:policy/s3"), DECIDE_NO,
	    DECIDE_NO },
	{ "a policy that cannot be read", MANAGED("arn:aws:iam::111122223333:policy/broken"),
	    DECIDE_UNKNOWN, DECIDE_UNKNOWN },
	{ "a group", "'GroupList':['Administrators']", DECIDE_YES, DECIDE_YES },
	{ "a group as one text", "'GroupList':'Administrators'", DECIDE_YES, DECIDE_YES },
	{ "a group that reads", "'GroupList':['Readers']", DECIDE_NO, DECIDE_NO },
	{ "a group that is not known", "'GroupList':['Gone']", DECIDE_UNKNOWN, DECIDE_UNKNOWN },
	{ "a group that wants MFA", "'GroupList':['Administrators','Mfa']", DECIDE_NO, DECIDE_YES },
	{ "an inline policy", INLINE(ALLOW_ALL), DECIDE_YES, DECIDE_YES },
	{ "wildcards in parts",
	    INLINE("{'Effect':'Allow','Action':['*:*'],'Resource':['arn:*','*']}"), DECIDE_YES,
	    DECIDE_YES },
	{ "each service by name",
	    INLINE("{'Effect':'Allow','Action':['iam:*','s3:*','cloudtrail:*','ec2:*','kms:*'],"
		   "'Resource':'*'}"),
	    DECIDE_YES, DECIDE_YES },
	{ "a service is missing",
	    INLINE("{'Effect':'Allow','Action':['iam:*','s3:*','ec2:*','kms:*'],'Resource':'*'}"),
	    DECIDE_NO, DECIDE_NO },
	{ "all but a service that does not matter",
	    INLINE("{'Effect':'Allow','NotAction':'snowball:*','Resource':'*'}"), DECIDE_YES,
	    DECIDE_YES },
	{ "all but IAM", INLINE("{'Effect':'Allow','NotAction':'iam:*','Resource':'*'}"), DECIDE_NO,
	    DECIDE_NO },
	{ "only one bucket and user",
	    INLINE("{'Effect':'Allow','Action':'*','Resource':['" ARN "','arn:aws:s3:::logs']}"),
	    DECIDE_NO, DECIDE_NO },
	{ "all but one bucket",
	    INLINE("{'Effect':'Allow','Action':'*','NotResource':'arn:aws:s3:::logs'}"), DECIDE_YES,
	    DECIDE_YES },
	{ "all but all users",
	    INLINE("{'Effect':'Allow','Action':'*','NotResource':'arn:aws:iam::*:user/*'}"),
	    DECIDE_NO, DECIDE_NO },
	{ "Deny wins", ADMIN "," INLINE("{'Effect':'Deny','Action':'iam:Create*','Resource':'*'}"),
	    DECIDE_NO, DECIDE_NO },
	{ "Deny that protects one bucket",
	    ADMIN "," INLINE("{'Effect':'Deny','Action':'s3:*','Resource':'arn:aws:s3:::logs'}"),
	    DECIDE_YES, DECIDE_YES },
	{ "Deny in another case of letters",
	    ADMIN "," INLINE("{'Effect':'Deny','Action':'IAM:createuser','Resource':'*'}"),
	    DECIDE_NO, DECIDE_NO },
	{ "quarantine of a leaked key",
	    "'AttachedManagedPolicies':["
	    "{'PolicyArn':'arn:aws:iam::aws:policy/AdministratorAccess'},"
	    "{'PolicyArn':'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3'}]",
	    DECIDE_NO, DECIDE_NO },
	{ "a boundary that allows all",
	    ADMIN ",'PermissionsBoundary':{'PermissionsBoundaryArn':"
		  "'arn:aws:iam::aws:policy/AdministratorAccess'}",
	    DECIDE_YES, DECIDE_YES },
	{ "a boundary that allows some",
	    ADMIN ",'PermissionsBoundary':{'PermissionsBoundaryArn':"
		  "'arn:aws:iam::111122223333:policy/s3'}",
	    DECIDE_NO, DECIDE_NO },
	{ "a boundary that cannot be read",
	    ADMIN ",'PermissionsBoundary':{'PermissionsBoundaryArn':"
		  "'arn:aws:iam::111122223333:policy/gone'}",
	    DECIDE_UNKNOWN, DECIDE_UNKNOWN },
	{ "a boundary alone gives nothing",
	    "'PermissionsBoundary':{'PermissionsBoundaryArn':"
	    "'arn:aws:iam::aws:policy/AdministratorAccess'}",
	    DECIDE_NO, DECIDE_NO },
	{ "Allow with MFA", ALLOW_IF("{'Bool':{'aws:MultiFactorAuthPresent':'true'}}"), DECIDE_NO,
	    DECIDE_YES },
	{ "Allow with MFA, as a JSON boolean",
	    ALLOW_IF("{'Bool':{'aws:MultiFactorAuthPresent':true}}"), DECIDE_NO, DECIDE_YES },
	{ "Allow with recent MFA",
	    ALLOW_IF("{'NumericLessThan':{'aws:MultiFactorAuthAge':'3600'}}"), DECIDE_NO,
	    DECIDE_YES },
	/* the key is absent for a long-term key: Bool does not hold, BoolIfExists does */
	{ "Deny if MFA is false", ADMIN_DENY_IF("{'Bool':{'aws:MultiFactorAuthPresent':'false'}}"),
	    DECIDE_YES, DECIDE_YES },
	{ "Deny if MFA is false or absent",
	    ADMIN_DENY_IF("{'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}}"), DECIDE_NO,
	    DECIDE_YES },
	{ "Deny if there is no age", ADMIN_DENY_IF("{'Null':{'aws:MultiFactorAuthAge':'true'}}"),
	    DECIDE_NO, DECIDE_YES },
	{ "Deny without TLS", ADMIN_DENY_IF("{'Bool':{'aws:SecureTransport':'false'}}"), DECIDE_YES,
	    DECIDE_YES },
	{ "Allow by name", ALLOW_IF("{'StringEquals':{'aws:username':['bob','alice']}}"),
	    DECIDE_YES, DECIDE_YES },
	{ "Allow another", ALLOW_IF("{'StringEquals':{'aws:username':'bob'}}"), DECIDE_NO,
	    DECIDE_NO },
	{ "Deny all but alice",
	    ADMIN_DENY_IF("{'ArnNotLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/alice'}}"),
	    DECIDE_YES, DECIDE_YES },
	{ "Deny all but bob",
	    ADMIN_DENY_IF("{'ArnNotLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/bob'}}"),
	    DECIDE_NO, DECIDE_NO },
	{ "Allow from somewhere", ALLOW_IF("{'IpAddress':{'aws:SourceIp':'192.0.2.0/24'}}"),
	    DECIDE_UNKNOWN, DECIDE_UNKNOWN },
	{ "Deny from elsewhere", ADMIN_DENY_IF("{'NotIpAddress':{'aws:SourceIp':'192.0.2.0/24'}}"),
	    DECIDE_UNKNOWN, DECIDE_UNKNOWN },
	{ "what is not known does not matter when all is allowed anyhow",
	    ADMIN "," ALLOW_IF("{'IpAddress':{'aws:SourceIp':'192.0.2.0/24'}}"), DECIDE_YES,
	    DECIDE_YES },
	{ "nor when all is denied anyhow",
	    INLINE("{'Effect':'Deny','Action':'*','Resource':'*'},"
		   "{'Effect':'Allow','Action':'*','Resource':'*','Condition':"
		   "{'IpAddress':{'aws:SourceIp':'192.0.2.0/24'}}}"),
	    DECIDE_NO, DECIDE_NO },
	{ "one of two conditions is certainly false",
	    ALLOW_IF("{'IpAddress':{'aws:SourceIp':'192.0.2.0/24'},"
		     "'Bool':{'aws:MultiFactorAuthPresent':'true'}}"),
	    DECIDE_NO, DECIDE_UNKNOWN },
};

static const char *
word(enum decision d)
{
	return d == DECIDE_YES ? "yes" : d == DECIDE_NO ? "no" : "unknown";
}

static unsigned
check(const char *what, const char *when, enum decision got, enum decision want)
{
	if (got == want)
		return 0;
	print_error("%s, %s: %s, not %s\n", what, when, word(got), word(want));
	return 1;
}

static void
test_administer(void **state)
{
	const struct decide_context without = { .mfa = false }, with = { .mfa = true };
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof admins / sizeof admins[0]; i++) {
		json_auto_t *details = details_with(admins[i].user);
		const json_t *alice = administer_find_user(details, "alice");

		wrong += check(admins[i].what, "without MFA",
		    administer_user(details, alice, &without), admins[i].without);
		wrong += check(admins[i].what, "with MFA", administer_user(details, alice, &with),
		    admins[i].with);
	}
	assert_int_equal(wrong, 0);
}

/* ---- one action on one resource -------------------------------------------------------- */

static const struct {
	const char *user, *action, *resource;
	enum decision want;
} actions[] = {
	{ MANAGED("arn:aws:iam::aws:policy/PowerUserAccess"), "s3:PutBucketPolicy",
	    "arn:aws:s3:::logs", DECIDE_YES },
	{ MANAGED("arn:aws:iam::aws:policy/PowerUserAccess"), "iam:CreateUser", "*", DECIDE_NO },
	{ MANAGED("arn:aws:iam::aws:policy/IAMFullAccess"), "iam:CreateUser", "*", DECIDE_YES },
	{ MANAGED("arn:aws:iam::aws:policy/IAMFullAccess"), "s3:ListBucket", "arn:aws:s3:::logs",
	    DECIDE_NO },
	/* whether a policy of AWS's that is not known gives one right is not known either */
	{ MANAGED("arn:aws:iam::aws:policy/ReadOnlyAccess"), "s3:GetObject", "arn:aws:s3:::logs/x",
	    DECIDE_UNKNOWN },
	{ INLINE("{'Effect':'Allow','Action':'iam:*','Resource':'arn:aws:iam::*:user/"
		 "${aws:username}'}"),
	    "iam:CreateAccessKey", ARN, DECIDE_YES },
	{ INLINE("{'Effect':'Allow','Action':'iam:*','Resource':'arn:aws:iam::*:user/"
		 "${aws:username}'}"),
	    "iam:CreateAccessKey", "arn:aws:iam::111122223333:user/bob", DECIDE_NO },
	{ INLINE("{'Effect':'Allow','Action':'s3:Get?bject','Resource':'arn:aws:s3:::logs/*'}"),
	    "s3:GetObject", "arn:aws:s3:::logs/a/b", DECIDE_YES },
	/* resources heed the case of letters */
	{ INLINE("{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::Logs'}"),
	    "s3:ListBucket", "arn:aws:s3:::logs", DECIDE_NO },
	{ "'GroupList':['Administrators','Mfa']", "iam:EnableMFADevice", ARN, DECIDE_YES },
	{ "'GroupList':['Administrators','Mfa']", "iam:CreateUser", ARN, DECIDE_NO },
};

static void
test_allows(void **state)
{
	const struct decide_context without = { .mfa = false };
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
		json_auto_t *details = details_with(actions[i].user);
		const json_t *alice = administer_find_user(details, "alice");

		wrong += check(actions[i].action, actions[i].resource,
		    administer_allows(
			details, alice, actions[i].action, actions[i].resource, &without),
		    actions[i].want);
	}
	assert_int_equal(wrong, 0);
}

/* ---- finding ------------------------------------------------------------------------------ */

static void
test_find(void **state)
{
	const struct decide_context with = { .mfa = true };
	json_auto_t *details = details_with(ADMIN);

	(void)state;
	assert_string_equal(json_text(administer_find_user(details, "alice"), "Arn"), ARN);
	assert_null(administer_find_user(details, "bob"));
	assert_null(administer_find_user(NULL, "alice"));
	assert_string_equal(
	    json_text(administer_find_group(details, "Readers"), "GroupName"), "Readers");
	assert_null(administer_find_group(details, "readers"));
	assert_int_equal(administer_user(details, NULL, &with), DECIDE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_administer),
		cmocka_unit_test(test_allows),
		cmocka_unit_test(test_find),
	};

	return RUN(tests);
}
