/* Preloaded into a process, makes the disk fail at the fourth megabyte of files that are called "failing". */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define FAILS_AT (4 * 1024 * 1024)

static int fails(int file, size_t length, off_t offset) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t count = readlink(link, path, sizeof path - 1);
  if (count < 8 || memcmp(path + count - 8, "/failing", 8) != 0) return 0;
  if (offset + (off_t)length <= FAILS_AT) return 0;
  errno = EIO;
  return 1;
}

#define READ(name)                                                          \
  ssize_t name(int file, void *bytes, size_t length, off_t offset) {        \
    if (fails(file, length, offset)) return -1;                             \
    return ((ssize_t (*)(int, void *, size_t, off_t))dlsym(RTLD_NEXT, #name))(file, bytes, length, offset); \
  }
READ(pread)
READ(pread64)

#define READ_PARTS(name)                                                    \
  ssize_t name(int file, const struct iovec *parts, int count, off_t offset) { \
    size_t length = 0;                                                      \
    for (int i = 0; i < count; i++) length += parts[i].iov_len;             \
    if (fails(file, length, offset)) return -1;                             \
    return ((ssize_t (*)(int, const struct iovec *, int, off_t))dlsym(RTLD_NEXT, #name))(file, parts, count, offset); \
  }
READ_PARTS(preadv)
READ_PARTS(preadv64)

/* No lease, as of a file on a server: what is mapped under one does not pass here. */
#define CONTROL(name)                                                       \
  int name(int file, int command, ...) {                                    \
    va_list rest;                                                           \
    va_start(rest, command);                                                \
    void *argument = va_arg(rest, void *);                                  \
    va_end(rest);                                                           \
    if (command == F_SETLEASE) {                                            \
      errno = EAGAIN;                                                       \
      return -1;                                                            \
    }                                                                       \
    return ((int (*)(int, int, ...))dlsym(RTLD_NEXT, #name))(file, command, argument); \
  }
CONTROL(fcntl)
CONTROL(fcntl64)
