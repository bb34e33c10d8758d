# SPDX-License-Identifier: MIT
"""Environment and files, and what the chain of credentials makes of them.

`want` is the access key, the Region as "region:NAME", or "!CODE" for an error of ours. A case with
`differs` is a deliberate difference from botocore: `differs` is its reason, and test_chain.py
fails when the two agree after all.
"""

from dataclasses import dataclass, field

LONG = "2099-01-01T00:00:00Z"
PAST = "2020-01-01T00:00:00Z"
KEYS = "aws_access_key_id = {0}\naws_secret_access_key = secret-{0}\n"
ROLE = "role_arn = arn:aws:iam::111122223333:role/{0}\n"
ARN = "arn:aws:iam::111122223333:role/"


@dataclass
class Case:
    name: str
    want: str
    env: dict = field(default_factory=dict)
    config: str = ""
    credentials: str = ""
    files: dict = field(default_factory=dict)
    options: dict = field(default_factory=dict)
    differs: str = ""


def keys(name):
    return KEYS.format(name)


def role(name, rest="source_profile = base\n"):
    return ROLE.format(name) + rest


def env(name, **more):
    return {"AWS_ACCESS_KEY_ID": name, "AWS_SECRET_ACCESS_KEY": f"secret-{name}"} | more


def process(text, status=0):
    """A credential process that prints the file {HOME}/said."""
    return {"said": text, "tool": f"#!/bin/sh\ncat \"$(dirname \"$0\")/said\"\nexit {status}\n"}


SAID = '{"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "s"%s}'
BASE = "[base]\n" + keys("AKBASE")
PROCESS = "[default]\ncredential_process = {HOME}/tool\n"
SSO = ("[default]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = reader\n"
       "[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://x.awsapps.com/start\n")
SSO_OLD = ("[default]\nsso_account_id = 111122223333\nsso_role_name = reader\n"
           "sso_region = us-east-1\nsso_start_url = https://x.awsapps.com/start\n")


def token(end, name="s", access="sso-token", **more):
    return {f"SSO:{name}": {"accessToken": access, "expiresAt": end, "region": "us-east-1",
                            "startUrl": "https://x.awsapps.com/start"} | more}


REFRESH = {"clientId": "c", "clientSecret": "cs", "registrationExpiresAt": LONG,
           "refreshToken": "refresh-1"}
CLOCK = "rootlock lets AWS decide what has ended: the clock of a new computer may be wrong"
CLI = "rootlock takes the variable that the AWS CLI v2 takes first; botocore alone does not"
INI = "rootlock reads files by the rule of the other SDKs: what follows ' #' is a comment"
NOT_EMPTY = "an empty or unusable value is told at once, not sent to AWS"

