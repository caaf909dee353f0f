// A process beside a command that is signalled whenever the whole process group is, or the whole control
// group: what it has seen has reached the command without us.
//
// It is forked before a value is there; secret memory is empty in it all the same (MADV_WIPEONFORK).

#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_HELD ENVGATE_WITNESS_HOLDS
// Milliseconds.
#define START_PATIENCE 5000

// What the one process that was forked knows; the other never touches it.
struct witness {
  int channel;
  int signals;
  int held[MOST_HELD];
};

static void tell(const struct witness *self, const struct envgate_sighting *sighting) {
  // Full only where nobody has read for hundreds of signals; then some are told of late or not.
  (void)!send(self->channel, sighting, sizeof *sighting, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void tell_nothing(const struct witness *self) {
  struct envgate_sighting nothing;
  memset(&nothing, 0, sizeof nothing);
  tell(self, &nothing);
}

static void take_signals(const struct witness *self) {
  struct envgate_signal seen;
  while (envgate_take_signal(self->signals, &seen) == 0) {
    // The kernel's own are nobody's to pass on.
    if (seen.code > 0)
      continue;
    struct envgate_sighting sighting = {.signal = seen};
    (void)envgate_boottime_ms(&sighting.at);
    tell(self, &sighting);
  }
}

// Takes what is said on the channel; 0 once nobody is there to say anything.
static int obey(struct witness *self) {
  uint8_t word;
  ssize_t size = recv(self->channel, &word, sizeof word, MSG_DONTWAIT);
  if (size < 0)
    return errno == EAGAIN || errno == EINTR;
  if (size == 0)
    return 0;
  if (word == ENVGATE_WITNESS_ASKED) {
    take_signals(self);
    tell_nothing(self);
  } else if (word < MOST_HELD && self->held[word] >= 0) {
    close(self->held[word]);
    self->held[word] = -1;
  }
  return 1;
}

// Reads what the command goes on writing, until it and all that it left behind write no more.
static void drain(struct witness *self) {
  static char room[65536];
  for (;;) {
    struct pollfd entries[MOST_HELD];
    int open = 0;
    for (int index = 0; index < MOST_HELD; index++) {
      entries[index] = (struct pollfd){.fd = self->held[index], .events = POLLIN};
      open += self->held[index] >= 0;
    }
    if (open == 0)
      return;
    if (poll(entries, MOST_HELD, -1) < 0)
      continue;
    for (int index = 0; index < MOST_HELD; index++) {
      if (entries[index].fd < 0 || entries[index].revents == 0)
        continue;
      ssize_t size = read(entries[index].fd, room, sizeof room);
      // EIO: nobody has the other end of the terminal any more.
      if (size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR)))
        continue;
      close(entries[index].fd);
      self->held[index] = -1;
    }
  }
}

static int is_kept(const struct witness *self, int descriptor) {
  for (int index = 0; index < MOST_HELD; index++)
    if (self->held[index] == descriptor)
      return 1;
  return descriptor == self->channel || descriptor == self->signals;
}

// All others: a pipe of the job must not stay open because of us, nor the connection or a lifeline.
static void close_others(const struct witness *self) {
  int highest = self->channel > self->signals ? self->channel : self->signals;
  for (int index = 0; index < MOST_HELD; index++)
    if (self->held[index] > highest)
      highest = self->held[index];
  for (int descriptor = 0; descriptor < highest; descriptor++)
    if (!is_kept(self, descriptor))
      close(descriptor);
  syscall(SYS_close_range, (unsigned)highest + 1, ~0U, 0U);
}

_Noreturn static void watch(struct witness *self, const sigset_t *all) {
  // Not found by who looks for the program by its name or command line: they mean the one that was called.
  envgate_rename_process("signal-witness");
  self->signals = signalfd(-1, all, SFD_CLOEXEC | SFD_NONBLOCK);
  if (self->signals < 0)
    _exit(1);
  close_others(self);
  tell_nothing(self);
  for (;;) {
    struct pollfd entries[] = {{.fd = self->signals, .events = POLLIN},
                               {.fd = self->channel, .events = POLLIN}};
    if (poll(entries, 2, -1) < 0)
      continue;
    take_signals(self);
    if (entries[1].revents != 0 && !obey(self))
      break;
  }
  drain(self);
  _exit(0);
}

// Until then it has our name and our descriptors. One that gets no processor is done without.
static int await(int channel) {
  struct pollfd entry = {.fd = channel, .events = POLLIN};
  int ready;
  do
    ready = poll(&entry, 1, START_PATIENCE);
  while (ready < 0 && errno == EINTR);
  struct envgate_sighting nothing;
  return ready == 1 ? envgate_hear_witness(channel, &nothing) : ETIMEDOUT;
}

int envgate_start_witness(const int32_t *held, size_t count, int32_t *pid, int32_t *channel) {
  if (count > MOST_HELD)
    return EINVAL;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return errno;
  struct witness self = {.channel = ends[1]};
  for (size_t index = 0; index < MOST_HELD; index++)
    self.held[index] = index < count ? held[index] : -1;
  // Blocked before it is there, so that it misses none.
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  pid_t made = fork();
  if (made == 0)
    watch(&self, &all);
  int error = made < 0 ? errno : 0;
  pthread_sigmask(SIG_SETMASK, &previous, NULL);
  close(ends[1]);
  if (error == 0) {
    error = await(ends[0]);
    if (error != 0)
      envgate_end_witness(made);
  }
  if (error != 0) {
    close(ends[0]);
    return error;
  }
  *pid = made;
  *channel = ends[0];
  return 0;
}

int envgate_hear_witness(int channel, struct envgate_sighting *sighting) {
  ssize_t size;
  do
    size = recv(channel, sighting, sizeof *sighting, MSG_DONTWAIT);
  while (size < 0 && errno == EINTR);
  if (size == (ssize_t)sizeof *sighting)
    return 0;
  return size < 0 ? errno : EPIPE;
}

int envgate_tell_witness(int channel, uint8_t word) {
  return send(channel, &word, sizeof word, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? errno : 0;
}

void envgate_end_witness(int32_t pid) {
  // It is our child and not reaped, so the number is nobody else's. Stopped or not, this ends it.
  kill(pid, SIGKILL);
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
    ;
}
