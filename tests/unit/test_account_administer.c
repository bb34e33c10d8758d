/* SPDX-License-Identifier: MIT */
/*
 * Conditions, variables and Deny in the question who can administer, many of
 * them AWS's documented examples (IAM User Guide, "Example IAM identity-based
 * policies", "Condition operators").  How policies reach a user:
 * test_account_rights.c.  What is expected is three letters: with a long-term
 * key, in a console session without MFA, with MFA; each Y, N or ? (cannot be
 * decided).
 */
#include "core_test.h"

#include <jansson.h>

#include "account.h"
#include "json.h"
#include "text.h"

#define ARN "arn:aws:iam::111122223333:user/alice"

static const struct decide_context contexts[] = { { 0 }, { .console = true }, { .mfa = true } };

/* JSON with ' for ". */
static json_t *
parse(const char *text)
{
	AUTO_FREE char *json = xstrdup(text);
	struct err e = { .kind = ERR_NONE };
	json_t *v;

	for (char *p = json; *p != '\0'; p++)
		*p = *p == '\'' ? '"' : *p;
	v = json_parse(json, strlen(json), &e);
	if (v == NULL)
		fail_msg("%s: %s", e.text, json);
	return v;
}

/* alice with one inline policy, and AdministratorAccess when admin is set. */
static json_t *
alice_with(const char *version, const char *statements, bool admin)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);

	buf_puts(&b, "{'UserName':'alice','UserId':'AIDA1','Arn':'" ARN "',"
		     "'Tags':[{'Key':'Team','Value':'ops'}],");
	if (admin)
		buf_puts(&b, "'AttachedManagedPolicies':[{'PolicyArn':"
			     "'arn:aws:iam::aws:policy/AdministratorAccess'}],");
	buf_printf(&b, "'UserPolicyList':[{'PolicyDocument':{'Version':'%s','Statement':[%s]}}]}",
	    version, statements);
	return parse(buf_str(&b));
}

static void
expect(const char *name, const json_t *user, const char *want)
{
	json_auto_t *details = json_object();
	char got[4] = "";

	for (size_t i = 0; i < 3; i++)
		got[i] = "NY?"[administer_user(details, user, &contexts[i])];
	if (strcmp(got, want) != 0)
		fail_msg("%s: %s, not %s", name, got, want);
}

struct line {
	const char *name, *text, *want;
};

/* ---- Allow everything, if ------------------------------------------------------------------ */

