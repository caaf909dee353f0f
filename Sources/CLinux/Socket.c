#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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

// Since Linux 6.16; Debian 12's headers do not have it.
#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83
#endif

int envgate_refuse_descriptors(int fd) {
  int off = 0;
  return setsockopt(fd, SOL_SOCKET, SO_PASSRIGHTS, &off, sizeof off) == 0 ? 0 : errno;
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

// Opens the file of a socket that this process listens at, whatever has been put in its place since it was bound.
static int open_own_file(const char *path, int listening, int *file) {
  int found = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (found < 0)
    return errno == ENOENT || errno == ENOTDIR ? ESTALE : errno;
  struct stat status;
  if (fstat(found, &status) != 0)
    return fail(found, errno);
  if (!S_ISSOCK(status.st_mode))
    return fail(found, ESTALE);
  // Who answers at exactly this inode called listen(2) in this process, or it is another socket.
  char name[32];
  snprintf(name, sizeof name, "/proc/self/fd/%d", found);
  int answering;
  int error = connect_unix(name, SOCK_NONBLOCK, &answering);
  if (error != 0)
    return fail(found, error == ECONNREFUSED ? ESTALE : error);
  struct ucred maker;
  socklen_t size = sizeof maker;
  error = getsockopt(answering, SOL_SOCKET, SO_PEERCRED, &maker, &size) == 0 ? 0 : errno;
  close(answering);
  if (error == 0 && maker.pid != getpid())
    error = ESTALE;
  if (error != 0)
    return fail(found, error);
  int asked = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (asked >= 0)
    close(asked);
  *file = found;
  return 0;
}

int envgate_listen_unix(const char *path, uint32_t mode, uint32_t gid, int backlog, int *fd,
                        struct envgate_file_id *id) {
  struct sockaddr_un address;
  int error = address_of(path, &address);
  if (error != 0)
    return error;
  int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made < 0)
    return errno;
  (void)envgate_refuse_descriptors(made);
  // bind(2) gives the file the mode of the socket's own inode, less the umask: no need to change
  // the umask, which belongs to all threads.
  if (fchmod(made, 0600) != 0)
    return fail(made, errno);
  if (bind(made, (struct sockaddr *)&address, sizeof address) != 0)
    return fail(made, errno);
  // From here on the name may be anything: group and mode go to the inode that answers as this process.
  int file;
  error = listen(made, backlog) == 0 ? open_own_file(path, made, &file) : errno;
  if (error != 0)
    return fail(made, error);
  char name[32];
  snprintf(name, sizeof name, "/proc/self/fd/%d", file);
  struct stat status;
  if ((gid != ENVGATE_KEEP_GROUP &&
       fchownat(file, "", (uid_t)-1, gid, AT_EMPTY_PATH) != 0) ||
      chmod(name, mode & 0777) != 0 || fstat(file, &status) != 0) {
    error = errno;
    close(file);
    return fail(made, error);
  }
  close(file);
  if (id != NULL) {
    id->device = status.st_dev;
    id->inode = status.st_ino;
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
