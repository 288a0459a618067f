// What EmbargoSvc uses of libcurl: one POST to one address. libcurl's setters take variable arguments, which Swift cannot call,
// so all of them stand here.
#pragma once
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

struct ers_post {
    const char *url;
    // "::address:port": connected to whatever the host of the URL is called; names are not looked up again.
    const char *connect_to;
    // PEM, beside the system's authorities; NULL for none.
    const char *authorities;
    size_t authorities_length;
    struct curl_slist *headers;
    const char *body;
    long body_length;
    long connect_ms;
    long budget_ms;
};

// The body of an answer is never read: the request ends where it begins.
static inline size_t ers_refuse_body(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes, (void)context;
    return size * count == 0 ? 0 : CURL_WRITEFUNC_ERROR;
}

static inline CURLcode ers_curl_begin(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

// Blocks. Sets `status`, which is 0 when there was no answer.
static inline CURLcode ers_post_run(const struct ers_post *post, long *status) {
    *status = 0;
    CURL *curl = curl_easy_init();
    if (!curl) return CURLE_OUT_OF_MEMORY;
    struct curl_slist *connect_to = curl_slist_append(NULL, post->connect_to);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_URL, post->url);
    curl_easy_setopt(curl, CURLOPT_CONNECT_TO, connect_to);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, post->headers);
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, post->body_length);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post->body);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ers_refuse_body);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, post->connect_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, post->budget_ms);
    if (post->authorities) {
        struct curl_blob blob = {(void *)post->authorities, post->authorities_length, CURL_BLOB_COPY};
        curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
    }
    CURLcode code = connect_to ? curl_easy_perform(curl) : CURLE_OUT_OF_MEMORY;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    curl_easy_cleanup(curl);
    curl_slist_free_all(connect_to);
    return code;
}
