/* SPDX-License-Identifier: MIT */
/*
 * Inside of http.c and http_easy.c, the only users of libcurl: a transport, a
 * call, and what is told to libcurl about it.
 */
#ifndef AWS_HTTP_EASY_H
#define AWS_HTTP_EASY_H

#include <curl/curl.h>

#include "http.h"

#define HTTP_CA_DIR "/etc/ssl/certs" /* Debian, SUSE, Arch; hashed by c_rehash */

struct aws_transport {
	CURLM *multi; /* NULL until the first request: paint first */
	char *ca_bundle;
	long connect_seconds, read_seconds;
	bool hashed_certificates;
	unsigned busy;
	struct http_call *calls; /* all that are not freed yet */
};

struct http_call {
	struct aws_transport *t;
	struct http_call *next;
	CURL *easy; /* NULL once it has ended */
	struct curl_slist *headers;
	struct aws_http_request request;
	struct aws_http_reply reply;
	size_t head; /* bytes of it so far */
	bool fresh;  /* on a connection of its own */
	bool forgotten, too_large;
	char why[CURL_ERROR_SIZE];
};

/* Fill the easy handle of a call from its request. */
void	http_easy_setup(struct http_call *c);
/* Take status or failure over into the reply. */
void	http_easy_conclude(struct http_call *c, CURLcode code);

#endif
