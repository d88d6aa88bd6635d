/* A daemon with a fault, for the campaigns to find: preloaded, chosen by $STRONGROOM_FLAW.

     no-sync             a sync does nothing
     no-directory-sync   the sync of a directory does nothing
     retry               a failed sync is tried again
     early               the newest write to the log is done when the next one comes; no sync waits
                         for it
     short               no fault: the $STRONGROOM_FLAW_AT-th write to a file takes half of what it
                         is given, and with $STRONGROOM_FLAW_LASTS all that follow it; each leaves
                         a line in $STRONGROOM_FLAW_MARK */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int sync_call(int);
typedef ssize_t write_call(int, const void *, size_t, off_t);
typedef ssize_t read_call(int, void *, size_t, off_t);

static int has(const char *flaw) {
    const char *wanted = getenv("STRONGROOM_FLAW");
    return wanted && strcmp(wanted, flaw) == 0;
}

static int is_directory(int file) {
    struct stat status;
    return fstat(file, &status) == 0 && S_ISDIR(status.st_mode);
}

static int flawed_sync(const char *name, int file) {
    sync_call *sync = (sync_call *)dlsym(RTLD_NEXT, name);
    if (has("no-sync")) return 0;
    if (has("no-directory-sync") && is_directory(file)) return 0;
    int outcome = sync(file);
    return outcome != 0 && has("retry") ? sync(file) : outcome;
}

int fsync(int file) { return flawed_sync("fsync", file); }
int fdatasync(int file) { return flawed_sync("fdatasync", file); }

static int is_log(int file) {
    char link[64] = "/proc/self/fd/", path[4096], digits[12];
    int at = sizeof digits;
    do digits[--at] = (char)('0' + file % 10);
    while (file /= 10);
    strncat(link, digits + at, sizeof digits - at);
    ssize_t count = readlink(link, path, sizeof path);
    return count > 4 && memcmp(path + count - 4, "-wal", 4) == 0;
}

/* The write that was said to be done and is not; the engine writes from one thread only. */
static struct {
    int file;
    size_t count;
    off_t offset;
    char bytes[65536];
} held;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

/* Opened before the daemon can reach less; not among the descriptors that it knows by number. */
static int mark = -1;

__attribute__((constructor)) static void open_mark(void) {
    const char *path = getenv("STRONGROOM_FLAW_MARK");
    int opened = path ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
    if (opened >= 0) mark = fcntl(opened, F_DUPFD_CLOEXEC, 100);
    close(opened);
}

static void leave_mark(void) {
    static const char line[] = "INJECTED\n";
    typedef ssize_t plain_write(int, const void *, size_t);
    (void)!((plain_write *)real("write"))(mark, line, sizeof line - 1);
}

/* How much of a write is taken. */
static size_t taken(int file, size_t count) {
    static atomic_long writes;
    struct stat status;
    const char *at = getenv("STRONGROOM_FLAW_AT");
    if (!at || !has("short") || fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return count;
    long number = atomic_fetch_add(&writes, 1) + 1;
    int is_cut = number == atol(at) || (number > atol(at) && getenv("STRONGROOM_FLAW_LASTS"));
    if (!is_cut || count < 2) return count;
    leave_mark();
    return count / 2;
}

static void write_held(void) {
    size_t count = held.count;
    held.count = 0;
    if (count > 0) {
        (void)!((write_call *)real("pwrite64"))(held.file, held.bytes, count, held.offset);
    }
}

static ssize_t flawed_write(
    int file, const void *bytes, size_t count, off_t offset) {
    write_held();
    if (!has("early") || count > sizeof held.bytes || !is_log(file)) {
        return ((write_call *)real("pwrite64"))(file, bytes, taken(file, count), offset);
    }
    held.file = file;
    held.count = count;
    held.offset = offset;
    memcpy(held.bytes, bytes, count);
    return (ssize_t)count;
}

static ssize_t flawed_read(int file, void *bytes, size_t count, off_t offset) {
    write_held();
    return ((read_call *)real("pread64"))(file, bytes, count, offset);
}

ssize_t write(int file, const void *bytes, size_t count) {
    typedef ssize_t plain_write(int, const void *, size_t);
    return ((plain_write *)real("write"))(file, bytes, taken(file, count));
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
    return flawed_write(file, bytes, count, offset);
}

ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
    return flawed_read(file, bytes, count, offset);
}

ssize_t pread64(int file, void *bytes, size_t count, off64_t offset) {
    return flawed_read(file, bytes, count, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    return flawed_write(file, bytes, count, offset);
}
