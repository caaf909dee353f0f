// posix_spawn(3) with what it cannot do: a parent-death signal, and descriptors that stay open.
//
// As in glibc's own, the child shares our memory until execve(2) and we stand still meanwhile
// (CLONE_VM | CLONE_VFORK), on a stack of its own. A fork would leave a second copy of every value
// in the child, or rather none: secret memory is empty there (MADV_WIPEONFORK).

#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// ThreadSanitizer takes `clone` for a fork and unlocks twice what both sides share, and `_exit` for
// the end of the program whose memory this is. What it does not know it leaves alone: glibc's other
// name for the one, the bare system call for the other.
extern int __clone(int (*run)(void *), void *stack, int flags, void *argument, ...);

// The child never returns, so nothing that counts entries and exits may count here.
#if defined(__has_attribute)
#if __has_attribute(disable_sanitizer_instrumentation)
#define UNINSTRUMENTED __attribute__((disable_sanitizer_instrumentation))
#endif
#endif
#ifndef UNINSTRUMENTED
#define UNINSTRUMENTED
#endif

struct start {
  char *const *arguments;
  char *const *environment;
  const struct envgate_child *child;
  sigset_t mask;
  pid_t parent;
  // What failed in the child, for the parent to read.
  volatile int error;
};

UNINSTRUMENTED static void leave(int code) { syscall(SYS_exit_group, code); }

// A handler of ours would run in the child, on memory that is ours too.
UNINSTRUMENTED static void drop_handlers(void) {
  for (int number = 1; number <= SIGRTMAX; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) != 0)
      continue;
    if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN)
      continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(number, &action, NULL);
  }
}

// What is left of becoming a command once death is taken care of. The table of descriptors may be a
// copy: ours stay close-on-exec.
UNINSTRUMENTED static int become(char *const *arguments, char *const *environment,
                                 const struct envgate_child *child, const sigset_t *mask) {
  if (child->default_pipe && signal(SIGPIPE, SIG_DFL) == SIG_ERR)
    return errno;
  for (size_t index = 0; index < child->kept_count; index++)
    if (fcntl(child->kept[index], F_SETFD, 0) != 0)
      return errno;
  if (sigprocmask(SIG_SETMASK, mask, NULL) != 0)
    return errno;
  execvpe(arguments[0], arguments, environment);
  return errno;
}

UNINSTRUMENTED static int become_child(struct start *start) {
  const struct envgate_child *child = start->child;
  drop_handlers();
  if (child->death_signal != 0) {
    if (prctl(PR_SET_PDEATHSIG, (unsigned long)child->death_signal, 0, 0, 0) != 0)
      return errno;
    // Whoever ended before the call above tells nobody.
    if (getppid() != start->parent)
      leave(128 + child->death_signal);
  }
  const int wanted[] = {child->input, child->output, child->errors};
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
    if (wanted[descriptor] >= 0 && dup2(wanted[descriptor], descriptor) < 0)
      return errno;
  // ssh(1) and others leave ignored what they find ignored.
  const int ends[] = {SIGINT, SIGQUIT, SIGHUP, SIGTERM};
  for (size_t index = 0; child->ignore_ends && index < sizeof ends / sizeof *ends; index++)
    signal(ends[index], SIG_IGN);
  return become(start->arguments, start->environment, child, &start->mask);
}

UNINSTRUMENTED static int run(void *argument) {
  struct start *start = argument;
  start->error = become_child(start);
  leave(127);
  return 127;
}

// Room for execvpe(3): a path from PATH, and the arguments once more where a script without an
// interpreter is handed to the shell.
static size_t stack_size(char *const *arguments, size_t page) {
  size_t count = 0;
  while (arguments[count] != NULL)
    count++;
  size_t bytes = 64 * 1024 + (count + 3) * sizeof *arguments;
  return (bytes + page - 1) / page * page;
}

int envgate_start_child(char *const *arguments, char *const *environment,
                        const struct envgate_child *child, int32_t *pid) {
  if (arguments[0] == NULL)
    return EINVAL;
  struct start start = {
      .arguments = arguments, .environment = environment, .child = child, .parent = getpid()};
  memcpy(&start.mask, child->signal_mask, sizeof start.mask);

  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t size = stack_size(arguments, page);
  // The lowest page stays closed, so that a stack that is too small cannot reach other memory.
  char *stack = mmap(NULL, page + size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED)
    return errno;
  if (mprotect(stack + page, size, PROT_READ | PROT_WRITE) != 0) {
    int error = errno;
    munmap(stack, page + size);
    return error;
  }

  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  pid_t made =
      __clone(run, stack + page + size, CLONE_VM | CLONE_VFORK | SIGCHLD, &start);
  int error = made < 0 ? errno : start.error;
  if (made > 0 && error != 0)
    while (waitpid(made, NULL, 0) < 0 && errno == EINTR)
      ;
  pthread_sigmask(SIG_SETMASK, &previous, NULL);
  munmap(stack, page + size);
  if (error == 0)
    *pid = made;
  return error;
}

int envgate_become(char *const *arguments, char *const *environment,
                   const struct envgate_child *child) {
  if (arguments[0] == NULL)
    return EINVAL;
  sigset_t mask;
  memcpy(&mask, child->signal_mask, sizeof mask);
  return become(arguments, environment, child, &mask);
}
