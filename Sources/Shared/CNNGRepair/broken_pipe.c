// libnng 1.5.2 takes EPIPE for "this end was closed on purpose". A listener or dialer whose first write meets an end that has
// just died then never accepts or dials again (listener_accept_cb and dialer_connect_cb of its src/core: "no further action"):
// the service runs, is ready, and nobody reaches it. As ECONNRESET, which a write to a dead end may also give, the same event is
// what it should be: a peer that went away. Later versions of libnng tell the two apart themselves.
//
// The program's own `sendmsg` comes before the C library's, also for libnng, which writes with nothing else. Proved by
// MessagingTests.BrokenPipeTests.

#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CNNGRepair.h"

ssize_t sendmsg(int file, const struct msghdr *message, int flags) {
    ssize_t sent = syscall(SYS_sendmsg, file, message, flags);
    if (sent < 0 && errno == EPIPE) errno = ECONNRESET;
    return sent;
}