static const struct line conditions[] = {
	{ "nothing", "", "YYY" },
	{ "with MFA", "'Bool':{'aws:MultiFactorAuthPresent':'true'}", "NNY" },
	{ "with MFA, or with a key", "'BoolIfExists':{'aws:MultiFactorAuthPresent':'true'}",
	    "YNY" },
	{ "any session", "'Null':{'aws:MultiFactorAuthPresent':'false'}", "NYY" },
	{ "only keys", "'Null':{'aws:MultiFactorAuthPresent':true}", "YNN" },
	{ "keys or sessions", "'Null':{'aws:MultiFactorAuthPresent':['true','false']}", "YYY" },
	{ "MFA within the hour", "'NumericLessThanEquals':{'aws:MultiFactorAuthAge':3600}", "NNY" },
	{ "MFA longer ago", "'NumericGreaterThan':{'aws:MultiFactorAuthAge':'3600'}", "NNN" },
	{ "MFA not at once", "'NumericNotEquals':{'aws:MultiFactorAuthAge':'0'}", "YYY" },
	{ "an age that is no number", "'NumericLessThan':{'aws:MultiFactorAuthAge':'x'}", "NNN" },
	{ "names fold case", "'bool':{'AWS:multifactorauthpresent':'TRUE'}", "NNY" },
	{ "two conditions, one fails",
	    "'Bool':{'aws:MultiFactorAuthPresent':'true','aws:SecureTransport':'false'}", "NNN" },
	{ "over TLS", "'Bool':{'aws:SecureTransport':'true'}", "YYY" },
	{ "the case of a name", "'StringEquals':{'aws:username':'Alice'}", "NNN" },
	{ "ignoring the case", "'StringEqualsIgnoreCase':{'aws:username':'Alice'}", "YYY" },
	{ "no wildcard in StringEquals", "'StringEquals':{'aws:username':'a*'}", "NNN" },
	{ "a wildcard in StringLike", "'StringLike':{'aws:username':'a*'}", "YYY" },
	{ "anybody but bob", "'StringNotEquals':{'aws:username':'bob'}", "YYY" },
	{ "anybody but these", "'StringNotEquals':{'aws:username':['bob','alice']}", "NNN" },
	{ "nobody listed", "'StringEquals':{'aws:username':[]}", "NNN" },
	{ "roles only", "'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/*'}", "NNN" },
	{ "her account", "'StringEquals':{'aws:PrincipalAccount':'111122223333'}", "YYY" },
	{ "her id", "'StringLike':{'aws:userid':['AROA*:*','AIDA1']}", "YYY" },
	{ "users", "'StringEquals':{'aws:PrincipalType':'User'}", "YYY" },
	{ "a tag, its key in any case", "'StringEquals':{'aws:PrincipalTag/team':'ops'}", "YYY" },
	{ "another value of it", "'StringEquals':{'aws:PrincipalTag/team':'dev'}", "NNN" },
	{ "a tag she has not", "'StringEquals':{'aws:PrincipalTag/role':'x'}", "NNN" },
	{ "a tag, if it exists", "'StringEqualsIfExists':{'aws:PrincipalTag/role':'x'}", "YYY" },
	{ "not through a service", "'Bool':{'aws:ViaAWSService':'false'}", "YYY" },
	{ "through CloudFormation",
	    "'ForAnyValue:StringEquals':{'aws:CalledVia':'cloudformation.amazonaws.com'}", "NNN" },
	{ "all values of nothing", "'ForAllValues:StringEquals':{'aws:CalledVia':'x'}", "YYY" },
	{ "some value of nothing", "'ForAnyValue:StringNotEquals':{'aws:CalledVia':'x'}", "NNN" },
	{ "from an office", "'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}", "???" },
	{ "from an office, with MFA",
	    "'IpAddress':{'aws:SourceIp':'203.0.113.0/24'},"
	    "'Bool':{'aws:MultiFactorAuthPresent':'true'}",
	    "NN?" },
	{ "until a date", "'DateLessThan':{'aws:CurrentTime':'2030-01-01T00:00:00Z'}", "???" },
	{ "in one Region", "'StringEquals':{'aws:RequestedRegion':'eu-west-1'}", "???" },
	{ "a session after a date",
	    "'DateGreaterThan':{'aws:TokenIssueTime':'2026-01-01T00:00:00Z'}", "N??" },
	{ "no session of that date",
	    "'DateNotEquals':{'aws:TokenIssueTime':'2026-01-01T00:00:00Z'}", "Y??" },
	{ "a date that is her name", "'DateEquals':{'aws:username':'2026-01-01'}", "???" },
	{ "an operator from the future", "'SoundsLike':{'aws:username':'x'}", "???" },
	{ "her name, as a variable", "'StringEquals':{'aws:username':'${aws:username}'}", "YYY" },
	{ "a variable's default",
	    "'StringEquals':{'aws:username':'${aws:PrincipalTag/who, alice}'}", "YYY" },
	{ "a variable with a value needs none",
	    "'StringEquals':{'aws:PrincipalTag/team':'${aws:PrincipalTag/Team, x}'}", "YYY" },
	{ "a variable without a value", "'StringLike':{'aws:username':'*${aws:PrincipalTag/who}'}",
	    "NNN" },
	{ "a variable that is not known", "'StringLike':{'aws:username':'${aws:SourceIp}'}",
	    "???" },
	{ "one that cannot fit", "'StringLike':{'aws:username':'z${aws:SourceIp}'}", "NNN" },
	{ "one that is not compared as a pattern",
	    "'StringEquals':{'aws:username':'z${aws:SourceIp}'}", "???" },
};

