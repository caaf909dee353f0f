#include "CPeer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int become(uint32_t uid, uint32_t gid) {
  if (syscall(SYS_setgroups, (size_t)0, NULL) != 0) return -errno;
  if (syscall(SYS_setresgid, -1, gid, -1) != 0) return -errno;
  if (syscall(SYS_setresuid, -1, uid, -1) != 0) return -errno;
  return 0;
}

int envgate_test_connect_as(const char *path, uint32_t uid, uint32_t gid) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return -ENAMETOOLONG;
  strcpy(address.sun_path, path);
  int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) return -errno;
  int code = become(uid, gid);
  if (code == 0 && connect(made, (struct sockaddr *)&address, sizeof address) != 0) code = -errno;
  // The saved uid is root's still, so the way back is open. A thread that could not go it must not live on.
  if (syscall(SYS_setresuid, -1, 0, -1) != 0 || syscall(SYS_setresgid, -1, 0, -1) != 0) _exit(70);
  if (code != 0) {
    close(made);
    return code;
  }
  return made;
}

static int send_descriptor(int channel, int descriptor) {
  char byte = 0;
  struct iovec data = {&byte, 1};
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr header;
  } control = {{0}};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return sendmsg(channel, &message, 0) == 1 ? 0 : -errno;
}

static int receive_descriptor(int channel) {
  char byte;
  struct iovec data = {&byte, 1};
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr header;
  } control = {{0}};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) != 1) return -EPIPE;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header == NULL || header->cmsg_type != SCM_RIGHTS) return -EPROTO;
  int descriptor;
  memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return descriptor;
}

int envgate_test_connect_elsewhere(const char *path, int32_t *pid) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return -ENAMETOOLONG;
  strcpy(address.sun_path, path);
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -errno;
  pid_t child = fork();
  if (child == 0) {
    // Between fork and exit of a process with threads: system calls alone.
    int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0 || connect(made, (struct sockaddr *)&address, sizeof address) != 0) _exit(1);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (send_descriptor(ends[1], made) != 0) _exit(1);
    close(made);
    for (;;) pause();
  }
  close(ends[1]);
  int descriptor = child < 0 ? -errno : receive_descriptor(ends[0]);
  close(ends[0]);
  *pid = child;
  return descriptor;
}

// In the child alone: system calls, and no more.
static int connect_as_manager(const struct sockaddr_un *address, const char *name, uint32_t uid) {
  int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) return -errno;
  if (name != NULL) {
    struct sockaddr_un own = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    memcpy(own.sun_path + 1, name, length);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    if (bind(made, (struct sockaddr *)&own, size) != 0) return -errno;
  }
  if (uid != 0 && syscall(SYS_setresuid, uid, uid, uid) != 0) return -errno;
  if (connect(made, (const struct sockaddr *)address, sizeof *address) != 0) return -errno;
  return made;
}

static int join(const char *group) {
  char procs[512];
  snprintf(procs, sizeof procs, "%s/cgroup.procs", group);
  int file = open(procs, O_WRONLY | O_CLOEXEC);
  if (file < 0) return -errno;
  int code = write(file, "0", 1) == 1 ? 0 : -errno;
  close(file);
  return code;
}

int envgate_test_connect_as_manager(const char *path, const char *name, const char *group, uint32_t uid,
                                    int32_t contained, int32_t *pid) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return -ENAMETOOLONG;
  if (name != NULL && strlen(name) >= sizeof address.sun_path - 1) return -ENAMETOOLONG;
  strcpy(address.sun_path, path);
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -errno;
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (group != NULL && join(group) != 0) _exit(1);
    if (contained) {
      // CLONE_NEWPID: the next child is number 1 of its own.
      if (syscall(SYS_unshare, 0x20000000) != 0) _exit(1);
      if (fork() != 0)
        for (;;) pause();
      prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
    int made = connect_as_manager(&address, name, uid);
    if (made < 0 || send_descriptor(ends[1], made) != 0) _exit(1);
    close(made);
    for (;;) pause();
  }
  close(ends[1]);
  int descriptor = child < 0 ? -errno : receive_descriptor(ends[0]);
  close(ends[0]);
  *pid = child;
  return descriptor;
}

int envgate_test_process_numbered(int32_t pid) {
  char text[16];
  int length = snprintf(text, sizeof text, "%d", pid - 1);
  int file = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
  if (file < 0) return -errno;
  int code = write(file, text, length) == length ? 0 : -errno;
  pid_t child = code == 0 ? fork() : -1;
  close(file);
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) pause();
  }
  if (child < 0) return code != 0 ? code : -errno;
  if (child == pid) return 0;
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return -EAGAIN;
}
