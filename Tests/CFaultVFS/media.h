#ifndef ENVGATE_FAULT_MEDIA_H
#define ENVGATE_FAULT_MEDIA_H

#include <stddef.h>
#include <stdint.h>

// What a disk holds of one file: the bytes that are durable, and the operations that are not yet.

struct operation {
  // The new size for a truncation, else where the bytes go.
  int64_t offset;
  // NULL: a truncation.
  unsigned char *bytes;
  size_t count;
};

struct media {
  struct media *next;
  char *path;
  unsigned char *durable;
  size_t size;
  struct operation *pending;
  size_t pending_count;
  size_t pending_room;
  int exists;
};

// A seeded sequence (splitmix64).
uint64_t media_random(uint64_t *state);

// Sets the durable content; the bytes are copied. 0, or ENOMEM.
int media_set(struct media *media, const void *bytes, size_t count);

// Remembers an operation that is not durable. `bytes` is NULL for a truncation to `offset`.
int media_add(struct media *media, int64_t offset, const void *bytes, size_t count);

// Makes everything durable, in order.
int media_sync(struct media *media);

// Makes durable what the seed chooses, and forgets the rest.
int media_lose(struct media *media, uint64_t *random);

// Drops what is not durable.
void media_forget(struct media *media);

// Writes the durable content to the real file, or removes it where there is none.
int media_write(const struct media *media);

void media_clear(struct media *media);

#endif