static void
test_conditions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
		AUTO_FREE char *s =
		    xasprintf("{'Effect':'Allow','Action':'*','Resource':'*','Condition':{%s}}",
			conditions[i].text);
		json_auto_t *user = alice_with("2012-10-17", s, false);

		expect(conditions[i].name, user, conditions[i].want);
	}
	/* The older version knows no variables. */
	json_auto_t *old = alice_with("2008-10-17",
	    "{'Effect':'Allow','Action':'*','Resource':'*','Condition':"
	    "{'StringEquals':{'aws:username':'${aws:username}'}}}",
	    false);
	expect("version 2008-10-17", old, "NNN");
	json_auto_t *none = alice_with(
	    "2012-10-17", "{'Effect':'Allow','Action':'*','Resource':'*','Condition':'x'}", false);
	expect("a condition that is none", none, "???");
}

/* ---- statements --------------------------------------------------------------------------------
 */

static const struct line statements[] = {
	{ "neither Action nor NotAction", "{'Effect':'Allow','Resource':'*'}", "NNN" },
	{ "neither Resource nor NotResource", "{'Effect':'Allow','Action':'*'}", "NNN" },
	{ "no effect", "{'Action':'*','Resource':'*'}", "NNN" },
	{ "no actions", "{'Effect':'Allow','Action':[],'Resource':'*'}", "NNN" },
	{ "in parts",
	    "{'Effect':'Allow','Action':['IAM:*','s3:*','CloudTrail:Stop*'],'Resource':'*'},"
	    "{'Effect':'Allow','Action':['ec2:Run?nstances','kms:C*'],'Resource':'*'}",
	    "YYY" },
	{ "another partition", "{'Effect':'Allow','Action':'*','Resource':'arn:aws-cn:*'}", "NNN" },
	{ "herself only (AWS: manage own credentials)",
	    "{'Effect':'Allow','Action':'iam:*','Resource':'arn:aws:iam::*:user/${aws:username}'},"
	    "{'Effect':'Allow','NotAction':'iam:*','Resource':'*'}",
	    "NNN" },
	{ "new users within a boundary only (AWS: delegate)",
	    "{'Effect':'Allow','NotAction':'iam:CreateUser','Resource':'*'},"
	    "{'Effect':'Allow','Action':'iam:CreateUser','Resource':'*','Condition':{'StringEquals'"
	    ":"
	    "{'iam:PermissionsBoundary':'arn:aws:iam::111122223333:policy/XCompanyBoundaries'}}}",
	    "???" },
	{ "from an office, or with MFA",
	    "{'Effect':'Allow','Action':'*','Resource':'*',"
	    "'Condition':{'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}}},"
	    "{'Effect':'Allow','Action':'*','Resource':'*',"
	    "'Condition':{'Bool':{'aws:MultiFactorAuthPresent':'true'}}}",
	    "??Y" },
};

static void
test_statements(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
		json_auto_t *user = alice_with("2012-10-17", statements[i].text, false);

		expect(statements[i].name, user, statements[i].want);
	}
}

/* ---- Deny beside AdministratorAccess
 * --------------------------------------------------------------- */

#define LISTED                                                                                     \
	"'NotAction':['iam:CreateVirtualMFADevice','iam:EnableMFADevice','iam:GetUser',"           \
	"'iam:ListMFADevices','iam:ListVirtualMFADevices','iam:ResyncMFADevice',"                  \
	"'sts:GetSessionToken'],'Resource':'*'"
#define ALL "'Action':'*','Resource':'*'"

