#include "CLinux.h"

#include <errno.h>
#include <elf.h>
#include <grp.h>
#include <link.h>
#include <nss.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/types.h>

// A group with thousands of members needs a large buffer; beyond this the database is broken.
static const size_t largest_buffer = 16 * 1024 * 1024;

// getpwnam(3) names several errors that mean "not found"; only these two cannot mean anything else.
static int not_found_or(int error) {
  return error == ENOENT || error == ESRCH ? ENOENT : error;
}

static int copy_name(const char *from, char *name, size_t capacity) {
  size_t size = strlen(from) + 1;
  if (size > capacity)
    return ERANGE;
  memcpy(name, from, size);
  return 0;
}

// ---- Where a static program looks ----

// What nsswitch.conf(5) names beside /etc/passwd and /etc/group comes as shared libraries, which fit one
// version of glibc. A static program brings its own, and runs where there is another one or none: it would
// load what crashes it. Whoever has no interpreter is static.
__attribute__((constructor)) static void keep_to_files_if_static(void) {
  const ElfW(Phdr) *header = (const ElfW(Phdr) *)getauxval(AT_PHDR);
  size_t count = getauxval(AT_PHNUM);
  for (size_t index = 0; header != NULL && index < count; index++)
    if (header[index].p_type == PT_INTERP)
      return;
  __nss_configure_lookup("passwd", "files");
  __nss_configure_lookup("group", "files");
  __nss_configure_lookup("initgroups", "files");
}

// ---- Questions that can be broken off ----

// Ignored by default, so no program dies of one that comes too late or to the wrong thread.
static const int break_off_signal = SIGURG;

static _Thread_local struct envgate_inquiry *current;

// Whoever sent the signal: it may have ended a system call, and what glibc made of that is no answer.
static void note_signal(int signal) {
  (void)signal;
  struct envgate_inquiry *inquiry = current;
  if (inquiry != NULL)
    __atomic_store_n(&inquiry->broken_off, 1, __ATOMIC_SEQ_CST);
}

int envgate_inquiry_is_broken_off(const struct envgate_inquiry *inquiry) {
  return __atomic_load_n(&inquiry->broken_off, __ATOMIC_SEQ_CST) != 0;
}

static int is_broken_off(void) {
  return current != NULL && envgate_inquiry_is_broken_off(current);
}

static int handler_error;

static void install_handler(void) {
  // No SA_RESTART: the system call is to end.
  struct sigaction action = {.sa_handler = note_signal};
  sigemptyset(&action.sa_mask);
  handler_error = sigaction(break_off_signal, &action, NULL) == 0 ? 0 : errno;
}

static int mask_signal(int how) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, break_off_signal);
  return pthread_sigmask(how, &set, NULL);
}

int envgate_inquiry_begin(struct envgate_inquiry *inquiry) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install_handler);
  if (handler_error != 0)
    return handler_error;
  // A signal for the question before is delivered here, while it can do no harm.
  current = NULL;
  int error = mask_signal(SIG_UNBLOCK);
  inquiry->thread = (uint64_t)pthread_self();
  current = inquiry;
  return error;
}

void envgate_inquiry_end(void) {
  current = NULL;
  mask_signal(SIG_BLOCK);
}

int envgate_inquiry_break_off(struct envgate_inquiry *inquiry) {
  // Set here too: ThreadSanitizer runs a handler later than the kernel does.
  __atomic_store_n(&inquiry->broken_off, 1, __ATOMIC_SEQ_CST);
  return pthread_kill((pthread_t)inquiry->thread, break_off_signal);
}

// ---- The calls ----

// Runs CALL with a `buffer` of `size` bytes that grows until the entry fits, then USE.
//
// What a call says that was broken off does not count, whatever it says: where one source of
// nsswitch.conf(5) fails, as it does with EINTR, glibc asks the next and says what that one says. Of
// somebody who is in /etc/passwd it would say "no such entry".
#define WITH_GROWING_BUFFER(CALL, FOUND, USE)                                                      \
  do {                                                                                             \
    size_t size = 1024;                                                                            \
    while (!is_broken_off()) {                                                                     \
      char *buffer = malloc(size);                                                                 \
      if (buffer == NULL)                                                                          \
        return ENOMEM;                                                                             \
      int error = (CALL);                                                                          \
      if (is_broken_off()) {                                                                       \
        free(buffer);                                                                              \
        break;                                                                                     \
      }                                                                                            \
      if (error == EINTR || (error == ERANGE && size < largest_buffer)) {                          \
        free(buffer);                                                                              \
        if (error == ERANGE)                                                                       \
          size *= 4;                                                                               \
        continue;                                                                                  \
      }                                                                                            \
      if (error != 0)                                                                              \
        error = not_found_or(error == ERANGE ? EOVERFLOW : error);                                 \
      else                                                                                         \
        error = (FOUND) == NULL ? ENOENT : (USE);                                                  \
      free(buffer);                                                                                \
      return error;                                                                                \
    }                                                                                              \
    return ETIMEDOUT;                                                                              \
  } while (0)

