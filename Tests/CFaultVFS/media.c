#include "media.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512 };

uint64_t media_random(uint64_t *state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static int resize(struct media *media, size_t size) {
  if (size == 0) {
    free(media->durable);
    media->durable = NULL;
  } else {
    unsigned char *bytes = realloc(media->durable, size);
    if (bytes == NULL) return ENOMEM;
    if (size > media->size) memset(bytes + media->size, 0, size - media->size);
    media->durable = bytes;
  }
  media->size = size;
  return 0;
}

static int store(struct media *media, size_t offset, const unsigned char *bytes, size_t count) {
  if (offset + count > media->size) {
    int code = resize(media, offset + count);
    if (code != 0) return code;
  }
  memcpy(media->durable + offset, bytes, count);
  return 0;
}

void media_forget(struct media *media) {
  for (size_t i = 0; i < media->pending_count; i++) free(media->pending[i].bytes);
  media->pending_count = 0;
}

int media_set(struct media *media, const void *bytes, size_t count) {
  int code = resize(media, 0);
  if (code == 0 && count > 0) code = store(media, 0, bytes, count);
  return code;
}

int media_add(struct media *media, int64_t offset, const void *bytes, size_t count) {
  if (media->pending_count == media->pending_room) {
    size_t room = media->pending_room == 0 ? 16 : media->pending_room * 2;
    struct operation *grown = realloc(media->pending, room * sizeof *grown);
    if (grown == NULL) return ENOMEM;
    media->pending = grown;
    media->pending_room = room;
  }
  unsigned char *copy = NULL;
  if (bytes != NULL) {
    copy = malloc(count == 0 ? 1 : count);
    if (copy == NULL) return ENOMEM;
    memcpy(copy, bytes, count);
  }
  media->pending[media->pending_count++] =
      (struct operation){.offset = offset, .bytes = copy, .count = count};
  return 0;
}

static int apply(struct media *media, const struct operation *operation) {
  if (operation->bytes == NULL) return resize(media, (size_t)operation->offset);
  return store(media, (size_t)operation->offset, operation->bytes, operation->count);
}

int media_sync(struct media *media) {
  for (size_t i = 0; i < media->pending_count; i++) {
    int code = apply(media, &media->pending[i]);
    if (code != 0) return code;
  }
  media_forget(media);
  return 0;
}

// Sectors lie where the disk has them, not where the write begins.
static int apply_sectors(
    struct media *media, const struct operation *operation, uint64_t *random) {
  size_t done = 0;
  while (done < operation->count) {
    size_t at = (size_t)operation->offset + done;
    size_t count = SECTOR - at % SECTOR;
    if (count > operation->count - done) count = operation->count - done;
    if (media_random(random) & 1) {
      int code = store(media, at, operation->bytes + done, count);
      if (code != 0) return code;
    }
    done += count;
  }
  return 0;
}

int media_lose(struct media *media, uint64_t *random) {
  enum { NOTHING, ALL, WRITES, SECTORS, REORDERED } way = media_random(random) % 5;
  if (way == ALL) return media_sync(media);
  int code = 0;
  for (size_t i = 0; code == 0 && way != NOTHING && i < media->pending_count; i++) {
    if (way == REORDERED) {
      // The drive chooses: any operation that is left may be the next one.
      size_t chosen = i + media_random(random) % (media->pending_count - i);
      struct operation swap = media->pending[i];
      media->pending[i] = media->pending[chosen];
      media->pending[chosen] = swap;
    }
    if (way == SECTORS && media->pending[i].bytes != NULL) {
      code = apply_sectors(media, &media->pending[i], random);
    } else if (media_random(random) & 1) {
      code = apply(media, &media->pending[i]);
    }
  }
  media_forget(media);
  return code;
}

int media_write(const struct media *media) {
  if (!media->exists) return unlink(media->path) == 0 || errno == ENOENT ? 0 : errno;
  int file = open(media->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return errno;
  size_t done = 0;
  while (done < media->size) {
    ssize_t count = write(file, media->durable + done, media->size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      int reason = errno;
      close(file);
      return reason;
    }
    done += (size_t)count;
  }
  return close(file) == 0 ? 0 : errno;
}

void media_clear(struct media *media) {
  media_forget(media);
  free(media->pending);
  free(media->durable);
  free(media->path);
}
