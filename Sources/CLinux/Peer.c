#include "CLinux.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/types.h>

// Debian 12's headers do not have it; the kernel does since 6.5.
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

_Static_assert(sizeof(struct ucred) == sizeof(struct envgate_credentials), "ucred has three words");
_Static_assert(sizeof(pid_t) == 4 && sizeof(uid_t) == 4 && sizeof(gid_t) == 4, "ids have 32 bits");

int envgate_peer_credentials(int fd, struct envgate_credentials *out) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return errno;
  if (size != sizeof peer)
    return EPROTO;
  out->pid = peer.pid;
  out->uid = peer.uid;
  out->gid = peer.gid;
  return 0;
}

int envgate_peer_groups(int fd, uint32_t *groups, uint32_t *count) {
  if (*count > INT32_MAX / sizeof *groups)
    return EINVAL;
  socklen_t size = (socklen_t)(*count * sizeof *groups);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) != 0) {
    // The kernel says how many bytes it needs, with ERANGE only.
    if (errno == ERANGE)
      *count = size / sizeof *groups;
    return errno;
  }
  *count = size / sizeof *groups;
  return 0;
}

int envgate_peer_pidfd(int fd, int *pidfd) {
  int made = -1;
  socklen_t size = sizeof made;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &made, &size) != 0)
    return errno;
  *pidfd = made;
  return 0;
}
