#include "CLinux.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

_Static_assert(sizeof(((struct sockaddr_un *)0)->sun_path) == ENVGATE_UNIX_PATH_MAX + 1,
               "sun_path holds the longest path and its NUL");

static int address_of(const char *path, struct sockaddr_un *address) {
  size_t length = strlen(path);
  if (length == 0)
    return ENOENT;
  if (length > ENVGATE_UNIX_PATH_MAX)
    return ENAMETOOLONG;
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, path, length);
  return 0;
}

static int fail(int fd, int error) {
  close(fd);
  return error;
}

static int connect_unix(const char *path, int flags, int *fd) {
  struct sockaddr_un address;
  int error = address_of(path, &address);
  if (error != 0)
    return error;
  int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  if (made < 0)
    return errno;
  // A connect that a signal interrupts has not happened on a Unix socket, so it can be repeated.
  while (connect(made, (struct sockaddr *)&address, sizeof address) != 0) {
    if (errno != EINTR)
      return fail(made, errno);
  }
  *fd = made;
  return 0;
}

int envgate_connect_unix(const char *path, int *fd) { return connect_unix(path, 0, fd); }

int envgate_try_connect_unix(const char *path, int *fd) {
  return connect_unix(path, SOCK_NONBLOCK, fd);
}

int envgate_listen_unix(const char *path, uint32_t mode, uint32_t gid, int backlog, int *fd) {
  struct sockaddr_un address;
  int error = address_of(path, &address);
  if (error != 0)
    return error;
  int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made < 0)
    return errno;
  // bind(2) gives the file the mode of the socket's own inode, less the umask: no need to change
  // the umask, which belongs to all threads.
  if (fchmod(made, 0600) != 0)
    return fail(made, errno);
  if (bind(made, (struct sockaddr *)&address, sizeof address) != 0)
    return fail(made, errno);
  if ((gid != ENVGATE_KEEP_GROUP && chown(path, (uid_t)-1, gid) != 0) ||
      chmod(path, mode & 0777) != 0 || listen(made, backlog) != 0) {
    error = errno;
    unlink(path);
    return fail(made, error);
  }
  *fd = made;
  return 0;
}

int envgate_accept_unix(int listening, int *fd) {
  int made = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (made < 0)
    return errno;
  *fd = made;
  return 0;
}

int envgate_lock_file(int fd) {
  return flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
}
