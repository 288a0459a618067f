// libpq, plus names for what Swift cannot see: macros that are characters, and a notice receiver that keeps quiet.
#pragma once

#include <sys/prctl.h>

#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
#include <libpq-fe.h>
#endif

static const int ers_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int ers_diag_message_primary = PG_DIAG_MESSAGE_PRIMARY;
static const int ers_diag_constraint_name = PG_DIAG_CONSTRAINT_NAME;

static inline void ers_ignore_notice(void *arg, const PGresult *result) {
    (void)arg;
    (void)result;
}

// Notices may quote values; by default libpq prints them to stderr.
static inline void ers_silence_notices(PGconn *connection) {
    PQsetNoticeReceiver(connection, ers_ignore_notice, (void *)0);
}

// Names the calling thread for debuggers and ps; at most 15 characters count.
static inline void ers_name_thread(const char *name) { prctl(PR_SET_NAME, name); }
