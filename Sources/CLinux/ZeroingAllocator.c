// A freed heap block keeps its bytes until somebody overwrites them, and a value that passed through
// a library's buffer would stay readable for hours. So this program's own `free` and `realloc` wipe
// a block before glibc has it back; libraries reach them too, since the dynamic linker looks in the
// executable first (malloc(3), "replacing malloc", done here by halves: glibc stays the allocator).

#include "CLinux.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define ENVGATE_SANITIZED 1
#endif
#endif

#ifdef ENVGATE_SANITIZED

int envgate_zeroing_allocator_active(void) { return 0; }

#else

#include <errno.h>
#include <malloc.h>
#include <string.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void __libc_free(void *block);

#define EXPORTED __attribute__((visibility("default"), used))

// Below this many bytes a shrinking block stays as it is: the bytes that it no longer needs are
// wiped with the rest when it is freed.
static const size_t smallest_split = 4096;

int envgate_zeroing_allocator_active(void) { return 1; }

// A huge block goes back to the kernel on free, which zeroes it; it is wiped all the same, because
// telling it apart means reading glibc's chunk header, and such blocks are few.
static void wipe(void *start, size_t size) {
  memset(start, 0, size);
  // The compiler must take the bytes as read, or it may leave a store to a dying block out.
  __asm__ __volatile__("" : : "r"(start) : "memory");
}

EXPORTED void free(void *block) {
  if (block == NULL)
    return;
  wipe(block, malloc_usable_size(block));
  __libc_free(block);
}

EXPORTED void *realloc(void *block, size_t size) {
  if (block == NULL)
    return __libc_malloc(size);
  if (size == 0) {
    free(block);
    return NULL;
  }
  size_t usable = malloc_usable_size(block);
  if (size <= usable) {
    if (usable - size < smallest_split)
      return block;
    // Shrinking stays in place and splits the rest off, so the rest is wiped first.
    wipe((char *)block + size, usable - size);
    return __libc_realloc(block, size);
  }
  void *moved = __libc_malloc(size);
  if (moved == NULL)
    return NULL;
  memcpy(moved, block, usable);
  free(block);
  return moved;
}

EXPORTED void *reallocarray(void *block, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(block, bytes);
}

#endif