KEYS_CASES = [
    Case("nothing", "!NoCredentials"),
    Case("environment", "AKENV", env("AKENV")),
    Case("environment with token", "AKENV", env("AKENV", AWS_SESSION_TOKEN="t")),
    Case("older token variable first", "AKENV",
         env("AKENV", AWS_SESSION_TOKEN="t", AWS_SECURITY_TOKEN="older")),
    Case("an empty older token is none", "AKENV",
         env("AKENV", AWS_SESSION_TOKEN="t", AWS_SECURITY_TOKEN="")),
    Case("environment without secret", "!PartialCredentials", {"AWS_ACCESS_KEY_ID": "AKENV"}),
    Case("secret alone is nothing", "!NoCredentials", {"AWS_SECRET_ACCESS_KEY": "s"}),
    Case("empty id is nothing", "AKFILE", env(""), credentials="[default]\n" + keys("AKFILE")),
    Case("environment with an end", "AKENV",
         env("AKENV", AWS_SESSION_TOKEN="t", AWS_CREDENTIAL_EXPIRATION=LONG)),
    Case("environment that has ended", "AKENV",
         env("AKENV", AWS_SESSION_TOKEN="t", AWS_CREDENTIAL_EXPIRATION=PAST), differs=CLOCK),
    Case("environment with no time as end", "!BadCredentials",
         env("AKENV", AWS_CREDENTIAL_EXPIRATION="soon")),
    Case("blank in a key", "!BadCredentials", env("AK ENV"), differs=NOT_EMPTY),
    Case("environment before AWS_PROFILE", "AKENV", env("AKENV", AWS_PROFILE="base"),
         credentials=BASE),
    Case("--profile before environment", "AKBASE", env("AKENV"), credentials=BASE,
         options={"profile": "base"}),
    Case("AWS_PROFILE", "AKBASE", {"AWS_PROFILE": "base"}, credentials=BASE),
    Case("AWS_DEFAULT_PROFILE", "AKBASE", {"AWS_DEFAULT_PROFILE": "base"}, credentials=BASE),
    Case("AWS_PROFILE before AWS_DEFAULT_PROFILE", "AKBASE",
         {"AWS_PROFILE": "base", "AWS_DEFAULT_PROFILE": "other"},
         credentials=BASE + "[other]\n" + keys("AKOTHER"), differs=CLI),
    Case("unknown profile", "!", {"AWS_PROFILE": "ghost"}, credentials=BASE),
    Case("unknown --profile", "!", env("AKENV"), options={"profile": "ghost"}),
    Case("section without the word profile", "!", {"AWS_PROFILE": "a"},
         config="[a]\n" + keys("AKA")),
    Case("profile in the config file", "AKA", {"AWS_PROFILE": "a"},
         config="[profile a]\n" + keys("AKA")),
    Case("quoted profile name", "AKA", {"AWS_PROFILE": "a b"},
         config='[profile "a b"]\n' + keys("AKA")),
    Case("credentials file before config file", "AKCRED",
         config="[default]\n" + keys("AKCONF"), credentials="[default]\n" + keys("AKCRED")),
    Case("[profile default] before [default]", "AKB",
         config="[default]\n" + keys("AKA") + "[profile default]\n" + keys("AKB")),
    Case("keys of both files are not mixed", "!BadCredentials",
         config="[default]\naws_secret_access_key = s\n",
         credentials="[default]\naws_access_key_id = AK\n"),
    Case("token in the file", "AK", credentials="[default]\n" + keys("AK")
         + "aws_session_token = t\n"),
    Case("older name of the token in the file", "AK", credentials="[default]\n" + keys("AK")
         + "aws_security_token = old\naws_session_token = t\n"),
    Case("partial keys in the file", "!BadCredentials",
         credentials="[default]\naws_access_key_id = AK\n"),
    Case("empty key in the file", "!BadCredentials",
         credentials="[default]\naws_access_key_id =\naws_secret_access_key = s\n",
         differs=NOT_EMPTY),
    Case("files elsewhere", "AKBASE",
         {"AWS_SHARED_CREDENTIALS_FILE": "$HOME/else", "AWS_CONFIG_FILE": "~/conf"},
         files={"else": "[default]\n" + keys("AKBASE"), "conf": ""}),
    Case("a file that is not one", "!", config="this is no ini file\n"),
    Case("broken credentials file", "!", credentials="[default\n"),
    Case("a value with a colon in it", "AK", credentials="[default]\naws_access_key_id: AK\n"
         "aws_secret_access_key: s\n"),
    Case("comments between", "AK", credentials="# a\n[default]\n; b\n" + keys("AK")),
    Case("CRLF", "AK", credentials=("[default]\n" + keys("AK")).replace("\n", "\r\n")),
    Case("capital letters in names of keys", "AK",
         credentials="[default]\nAWS_Access_Key_ID = AK\nAWS_SECRET_access_key = s\n"),
    Case("comment behind a value", "AK", credentials="[default]\naws_access_key_id = AK # mine\n"
         "aws_secret_access_key = s\n", differs=INI),
    Case("the same section twice", "AK2", credentials="[default]\n" + keys("AK1") + "[default]\n"
         + keys("AK2"), differs="as the other SDKs: sections of one name are one, botocore refuses"),
]

REGION_CASES = [
    Case("AWS_DEFAULT_REGION", "region:eu-west-1", env("AK", AWS_DEFAULT_REGION="eu-west-1")),
    Case("AWS_REGION first", "region:eu-west-1",
         env("AK", AWS_REGION="eu-west-1", AWS_DEFAULT_REGION="eu-west-2"), differs=CLI),
    Case("Region of the profile", "region:eu-west-3", {"AWS_DEFAULT_REGION": None},
         config="[default]\nregion = eu-west-3\n" + keys("AK")),
    Case("Region of the credentials file first", "region:eu-west-2", {"AWS_DEFAULT_REGION": None},
         config="[default]\nregion = eu-west-3\n",
         credentials="[default]\nregion = eu-west-2\n" + keys("AK")),
    Case("no Region", "region:None", env("AK", AWS_DEFAULT_REGION=None)),
]

