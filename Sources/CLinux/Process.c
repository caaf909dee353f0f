#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

int envgate_set_parent_death_signal(int signal) {
  return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0) == 0 ? 0 : errno;
}

int envgate_set_undumpable(void) {
  return prctl(PR_SET_DUMPABLE, 0UL, 0, 0, 0) == 0 ? 0 : errno;
}

int envgate_default_crash_signals(void) {
  const int signals[] = {SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
    struct sigaction action;
    if (sigaction(signals[i], NULL, &action) != 0)
      return errno;
    // What was ignored when we started stays so: a child inherits that.
    if (action.sa_handler == SIG_IGN || action.sa_handler == SIG_DFL)
      continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    if (sigaction(signals[i], &action, NULL) != 0)
      return errno;
  }
  return 0;
}

int envgate_no_new_privileges(void) {
  return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0, 0, 0) == 0 ? 0 : errno;
}

static int milliseconds(clockid_t clock, int64_t *out) {
  struct timespec now;
  if (clock_gettime(clock, &now) != 0)
    return errno;
  *out = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
  return 0;
}

int envgate_boottime_ms(int64_t *out) { return milliseconds(CLOCK_BOOTTIME, out); }

int envgate_walltime_ms(int64_t *out) { return milliseconds(CLOCK_REALTIME, out); }

int envgate_clock_is_synchronised(int *synchronised) {
  struct timex clock;
  memset(&clock, 0, sizeof clock);
  int state = adjtimex(&clock);
  if (state == -1)
    return errno;
  *synchronised = state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
  return 0;
}

static int nibble(char digit) {
  if (digit >= '0' && digit <= '9')
    return digit - '0';
  if (digit >= 'a' && digit <= 'f')
    return digit - 'a' + 10;
  return -1;
}

int envgate_boot_id(uint8_t out[16]) {
  int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return errno;
  // 36 characters and a newline; procfs hands a file of this size out in one piece.
  char text[37];
  ssize_t size;
  do
    size = read(fd, text, sizeof text);
  while (size < 0 && errno == EINTR);
  int error = size < 0 ? errno : 0;
  close(fd);
  if (error != 0)
    return error;

  uint8_t id[16];
  size_t digits = 0;
  for (ssize_t i = 0; i < size && digits < 32; i++) {
    if (text[i] == '-')
      continue;
    int value = nibble(text[i]);
    if (value < 0)
      return EPROTO;
    if (digits % 2 == 0)
      id[digits / 2] = (uint8_t)(value << 4);
    else
      id[digits / 2] |= (uint8_t)value;
    digits++;
  }
  if (digits != 32)
    return EPROTO;
  for (size_t i = 0; i < sizeof id; i++)
    out[i] = id[i];
  return 0;
}

int envgate_exchange(const char *one, const char *other) {
  return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) == 0 ? 0 : errno;
}
