#include "CLinux.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
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

// Runs CALL with a `buffer` of `size` bytes that grows until the entry fits, then USE.
#define WITH_GROWING_BUFFER(CALL, FOUND, USE)                                                      \
  do {                                                                                             \
    size_t size = 1024;                                                                            \
    for (;;) {                                                                                     \
      char *buffer = malloc(size);                                                                 \
      if (buffer == NULL)                                                                          \
        return ENOMEM;                                                                             \
      int error = (CALL);                                                                          \
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

int envgate_groups_of(const char *name, uint32_t gid, uint32_t *groups, int *count) {
  int capacity = *count;
  int number = capacity;
  if (getgrouplist(name, gid, groups, &number) >= 0) {
    *count = number;
    return 0;
  }
  if (number <= capacity)
    return ENOMEM;
  *count = number;
  return ERANGE;
}
