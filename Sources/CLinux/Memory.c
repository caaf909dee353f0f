#include "CLinux.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

void *envgate_reserve_secret(size_t size) {
  void *start =
      mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED)
    return NULL;
  if (madvise(start, size, MADV_DONTDUMP) != 0 || madvise(start, size, MADV_WIPEONFORK) != 0) {
    munmap(start, size);
    return NULL;
  }
  return start;
}

int envgate_commit_secret(void *start, size_t size, int *locked) {
  if (mprotect(start, size, PROT_READ | PROT_WRITE) != 0)
    return errno;
  // Each page once it is used, and from then on: a program that holds one value does not pay for room
  // that it may never need.
  *locked = mlock2(start, size, MLOCK_ONFAULT) == 0;
  return 0;
}

void envgate_release_secret(void *start, size_t size) { munmap(start, size); }

void envgate_wipe(void *start, size_t size) { explicit_bzero(start, size); }

int envgate_equal(const void *left, const void *right, size_t size) {
  const volatile unsigned char *a = left;
  const volatile unsigned char *b = right;
  unsigned char difference = 0;
  for (size_t i = 0; i < size; i++)
    difference |= (unsigned char)(a[i] ^ b[i]);
  return difference == 0;
}
