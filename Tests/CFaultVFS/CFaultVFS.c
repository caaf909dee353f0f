#include "CFaultVFS.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

static fault_vfs *of(sqlite3_vfs *vfs) { return (fault_vfs *)vfs->pAppData; }

static struct media *find(fault_vfs *vfs, const char *path) {
  for (struct media *media = vfs->media; media != NULL; media = media->next)
    if (strcmp(media->path, path) == 0) return media;
  return NULL;
}

// The media of a file that was just opened. What it holds at its first opening is durable.
static struct media *adopt(fault_vfs *vfs, const char *path, sqlite3_file *under) {
  struct media *media = find(vfs, path);
  if (media == NULL) {
    media = calloc(1, sizeof *media);
    if (media == NULL) return NULL;
    media->path = strdup(path);
    if (media->path == NULL) {
      free(media);
      return NULL;
    }
    media->next = vfs->media;
    vfs->media = media;
  }
  if (media->exists) return media;
  sqlite3_int64 size = 0;
  if (under->pMethods->xFileSize(under, &size) != SQLITE_OK) return NULL;
  unsigned char *bytes = malloc(size > 0 ? (size_t)size : 1);
  if (bytes == NULL) return NULL;
  int code = size > 0 ? under->pMethods->xRead(under, bytes, (int)size, 0) : SQLITE_OK;
  if (code == SQLITE_OK) code = media_set(media, bytes, (size_t)size);
  free(bytes);
  if (code != SQLITE_OK) return NULL;
  media->exists = 1;
  return media;
}

static int vfs_open(
    sqlite3_vfs *base, const char *path, sqlite3_file *file, int flags, int *out_flags) {
  fault_vfs *vfs = of(base);
  struct fault_handle *handle = handle_of(file);
  memset(handle, 0, sizeof *handle);
  // Without a name it is a temporary file, which no power cut concerns and which the store never
  // needs.
  if (path == NULL) return SQLITE_CANTOPEN;
  pthread_mutex_lock(&vfs->mutex);
  int code = vfs->power_lost ? failing(vfs, SQLITE_CANTOPEN, EIO) : SQLITE_OK;
  if (code == SQLITE_OK) {
    handle->vfs = vfs;
    handle->under = (sqlite3_file *)(handle + 1);
    handle->file = flags & SQLITE_OPEN_MAIN_DB ? FAULT_FILE_DATABASE
                   : flags & SQLITE_OPEN_WAL   ? FAULT_FILE_WAL
                                               : FAULT_FILE_OTHER;
    code = vfs->under->xOpen(vfs->under, path, handle->under, flags, out_flags);
  }
  if (code == SQLITE_OK) {
    handle->media = adopt(vfs, path, handle->under);
    if (handle->media == NULL) {
      handle->under->pMethods->xClose(handle->under);
      code = SQLITE_IOERR_NOMEM;
    }
  }
  if (code == SQLITE_OK) {
    handle->base.pMethods = &fault_file_methods;
    vfs->open_files++;
  }
  pthread_mutex_unlock(&vfs->mutex);
  return code;
}

static int vfs_delete(sqlite3_vfs *base, const char *path, int sync_folder) {
  fault_vfs *vfs = of(base);
  pthread_mutex_lock(&vfs->mutex);
  int code = SQLITE_OK;
  if (vfs->power_lost) {
    code = failing(vfs, SQLITE_IOERR_DELETE, EIO);
  } else {
    code = vfs->under->xDelete(vfs->under, path, sync_folder);
    struct media *media = find(vfs, path);
    if (code == SQLITE_OK && media != NULL) {
      // Removing a name is taken to be durable at once; SQLite only removes what it needs no more.
      media->exists = 0;
      media_forget(media);
      media_set(media, NULL, 0);
    }
  }
  pthread_mutex_unlock(&vfs->mutex);
  return code;
}

static int vfs_access(sqlite3_vfs *base, const char *path, int flags, int *result) {
  sqlite3_vfs *under = of(base)->under;
  return under->xAccess(under, path, flags, result);
}

static int vfs_full_path(sqlite3_vfs *base, const char *path, int room, char *out) {
  sqlite3_vfs *under = of(base)->under;
  return under->xFullPathname(under, path, room, out);
}

static int vfs_randomness(sqlite3_vfs *base, int count, char *out) {
  sqlite3_vfs *under = of(base)->under;
  return under->xRandomness(under, count, out);
}

static int vfs_sleep(sqlite3_vfs *base, int microseconds) {
  sqlite3_vfs *under = of(base)->under;
  return under->xSleep(under, microseconds);
}

static int vfs_time(sqlite3_vfs *base, double *now) {
  sqlite3_vfs *under = of(base)->under;
  return under->xCurrentTime(under, now);
}