static const struct line denied[] = {
	{ "all", ALL, "NNN" },
	{ "all but listed without MFA (AWS: self-manage with MFA)",
	    LISTED ",'Condition':{'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}}", "NNY" },
	{ "the usual mistake: Bool lets keys through",
	    LISTED ",'Condition':{'Bool':{'aws:MultiFactorAuthPresent':'false'}}", "YNY" },
	{ "the other one: Null lets the console through",
	    LISTED ",'Condition':{'Null':{'aws:MultiFactorAuthPresent':'true'}}", "NYY" },
	{ "MFA older than an hour",
	    ALL ",'Condition':{'NumericGreaterThanIfExists':{'aws:MultiFactorAuthAge':'3600'}}",
	    "NNY" },
	{ "others' keys, hers may be made",
	    "'Action':'iam:CreateAccessKey','NotResource':'arn:aws:iam::*:user/${aws:username}'",
	    "NNN" },
	{ "one user's keys",
	    "'Action':'iam:*AccessKey*','Resource':'arn:aws:iam::*:user/break-glass'", "YYY" },
	{ "the log bucket",
	    "'Action':'s3:*','Resource':['arn:aws:s3:::logs','arn:aws:s3:::logs/*']", "YYY" },
	{ "stopping any trail", "'Action':'cloudtrail:Stop*','Resource':'*'", "NNN" },
	{ "stopping one trail",
	    "'Action':'cloudtrail:StopLogging','Resource':'arn:aws:cloudtrail:*:*:trail/main'",
	    "YYY" },
	{ "leaving the organization", "'Action':'organizations:LeaveOrganization','Resource':'*'",
	    "YYY" },
	{ "all but whom a pattern names",
	    ALL ",'Condition':{'ArnNotLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/al?ce'}}",
	    "YYY" },
	{ "outside of two Regions (AWS: deny by Region)",
	    "'NotAction':['cloudfront:*','iam:*','route53:*','support:*'],'Resource':'*',"
	    "'Condition':{'StringNotEquals':{'aws:RequestedRegion':['eu-central-1','eu-west-1']}}",
	    "???" },
	{ "outside of the office (AWS: deny by source IP)",
	    ALL ",'Condition':{'NotIpAddress':{'aws:SourceIp':['192.0.2.0/24']},"
		"'Bool':{'aws:ViaAWSService':'false'}}",
	    "???" },
	{ "outside of the office, through services",
	    ALL ",'Condition':{'NotIpAddress':{'aws:SourceIp':['192.0.2.0/24']},"
		"'Bool':{'aws:ViaAWSService':'true'}}",
	    "YYY" },
	{ "outside of the office without MFA",
	    ALL ",'Condition':{'NotIpAddress':{'aws:SourceIp':['192.0.2.0/24']},"
		"'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}}",
	    "??Y" },
	{ "reading elsewhere, which no administrator is asked for",
	    "'Action':'s3:GetObject','Resource':'*',"
	    "'Condition':{'IpAddress':{'aws:SourceIp':'192.0.2.0/24'}}",
	    "YYY" },
};

static void
test_denied(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof denied / sizeof denied[0]; i++) {
		AUTO_FREE char *s = xasprintf("{'Effect':'Deny',%s}", denied[i].text);
		json_auto_t *user = alice_with("2012-10-17", s, true);

		expect(denied[i].name, user, denied[i].want);
	}
}

/* ---- one action on one resource
 * ----------------------------------------------------------------------- */

