// Files that a child gets and nobody keeps: in memory without a name, or in a folder that goes with its
// last holder.

#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int write_all(int fd, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(fd, bytes, count);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return errno;
    bytes += written;
    count -= (size_t)written;
  }
  return 0;
}

int envgate_sealed_memory(const char *name, const void *bytes, size_t count, int *fd) {
  int made = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (made < 0)
    return errno;
  int error = write_all(made, bytes, count);
  if (error == 0 && (fchmod(made, 0400) != 0 || lseek(made, 0, SEEK_SET) != 0 ||
                     fcntl(made, F_ADD_SEALS,
                           F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0))
    error = errno;
  if (error == 0)
    *fd = made;
  else
    close(made);
  return error;
}

// The files in it, and the folder. What is no file was not put there by us and keeps the folder.
static void remove_folder(const char *path) {
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (folder < 0)
    return;
  fchmod(folder, 0700);
  DIR *entries = fdopendir(folder);
  if (entries == NULL) {
    close(folder);
    return;
  }
  struct dirent *entry;
  while ((entry = readdir(entries)) != NULL)
    unlinkat(folder, entry->d_name, 0);
  closedir(entries);
  rmdir(path);
}

// The process that removes the folder. Its memory is a copy of ours from before any value was read,
// and secret memory is empty in it.
_Noreturn static void wait_and_remove(const char *path, int held, int removed) {
  setsid();
  sigset_t none;
  sigemptyset(&none);
  const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP, SIGUSR1, SIGUSR2};
  for (size_t index = 0; index < sizeof ignored / sizeof *ignored; index++)
    signal(ignored[index], SIG_IGN);
  sigprocmask(SIG_SETMASK, &none, NULL);
  // The two that it needs move to the front; a pipe of a job must not stay open because of us.
  if (dup2(held, 0) < 0 || dup2(removed, 1) < 0)
    _exit(1);
  syscall(SYS_close_range, 2U, ~0U, 0U);
  if (chdir("/") != 0)
    _exit(1);
  char byte;
  while (read(0, &byte, 1) < 0 && errno == EINTR)
    ;
  remove_folder(path);
  _exit(0);
}

// Twice, so that it is init's child and no command of ours has to reap a process it does not know.
static int start_remover(const char *path, int held, int removed) {
  pid_t first = fork();
  if (first < 0)
    return errno;
  if (first == 0) {
    pid_t second = fork();
    if (second == 0)
      wait_and_remove(path, held, removed);
    _exit(second < 0 ? 1 : 0);
  }
  int status = 0;
  while (waitpid(first, &status, 0) < 0 && errno == EINTR)
    ;
  return status == 0 ? 0 : EAGAIN;
}

int envgate_private_folder(const char *parent, char *path, size_t capacity, int *holder,
                           int *removed) {
  struct statfs place;
  if (statfs(parent, &place) != 0)
    return errno;
  if (place.f_type != TMPFS_MAGIC)
    return EMEDIUMTYPE;
  int length = snprintf(path, capacity, "%s/envgate-XXXXXX", parent);
  if (length < 0 || (size_t)length >= capacity)
    return ENAMETOOLONG;
  int held[2], done[2];
  if (pipe2(held, O_CLOEXEC) != 0)
    return errno;
  if (pipe2(done, O_CLOEXEC) != 0) {
    int error = errno;
    close(held[0]);
    close(held[1]);
    return error;
  }
  // mkdtemp makes it 0700.
  int error = mkdtemp(path) == NULL ? errno : 0;
  if (error == 0) {
    error = start_remover(path, held[0], done[1]);
    if (error != 0)
      rmdir(path);
  }
  close(held[0]);
  close(done[1]);
  if (error == 0) {
    *holder = held[1];
    *removed = done[0];
  } else {
    close(held[1]);
    close(done[0]);
  }
  return error;
}