ROLE_CASES = [
    Case("role of a source profile", "one<AKBASE", config="[default]\n" + role("one"),
         credentials=BASE),
    Case("environment before a role", "AKENV", env("AKENV"), config="[default]\n" + role("one"),
         credentials=BASE),
    Case("role before keys of the same profile", "one<AKBASE",
         config="[default]\n" + role("one"), credentials=BASE + "[default]\n" + keys("AKDEF")),
    Case("all that a role may have", "one+ext=xyz+sec=900+mfa=me+code=123456+name=who<AKBASE",
         config="[default]\n" + role("one") + "external_id = xyz\nduration_seconds = 900\n"
         "mfa_serial = arn:aws:iam::1:mfa/me\nrole_session_name = who\n", credentials=BASE,
         options={"code": "123456"}),
    Case("a duration that is no number", "one<AKBASE",
         config="[default]\n" + role("one") + "duration_seconds = long\n", credentials=BASE),
    Case("chain of three", "one<two<three<AKBASE", config="[default]\n"
         + role("one", "source_profile = b\n") + "[profile b]\n"
         + role("two", "source_profile = c\n") + "[profile c]\n" + role("three"),
         credentials=BASE),
    Case("keys of a source profile before its role", "one<AKB", config="[default]\n"
         + role("one", "source_profile = b\n") + "[profile b]\n" + role("two") + keys("AKB"),
         credentials=BASE),
    Case("loop", "!RoleLoop", config="[default]\n" + role("one", "source_profile = b\n")
         + "[profile b]\n" + role("two", "source_profile = default\n")),
    Case("loop of one", "!RoleLoop",
         config="[default]\n" + role("one", "source_profile = default\n")),
    Case("a profile that is its own source", "one<AKSELF",
         config="[default]\n" + role("one", "source_profile = default\n") + keys("AKSELF")),
    Case("source profile that is not there", "!BadRole", config="[default]\n" + role("one")),
    Case("source profile without keys", "!NoSource",
         config="[default]\n" + role("one") + "[profile base]\nregion = us-east-1\n"),
    Case("source profile with partial keys", "!BadCredentials", config="[default]\n" + role("one"),
         credentials="[base]\naws_access_key_id = AK\n"),
    Case("the environment is no source profile", "!NoSource",
         env("", AWS_ROLE_ARN=ARN + "web"), config="[default]\n" + role("one")
         + "[profile base]\nregion = us-east-1\n"),
    Case("neither source", "!PartialCredentials", config="[default]\n" + role("one", "")),
    Case("both sources", "!BadRole", config="[default]\n" + role("one")
         + "credential_source = Environment\n", credentials=BASE),
    Case("credential_source Environment", "one<AKENV", env("AKENV"),
         config="[profile p]\n" + role("one", "credential_source = Environment\n"),
         options={"profile": "p"}),
    Case("credential_source Environment without keys", "!NoSource",
         config="[default]\n" + role("one", "credential_source = Environment\n")),
    Case("credential_source in another case", "!BadRole", env("AKENV"), config="[profile p]\n"
         + role("one", "credential_source = environment\n"), options={"profile": "p"}),
    Case("credential_source EcsContainer", "one<container<-",
         {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{URL}/ok"},
         config="[default]\n" + role("one", "credential_source = EcsContainer\n")),
    Case("credential_source of an instance", "!NoMetadata",
         config="[default]\n" + role("one", "credential_source = Ec2InstanceMetadata\n"),
         differs="rootlock never asks the instance metadata service, and says so"),
    Case("role that AWS refuses", "!AccessDenied", config="[default]\n" + role("denied"),
         credentials=BASE),
    Case("role without a Region", "!NoRegion", {"AWS_DEFAULT_REGION": None},
         config="[default]\n" + role("one"), credentials=BASE),
    Case("code that nobody gives", "!", config="[default]\n" + role("one")
         + "mfa_serial = arn:aws:iam::1:mfa/me\n", credentials=BASE, options={"code": "1234567"},
         differs="botocore sends what was typed; rootlock asks for six digits"),
    Case("role of a credential process", "one<PROC", config="[default]\n"
         + role("one", "source_profile = p\n") + "[profile p]\ncredential_process = {HOME}/tool\n",
         files=process(SAID % "")),
    Case("role of an sso profile", "one<reader@111122223333<sso-token",
         config=SSO.replace("[default]", "[profile s]") + "[default]\n"
         + role("one", "source_profile = s\n"), files=token(LONG)),
    Case("web identity of the environment", "web+web=jwt-token<-",
         {"AWS_WEB_IDENTITY_TOKEN_FILE": "{HOME}/jwt", "AWS_ROLE_ARN": ARN + "web"},
         files={"jwt": "jwt-token"}),
    Case("web identity of the profile", "web+web=jwt-token+name=who<-", config="[default]\n"
         + role("web", "web_identity_token_file = {HOME}/jwt\nrole_session_name = who\n"),
         files={"jwt": "jwt-token"}),
    Case("web identity from both", "web+web=jwt-token<-", {"AWS_ROLE_ARN": ARN + "web"},
         config="[default]\nrole_arn = arn:aws:iam::1:role/other\nweb_identity_token_file = {HOME}/jwt\n",
         files={"jwt": "jwt-token"}),
    Case("web identity of the environment not with --profile", "AKBASE",
         {"AWS_WEB_IDENTITY_TOKEN_FILE": "{HOME}/jwt", "AWS_ROLE_ARN": ARN + "web"},
         credentials=BASE, files={"jwt": "jwt-token"}, options={"profile": "base"}),
    Case("role before web identity of the environment", "one<AKBASE",
         {"AWS_WEB_IDENTITY_TOKEN_FILE": "{HOME}/jwt", "AWS_ROLE_ARN": ARN + "web"},
         config="[default]\n" + role("one"), credentials=BASE, files={"jwt": "jwt-token"}),
    Case("web identity before keys in the file", "web+web=jwt-token<-",
         {"AWS_WEB_IDENTITY_TOKEN_FILE": "{HOME}/jwt", "AWS_ROLE_ARN": ARN + "web"},
         credentials="[default]\n" + keys("AK"), files={"jwt": "jwt-token"}),
    Case("empty web identity variable", "AK", {"AWS_WEB_IDENTITY_TOKEN_FILE": ""},
         credentials="[default]\n" + keys("AK")),
    Case("web identity without a role", "!BadWebIdentity",
         {"AWS_WEB_IDENTITY_TOKEN_FILE": "{HOME}/jwt"}, files={"jwt": "jwt-token"}),
    Case("web identity without its file", "!BadWebIdentity",
         {"AWS_WEB_IDENTITY_TOKEN_FILE": "{HOME}/jwt", "AWS_ROLE_ARN": ARN + "web"}),
]

SSO_CASES = [
    Case("sso session", "reader@111122223333<sso-token", config=SSO, files=token(LONG)),
    Case("sso, older form", "reader@111122223333<sso-token", config=SSO_OLD,
         files=token(LONG, "https://x.awsapps.com/start")),
    Case("sso before keys in the file", "reader@111122223333<sso-token", config=SSO,
         credentials="[default]\n" + keys("AK"), files=token(LONG)),
    Case("sso_session alone is no provider", "AK", config="[default]\nsso_session = s\n"
         "[sso-session s]\nsso_region = us-east-1\nsso_start_url = u\n",
         credentials="[default]\n" + keys("AK")),
    Case("sso without a sign-in", "!NoSSO", config=SSO),
    Case("sso that has ended", "!NoSSO", config=SSO, files=token(PAST)),
    Case("sso, older form, that has ended", "!NoSSO", config=SSO_OLD,
         files=token(PAST, "https://x.awsapps.com/start")),
    Case("sso that was revoked", "!NoSSO", config=SSO, files=token(LONG, access="sso-revoked")),
    Case("sso refreshed", "reader@111122223333<sso-new", config=SSO, files=token(PAST, **REFRESH)),
    Case("sso refresh refused", "!NoSSO", config=SSO,
         files=token(PAST, **REFRESH | {"refreshToken": "refused"})),
    Case("sso registration that has ended", "!NoSSO", config=SSO,
         files=token(PAST, **REFRESH | {"registrationExpiresAt": PAST})),
    Case("sso, older form, is not refreshed", "!NoSSO", config=SSO_OLD,
         files=token(PAST, "https://x.awsapps.com/start", **REFRESH)),
    Case("sso session that is not there", "!BadSSO", config=SSO.replace("[sso-session s]",
                                                                        "[sso-session t]")),
    Case("sso with parts missing", "!BadSSO", config=SSO_OLD.replace("sso_region", "other")),
    Case("sso with two opinions", "!BadSSO", config=SSO + "sso_account_id = 2\n",
         files=token(LONG)),
    Case("sso file that is broken", "!NoSSO", config=SSO, files=token("", access="x")),
]

PROCESS_CASES = [
    Case("process", "PROC", config=PROCESS, files=process(SAID % "")),
    Case("process with token and end", "PROC", config=PROCESS,
         files=process(SAID % f', "SessionToken": "t", "Expiration": "{LONG}"')),
    Case("process whose credentials have ended", "PROC", config=PROCESS,
         files=process(SAID % f', "SessionToken": "t", "Expiration": "{PAST}"'), differs=CLOCK),
    Case("process with null for a token", "PROC", config=PROCESS,
         files=process(SAID % ', "SessionToken": null')),
    Case("process that fails", "!BadProcess", config=PROCESS, files=process(SAID % "", 3)),
    Case("process of another version", "!BadProcess", config=PROCESS,
         files=process((SAID % "").replace("1", "2"))),
    Case("process with its version as text", "!BadProcess", config=PROCESS,
         files=process((SAID % "").replace("1", '"1"'))),
    Case("process without a version", "!BadProcess", config=PROCESS,
         files=process('{"AccessKeyId": "A", "SecretAccessKey": "s"}')),
    Case("process without a secret", "!BadProcess", config=PROCESS,
         files=process('{"Version": 1, "AccessKeyId": "A"}')),
    Case("process that prints no JSON", "!BadProcess", config=PROCESS, files=process("hello")),
    Case("process that is not there", "!BadProcess", config=PROCESS),
    Case("process with quotes", "PROC", config="[default]\ncredential_process = "
         "sh -c 'cat \"$0\"' \"{HOME}/\"sa\\id\n", files=process(SAID % "")),
    Case("process with an open quote", "!BadProcess",
         config="[default]\ncredential_process = sh -c 'x\n"),
    Case("no shell: $HOME stays as it is", "!BadProcess",
         config="[default]\ncredential_process = cat $HOME/said\n", files=process(SAID % "")),
    Case("credentials file before process", "AK", config=PROCESS,
         credentials="[default]\n" + keys("AK"), files=process(SAID % "")),
    Case("process before keys in the config file", "PROC", config=PROCESS + keys("AK"),
         files=process(SAID % "")),
]

OTHER_CASES = [
    Case("browser sign-in", "AKLOGIN", config="[default]\nlogin_session = me\n",
         files={"LOGIN:me": "AKLOGIN"}),
    Case("browser sign-in before process", "AKLOGIN",
         config=PROCESS + "login_session = me\n",
         files={"LOGIN:me": "AKLOGIN"} | process(SAID % "")),
    Case("credentials file before browser sign-in", "AK",
         config="[default]\nlogin_session = me\n", credentials="[default]\n" + keys("AK"),
         files={"LOGIN:me": "AKLOGIN"}),
    Case("browser sign-in that is not there", "!NoLogin",
         config="[default]\nlogin_session = me\n"),
    Case("container", "container<-", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{URL}/ok?a=b"}),
    Case("container with a token", "container<secret",
         {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{URL}/ok",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN": "secret"}),
    Case("container with a token in a file", "container<filed",
         {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{URL}/ok",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN": "secret",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{HOME}/t"}, files={"t": "filed"}),
    Case("container whose token has a line end", "!BadContainer",
         {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{URL}/ok",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{HOME}/t"}, files={"t": "filed\n"}),
    Case("container whose token file is not there", "!BadContainer",
         {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{URL}/ok",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{HOME}/t"}),
    Case("container elsewhere", "!BadContainer",
         {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://192.0.2.1/ok"}),
    Case("container by a name like a loopback's", "!BadContainer",
         {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1.example.com/ok"}),
    Case("container by a user's name in the address", "!BadContainer",
         {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1@192.0.2.1/ok"}),
    Case("container that refuses", "!BadContainer",
         {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{URL}/refused"}),
    Case("container that prints rubbish", "!BadContainer",
         {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{URL}/broken"}),
    Case("keys in the config file before container", "AK",
         {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{URL}/ok"}, config="[default]\n" + keys("AK")),
]

CASES = KEYS_CASES + REGION_CASES + ROLE_CASES + SSO_CASES + PROCESS_CASES + OTHER_CASES