static void
test_resources(void **state)
{
	static const struct {
		const char *resource, *asked;
		char want;
	} cases[] = {
		/* AWS: home directories by user name */
		{ "'Resource':'arn:aws:s3:::h/home/${aws:username}/*'",
		    "arn:aws:s3:::h/home/alice/x", 'Y' },
		{ "'Resource':'arn:aws:s3:::h/home/${aws:username}/*'", "arn:aws:s3:::h/home/bob/x",
		    'N' },
		{ "'Resource':'arn:aws:s3:::${s3:prefix}/*'", "arn:aws:s3:::h/x", '?' },
		{ "'Resource':'arn:aws:s3:::h/${s3:prefix}/*'", "arn:aws:s3:::i/x/y", 'N' },
		{ "'Resource':['arn:aws:s3:::${s3:prefix}','*']", "arn:aws:s3:::h", 'Y' },
		{ "'Resource':'arn:aws:s3:::h/${aws:PrincipalTag/role}*'", "arn:aws:s3:::h/x",
		    'N' },
		{ "'NotResource':'arn:aws:s3:::h/${s3:prefix}'", "arn:aws:s3:::h/x", '?' },
		{ "'NotResource':['arn:aws:s3:::h/*','arn:aws:s3:::i']", "arn:aws:s3:::h/x", 'N' },
		{ "'NotResource':['arn:aws:s3:::h/*','arn:aws:s3:::i']", "arn:aws:s3:::j", 'Y' },
		{ "'Resource':'arn:aws:s3:::h/${*}'", "arn:aws:s3:::h/xy", 'N' },
		{ "'Resource':'arn:aws:s3:::h/${$}{x}'", "arn:aws:s3:::h/${x}", 'Y' },
		{ "'Resource':'arn:aws:s3:::h/${unclosed'", "arn:aws:s3:::h/${unclosed", 'Y' },
		/* an action that has no resource */
		{ "'Resource':'*'", "*", 'Y' },
		{ "'Resource':'arn:aws:s3:::*'", "*", 'N' },
	};
	json_auto_t *none = json_object();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		AUTO_FREE char *s =
		    xasprintf("{'Effect':'Allow','Action':'s3:*',%s}", cases[i].resource);
		json_auto_t *user = alice_with("2012-10-17", s, false);
		char got = "NY?"[administer_allows(
		    none, user, "s3:PutObject", cases[i].asked, &contexts[0])];

		if (got != cases[i].want)
			fail_msg("%s, %s: %c", cases[i].resource, cases[i].asked, got);
	}
}

/* ---- what rootlock itself attaches
 * ------------------------------------------------------------------------ */

/* It lets a user, also one under a path, enrol himself and nobody else; the rest needs MFA. */
static void
test_require_mfa(void **state)
{
	static const struct aws_partition p = { .id = "aws" };
	static const struct account a = { .caller.account = "111122223333", .partition = &p };
	static const char *const own[] = { "arn:aws:iam::111122223333:user/alice",
		"arn:aws:iam::111122223333:user/staff/alice" };
	static const struct {
		const char *action, *want; /* with a key, with MFA */
	} cases[] = {
		{ "iam:EnableMFADevice", "YY" },
		{ "iam:ListMFADevices", "YY" },
		{ "iam:ResyncMFADevice", "YY" },
		{ "iam:GetUser", "YY" },
		{ "iam:DeactivateMFADevice", "NY" },
		{ "iam:ChangePassword", "NY" },
		{ "iam:CreateAccessKey", "NY" },
		{ "iam:CreateUser", "NN" },
	};
	json_auto_t *none = json_object();
	json_auto_t *user = json_pack("{s:s, s:[{s:o}]}", "UserName", "alice", "UserPolicyList",
	    "PolicyDocument", policydoc_require_mfa(&a));

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (size_t k = 0; k < 4; k++) {
			char got = "NY?"[administer_allows(
			    none, user, cases[i].action, own[k % 2], &contexts[k < 2 ? 0 : 2])];

			if (got != cases[i].want[k / 2])
				fail_msg("%s on %s: %c", cases[i].action, own[k % 2], got);
		}
		assert_int_equal(administer_allows(none, user, cases[i].action,
				     "arn:aws:iam::111122223333:user/bob", &contexts[2]),
		    DECIDE_NO);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_statements),
		cmocka_unit_test(test_denied),
		cmocka_unit_test(test_resources),
		cmocka_unit_test(test_require_mfa),
	};

	return RUN(tests);
}
