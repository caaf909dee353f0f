#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

int envgate_signal_descriptor(const void *signals, int *fd) {
  int made = signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (made < 0)
    return errno;
  *fd = made;
  return 0;
}

int envgate_take_signal(int fd, struct envgate_signal *out) {
  struct signalfd_siginfo info;
  ssize_t size;
  do
    size = read(fd, &info, sizeof info);
  while (size < 0 && errno == EINTR);
  if (size != (ssize_t)sizeof info)
    return size < 0 ? errno : EAGAIN;
  out->number = (int32_t)info.ssi_signo;
  out->code = info.ssi_code;
  out->pid = (int32_t)info.ssi_pid;
  out->uid = info.ssi_uid;
  return 0;
}

int envgate_is_ignored(int signal) {
  struct sigaction action;
  return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}