static int vfs_last_error(sqlite3_vfs *base, int room, char *out) {
  (void)room;
  (void)out;
  fault_vfs *vfs = of(base);
  // SQLite takes the result as the errno behind the last failure (sqlite3_system_errno).
  return vfs->last_errno != 0 ? vfs->last_errno : vfs->under->xGetLastError(vfs->under, 0, NULL);
}

fault_vfs *fault_vfs_create(const char *name) {
  sqlite3_vfs *under = sqlite3_vfs_find(NULL);
  if (under == NULL) return NULL;
  fault_vfs *vfs = calloc(1, sizeof *vfs);
  if (vfs == NULL) return NULL;
  vfs->name = strdup(name);
  vfs->under = under;
  pthread_mutex_init(&vfs->mutex, NULL);
  vfs->base = (sqlite3_vfs){
      .iVersion = 1,
      .szOsFile = (int)sizeof(struct fault_handle) + under->szOsFile,
      .mxPathname = under->mxPathname,
      .zName = vfs->name,
      .pAppData = vfs,
      .xOpen = vfs_open,
      .xDelete = vfs_delete,
      .xAccess = vfs_access,
      .xFullPathname = vfs_full_path,
      .xRandomness = vfs_randomness,
      .xSleep = vfs_sleep,
      .xCurrentTime = vfs_time,
      .xGetLastError = vfs_last_error,
  };
  if (vfs->name == NULL || sqlite3_vfs_register(&vfs->base, 0) != SQLITE_OK) {
    free(vfs->name);
    free(vfs);
    return NULL;
  }
  return vfs;
}

void fault_vfs_destroy(fault_vfs *vfs) {
  if (vfs == NULL) return;
  sqlite3_vfs_unregister(&vfs->base);
  while (vfs->media != NULL) {
    struct media *media = vfs->media;
    vfs->media = media->next;
    media_clear(media);
    free(media);
  }
  pthread_mutex_destroy(&vfs->mutex);
  free(vfs->name);
  free(vfs);
}

void fault_vfs_arm(fault_vfs *vfs, enum fault_kind kind, uint64_t at, int detail, uint64_t seed) {
  pthread_mutex_lock(&vfs->mutex);
  vfs->kind = kind;
  vfs->at = at;
  vfs->detail = detail;
  vfs->torn = 0;
  vfs->random = seed;
  pthread_mutex_unlock(&vfs->mutex);
}

void fault_vfs_disarm(fault_vfs *vfs) {
  pthread_mutex_lock(&vfs->mutex);
  vfs->kind = FAULT_NONE;
  vfs->last_errno = 0;
  pthread_mutex_unlock(&vfs->mutex);
}

void fault_vfs_reset_counts(fault_vfs *vfs) {
  pthread_mutex_lock(&vfs->mutex);
  vfs->operations = 0;
  memset(vfs->writes, 0, sizeof vfs->writes);
  memset(vfs->syncs, 0, sizeof vfs->syncs);
  pthread_mutex_unlock(&vfs->mutex);
}

static uint64_t read_count(fault_vfs *vfs, const uint64_t *count) {
  pthread_mutex_lock(&vfs->mutex);
  uint64_t value = *count;
  pthread_mutex_unlock(&vfs->mutex);
  return value;
}

uint64_t fault_vfs_operations(fault_vfs *vfs) { return read_count(vfs, &vfs->operations); }

uint64_t fault_vfs_writes(fault_vfs *vfs, enum fault_file file) {
  return read_count(vfs, &vfs->writes[file]);
}

uint64_t fault_vfs_syncs(fault_vfs *vfs, enum fault_file file) {
  return read_count(vfs, &vfs->syncs[file]);
}

void fault_vfs_cut_power(fault_vfs *vfs) {
  pthread_mutex_lock(&vfs->mutex);
  vfs->power_lost = 1;
  pthread_mutex_unlock(&vfs->mutex);
}

// Shared memory does not outlive the machine, and no media stands for it.
static int remove_shared_memory(const struct media *media) {
  size_t length = strlen(media->path);
  char *path = malloc(length + sizeof "-shm");
  if (path == NULL) return ENOMEM;
  memcpy(path, media->path, length);
  memcpy(path + length, "-shm", sizeof "-shm");
  int code = unlink(path) == 0 || errno == ENOENT ? 0 : errno;
  free(path);
  return code;
}

int fault_vfs_restore_power(fault_vfs *vfs, uint64_t seed) {
  pthread_mutex_lock(&vfs->mutex);
  int code = vfs->open_files == 0 ? 0 : EBUSY;
  uint64_t random = seed;
  for (struct media *media = vfs->media; code == 0 && media != NULL; media = media->next) {
    code = media_lose(media, &random);
    if (code == 0) code = media_write(media);
    if (code == 0) code = remove_shared_memory(media);
  }
  if (code == 0) {
    vfs->power_lost = 0;
    vfs->kind = FAULT_NONE;
    vfs->last_errno = 0;
  }
  pthread_mutex_unlock(&vfs->mutex);
  return code;
}
