// Faults of a machine, for the tests: loaded with LD_PRELOAD into PostgreSQL or one of the suite's processes.
//
// Which fault there is now is said by files in the folder ERS_TEST_FAULTS:
//   disk-full      a write that would make a file longer fails with ENOSPC, as on a full disk; others go through
//   disk-stalled   writes and syncs of files do not come back until it is gone
//   wall-clock     seconds, possibly negative, by which the wall clock is wrong
// The monotonic clock is never touched: nobody can set it.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int present(const char *fault, char *path, size_t size) {
    const char *folder = getenv("ERS_TEST_FAULTS");
    if (folder == NULL) return 0;
    snprintf(path, size, "%s/%s", folder, fault);
    int before = errno, found = access(path, F_OK) == 0;
    errno = before;
    return found;
}

static void wait_for_the_disk(int file) {
    char path[4096];
    struct stat about;
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) return;
    while (present("disk-stalled", path, sizeof path)) usleep(10000);
}

// Whether writing up to `end` must fail. Standard error goes to a file too, and is no part of the test.
static int full(int file, off_t end) {
    char path[4096];
    struct stat about;
    if (file <= 2 || !present("disk-full", path, sizeof path)) return 0;
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode) || end <= about.st_size) return 0;
    errno = ENOSPC;
    return 1;
}

static off_t end_of_write(int file, size_t count) {
    struct stat about;
    if (fcntl(file, F_GETFL) & O_APPEND) return fstat(file, &about) == 0 ? about.st_size + (off_t)count : 0;
    off_t at = lseek(file, 0, SEEK_CUR);
    return at < 0 ? 0 : at + (off_t)count;
}

static size_t length_of(const struct iovec *parts, int count) {
    size_t sum = 0;
    for (int i = 0; i < count; i++) sum += parts[i].iov_len;
    return sum;
}

ssize_t write(int file, const void *bytes, size_t count) {
    REAL(write);
    wait_for_the_disk(file);
    return full(file, end_of_write(file, count)) ? -1 : real(file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
    REAL(pwrite);
    wait_for_the_disk(file);
    return full(file, at + (off_t)count) ? -1 : real(file, bytes, count, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) { return pwrite(file, bytes, count, at); }

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t at) {
    REAL(pwritev);
    wait_for_the_disk(file);
    return full(file, at + (off_t)length_of(parts, count)) ? -1 : real(file, parts, count, at);
}

ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t at) { return pwritev(file, parts, count, at); }

int posix_fallocate(int file, off_t at, off_t length) {
    REAL(posix_fallocate);
    wait_for_the_disk(file);
    return full(file, at + length) ? ENOSPC : real(file, at, length);
}

int posix_fallocate64(int file, off64_t at, off64_t length) { return posix_fallocate(file, at, length); }

int fsync(int file) {
    REAL(fsync);
    wait_for_the_disk(file);
    return real(file);
}

int fdatasync(int file) {
    REAL(fdatasync);
    wait_for_the_disk(file);
    return real(file);
}

static time_t wrong_by_the_file(void) {
    char path[4096], text[32] = "";
    if (!present("wall-clock", path, sizeof path)) return 0;
    int before = errno, file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        ssize_t got = read(file, text, sizeof text - 1);
        text[got < 0 ? 0 : got] = 0;
        close(file);
    }
    errno = before;
    return (time_t)atol(text);
}

// Looked up fifty times a second: processes ask for the time far more often.
static time_t wrong_by(void) {
    static long looked_at = -1;
    static time_t known = 0;
    struct timespec now;
    REAL(clock_gettime);
    real(CLOCK_MONOTONIC_COARSE, &now);
    long tick = now.tv_sec * 50 + now.tv_nsec / 20000000;
    if (__atomic_exchange_n(&looked_at, tick, __ATOMIC_RELAXED) != tick) {
        __atomic_store_n(&known, wrong_by_the_file(), __ATOMIC_RELAXED);
    }
    return __atomic_load_n(&known, __ATOMIC_RELAXED);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    REAL(clock_gettime);
    int status = real(clock, now);
    if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += wrong_by();
    return status;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    REAL(gettimeofday);
    int status = real(now, zone);
    if (status == 0) now->tv_sec += wrong_by();
    return status;
}

time_t time(time_t *into) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (into != NULL) *into = now.tv_sec;
    return now.tv_sec;
}

// The kernel's clock is right, but would be wrong as well: who waits for a moment of the wall clock waits as long as if it were.
int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
    static __typeof__(&pthread_cond_timedwait) real;
    if (real == NULL) real = (__typeof__(real))dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    struct timespec truly = *until;
    // Moments of the monotonic clock are small numbers.
    if (truly.tv_sec > 1000000000) truly.tv_sec -= wrong_by();
    return real(condition, mutex, &truly);
}
