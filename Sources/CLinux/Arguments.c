// Swift's CommandLine reads /proc/self/cmdline, and knows of no arguments where there is no /proc: a
// command then does something else than it was told, and says that it went well.

#include "CLinux.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static char **given;
static int32_t count;

// glibc calls it with what it calls main with, in a static program too.
__attribute__((constructor)) static void take(int argc, char **argv) {
  given = argv;
  count = argc;
}

// Linked statically, Swift's runtime looks for its own place in /proc as it is set up, and aborts where there
// is none, unless this variable names one. Nothing can lie below this place. With its number it comes before
// what sets the runtime up; the variable is gone before anything of ours reads the environment.
static int has_named_root;

__attribute__((constructor(101))) static void name_root(void) {
  if (access("/proc/self/exe", F_OK) != 0 && getenv("SWIFT_ROOT") == NULL)
    has_named_root = setenv("SWIFT_ROOT", "/dev/null", 1) == 0;
}

char *const *envgate_arguments(int32_t *number) {
  if (has_named_root)
    unsetenv("SWIFT_ROOT");
  has_named_root = 0;
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
