// Swift's CommandLine reads /proc/self/cmdline, and knows of no arguments where there is no /proc: a
// command then does something else than it was told, and says that it went well.

#include "CLinux.h"

#include <string.h>
#include <sys/prctl.h>

static char **given;
static int32_t count;

// glibc calls it with what it calls main with, in a static program too.
__attribute__((constructor)) static void take(int argc, char **argv) {
  given = argv;
  count = argc;
}

char *const *envgate_arguments(int32_t *number) {
  *number = count;
  return given;
}

void envgate_rename_process(const char *name) {
  prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
  if (count < 1)
    return;
  // The strings lie one behind the other (proc(5)); what comes after the last NUL is the environment's.
  char *end = given[0];
  for (int32_t index = 0; index < count && given[index] == end; index++)
    end += strlen(end) + 1;
  size_t room = (size_t)(end - given[0]), length = strlen(name);
  memset(given[0], 0, room);
  memcpy(given[0], name, length < room ? length : room - 1);
}
