// Pipes and terminals that stand between a child's output and ours.

#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// Linux 4.13; not in every libc's headers.
#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

int envgate_make_pipe(int32_t size, int32_t *near, int32_t *far) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return errno;
  // A smaller one does as well, but for speed.
  if (size > 0)
    (void)fcntl(ends[1], F_SETPIPE_SZ, size);
  *near = ends[0];
  *far = ends[1];
  return 0;
}

// The line discipline of the real terminal converts. OPOST itself stays as it is there, so that a child
// that turns it off can be told from one that does not.
static void convert_nothing(struct termios *settings) {
  settings->c_oflag &= ~(tcflag_t)(ONLCR | OCRNL | ONOCR | ONLRET | OLCUC | OFILL | TABDLY);
}

static int furnish(int real, int near, int *far) {
  int locked = 0;
  struct termios settings;
  if (ioctl(near, TIOCSPTLCK, &locked) != 0)
    return errno;
  // By the descriptor, not by a name: /dev/pts may be another mount.
  *far = ioctl(near, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (*far < 0)
    return errno;
  if (tcgetattr(real, &settings) != 0)
    return errno;
  convert_nothing(&settings);
  if (tcsetattr(*far, TCSANOW, &settings) != 0)
    return errno;
  envgate_copy_window(real, near);
  return 0;
}

int envgate_open_output_terminal(int32_t real, int32_t *near, int32_t *far) {
  int made = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (made < 0)
    return errno;
  int other = -1;
  int error = furnish(real, made, &other);
  if (error != 0) {
    if (other >= 0)
      close(other);
    close(made);
    return error;
  }
  *near = made;
  *far = other;
  return 0;
}

int envgate_copy_window(int32_t real, int32_t near) {
  struct winsize wanted, present;
  memset(&wanted, 0, sizeof wanted);
  memset(&present, 0, sizeof present);
  if (ioctl(real, TIOCGWINSZ, &wanted) != 0 || ioctl(near, TIOCGWINSZ, &present) != 0)
    return 0;
  if (memcmp(&wanted, &present, sizeof wanted) == 0)
    return 0;
  return ioctl(near, TIOCSWINSZ, &wanted) == 0 ? 1 : 0;
}
