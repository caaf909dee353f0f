// Swift's CommandLine reads /proc/self/cmdline, and knows of no arguments where there is no /proc: a
// command then does something else than it was told, and says that it went well.

#include "CLinux.h"

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
