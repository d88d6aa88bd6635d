/* What Swift cannot call on Linux: variadic functions, function-like macros, raw system calls. */
#ifndef STRONGROOM_CLINUX_H
#define STRONGROOM_CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/types.h>

/* SO_PEERCRED of a connected Unix socket; 0, or -1 with errno. */
int strongroom_peer_credentials(int socket, uint32_t *uid, uint32_t *gid, int32_t *pid);

/* open(2) with a mode, close-on-exec always. */
int strongroom_open(const char *path, int flags, mode_t mode);

/* flock(LOCK_EX | LOCK_NB) */
int strongroom_lock_exclusively(int descriptor);

/* The version of the Landlock interface, or -1 where the kernel has none. */
int strongroom_landlock_version(void);

/* Confines the process, once and for ever, to reading and writing below the given directories.
   0, or -1 with errno. */
int strongroom_landlock_confine(const char *const *writable, size_t writable_count);

/* Installs a seccomp filter that answers EPERM to what a vault never does: new programs, tracing,
   other address families than Unix, modules, mounts, key rings, BPF. 0, or -1 with errno. */
int strongroom_seccomp_confine(void);

/* accept4(2), non-blocking and close-on-exec. */
int strongroom_accept(int listener);

/* timerfd_create(2) on the monotonic clock, non-blocking and close-on-exec. */
int strongroom_alarm(void);

/* Lets an alarm ring once, at an instant of the monotonic clock that is not zero. */
int strongroom_set_alarm(int alarm, uint64_t nanoseconds);

/* Names the calling thread; 15 characters at most. */
void strongroom_name_thread(const char *name);

/* PR_SET_DUMPABLE 0 and PR_SET_NO_NEW_PRIVS 1; 0, or -1 with errno. */
int strongroom_forbid_dumps(void);

/* The thread-safe text of an error number, written into buffer. */
const char *strongroom_error_text(int code, char *buffer, size_t length);

/* Memory: 0, or -1 with errno; excluded from dumps and forked children where it can be. */
int strongroom_exclude_from_dumps(void *start, size_t length);

#endif