static int take_account(const struct passwd *entry, uint32_t *uid, uint32_t *gid) {
  *uid = entry->pw_uid;
  *gid = entry->pw_gid;
  return 0;
}

int envgate_account_by_uid(uint32_t uid, char *name, size_t capacity, uint32_t *gid) {
  struct passwd entry;
  struct passwd *found = NULL;
  uint32_t ignored;
  WITH_GROWING_BUFFER(getpwuid_r(uid, &entry, buffer, size, &found), found,
                      copy_name(found->pw_name, name, capacity) == 0
                          ? take_account(found, &ignored, gid)
                          : ERANGE);
}

int envgate_uid_by_name(const char *name, uint32_t *uid, uint32_t *gid) {
  struct passwd entry;
  struct passwd *found = NULL;
  WITH_GROWING_BUFFER(getpwnam_r(name, &entry, buffer, size, &found), found,
                      take_account(found, uid, gid));
}

static int take_group(const struct group *entry, uint32_t *gid) {
  *gid = entry->gr_gid;
  return 0;
}

int envgate_gid_by_name(const char *name, uint32_t *gid) {
  struct group entry;
  struct group *found = NULL;
  WITH_GROWING_BUFFER(getgrnam_r(name, &entry, buffer, size, &found), found,
                      take_group(found, gid));
}

int envgate_group_name(uint32_t gid, char *name, size_t capacity) {
  struct group entry;
  struct group *found = NULL;
  WITH_GROWING_BUFFER(getgrgid_r(gid, &entry, buffer, size, &found), found,
                      copy_name(found->gr_name, name, capacity));
}

// Adds a name, with its NUL, to those that are there; ERANGE where there is no room.
static int add_name(const char *name, char *names, size_t capacity, size_t *length) {
  size_t size = strlen(name) + 1;
  if (size > capacity - *length)
    return ERANGE;
  memcpy(names + *length, name, size);
  *length += size;
  return 0;
}

static int add_members(const struct group *entry, char *names, size_t capacity, size_t *length) {
  for (char **member = entry->gr_mem; *member != NULL; member++) {
    int error = add_name(*member, names, capacity, length);
    if (error != 0)
      return error;
  }
  return 0;
}

static int named_members(uint32_t gid, char *names, size_t capacity, size_t *length) {
  struct group entry;
  struct group *found = NULL;
  WITH_GROWING_BUFFER(getgrgid_r(gid, &entry, buffer, size, &found), found,
                      add_members(found, names, capacity, length));
}

int envgate_group_members(uint32_t gid, int most, char *names, size_t capacity, size_t *length) {
  *length = 0;
  int error = named_members(gid, names, capacity, length);
  if (error != 0)
    return error;
  setpwent();
  for (int seen = 0; error == 0; seen++) {
    struct passwd *account = getpwent();
    if (account == NULL)
      break;
    if (seen >= most)
      error = ERANGE;
    else if (account->pw_gid == gid)
      error = add_name(account->pw_name, names, capacity, length);
  }
  endpwent();
  return error;
}

// getgrouplist(3) leaves out the groups of a source that failed and reports success. What it leaves in
// errno is the last trouble, and these are troubles that no healthy source leaves behind. Others, as
// that of a server that is down, cannot be told from those of a source that was never there.
static int hides_failure(int error) {
  return error == ENOMEM || error == EMFILE || error == ENFILE || error == EIO;
}

int envgate_groups_of(const char *name, uint32_t gid, uint32_t *groups, int *count) {
  int capacity = *count;
  int number = capacity;
  if (is_broken_off())
    return ETIMEDOUT;
  errno = 0;
  int found = getgrouplist(name, gid, groups, &number);
  int trouble = errno;
  if (is_broken_off())
    return ETIMEDOUT;
  if (hides_failure(trouble))
    return trouble;
  if (found >= 0) {
    *count = number;
    return 0;
  }
  if (number <= capacity)
    return ENOMEM;
  *count = number;
  return ERANGE;
}
