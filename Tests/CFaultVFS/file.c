#include <errno.h>

#include "internal.h"

// Counts an operation and says whether the armed fault has come.
static int is_due(fault_vfs *vfs) {
  vfs->operations++;
  return vfs->kind != FAULT_NONE && vfs->operations >= vfs->at;
}

// Whether power is gone, or goes with this operation.
static int loses_power(fault_vfs *vfs, int due) {
  if (due && vfs->kind == FAULT_POWER) vfs->power_lost = 1;
  return vfs->power_lost;
}

static int file_close(sqlite3_file *file) {
  struct fault_handle *handle = handle_of(file);
  int code = handle->under->pMethods->xClose(handle->under);
  pthread_mutex_lock(&handle->vfs->mutex);
  handle->vfs->open_files--;
  pthread_mutex_unlock(&handle->vfs->mutex);
  return code;
}

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
  struct fault_handle *handle = handle_of(file);
  pthread_mutex_lock(&handle->vfs->mutex);
  int lost = handle->vfs->power_lost;
  if (lost) failing(handle->vfs, 0, EIO);
  pthread_mutex_unlock(&handle->vfs->mutex);
  if (lost) return SQLITE_IOERR_READ;
  return handle->under->pMethods->xRead(handle->under, bytes, count, offset);
}

static int write_locked(
    struct fault_handle *handle, const void *bytes, int count, sqlite3_int64 offset) {
  fault_vfs *vfs = handle->vfs;
  vfs->writes[handle->file]++;
  int due = is_due(vfs);
  int was_lost = vfs->power_lost;
  if (loses_power(vfs, due)) {
    // The write during which power went may have reached the disk, as any that was not synced.
    if (!was_lost && media_add(handle->media, offset, bytes, (size_t)count) != 0)
      return SQLITE_IOERR_NOMEM;
    return failing(vfs, SQLITE_IOERR_WRITE, EIO);
  }
  if (due && vfs->kind == FAULT_FULL) return failing(vfs, SQLITE_FULL, ENOSPC);
  if (due && vfs->kind == FAULT_IO) return failing(vfs, SQLITE_IOERR_WRITE, vfs->detail);
  int torn = due && vfs->kind == FAULT_TORN;
  if (torn) {
    if (vfs->torn || vfs->detail <= 0) return failing(vfs, SQLITE_IOERR_WRITE, EIO);
    vfs->torn = 1;
    if (count > vfs->detail) count = vfs->detail;
  }
  int code = handle->under->pMethods->xWrite(handle->under, bytes, count, offset);
  if (code != SQLITE_OK) return code;
  if (media_add(handle->media, offset, bytes, (size_t)count) != 0) return SQLITE_IOERR_NOMEM;
  return torn ? failing(vfs, SQLITE_IOERR_WRITE, EIO) : SQLITE_OK;
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  struct fault_handle *handle = handle_of(file);
  pthread_mutex_lock(&handle->vfs->mutex);
  int code = write_locked(handle, bytes, count, offset);
  pthread_mutex_unlock(&handle->vfs->mutex);
  return code;
}

static int truncate_locked(struct fault_handle *handle, sqlite3_int64 size) {
  fault_vfs *vfs = handle->vfs;
  int due = is_due(vfs);
  int was_lost = vfs->power_lost;
  if (loses_power(vfs, due)) {
    if (!was_lost && media_add(handle->media, size, NULL, 0) != 0) return SQLITE_IOERR_NOMEM;
    return failing(vfs, SQLITE_IOERR_TRUNCATE, EIO);
  }
  if (due && vfs->kind == FAULT_IO) return failing(vfs, SQLITE_IOERR_TRUNCATE, vfs->detail);
  int code = handle->under->pMethods->xTruncate(handle->under, size);
  if (code != SQLITE_OK) return code;
  return media_add(handle->media, size, NULL, 0) == 0 ? SQLITE_OK : SQLITE_IOERR_NOMEM;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
  struct fault_handle *handle = handle_of(file);
  pthread_mutex_lock(&handle->vfs->mutex);
  int code = truncate_locked(handle, size);
  pthread_mutex_unlock(&handle->vfs->mutex);
  return code;
}

static int sync_locked(struct fault_handle *handle) {
  fault_vfs *vfs = handle->vfs;
  vfs->syncs[handle->file]++;
  int due = is_due(vfs);
  if (loses_power(vfs, due)) return failing(vfs, SQLITE_IOERR_FSYNC, EIO);
  int code;
  if (due && vfs->kind == FAULT_SYNC) {
    code = media_lose(handle->media, &vfs->random);
    return code == 0 ? failing(vfs, SQLITE_IOERR_FSYNC, EIO) : SQLITE_IOERR_NOMEM;
  }
  code = media_sync(handle->media);
  return code == 0 ? SQLITE_OK : SQLITE_IOERR_NOMEM;
}

static int file_sync(sqlite3_file *file, int flags) {
  (void)flags;
  struct fault_handle *handle = handle_of(file);
  pthread_mutex_lock(&handle->vfs->mutex);
  int code = sync_locked(handle);
  pthread_mutex_unlock(&handle->vfs->mutex);
  return code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
  sqlite3_file *under = handle_of(file)->under;
  return under->pMethods->xFileSize(under, size);
}

static int file_lock(sqlite3_file *file, int level) {
  sqlite3_file *under = handle_of(file)->under;
  return under->pMethods->xLock(under, level);
}

static int file_unlock(sqlite3_file *file, int level) {
  sqlite3_file *under = handle_of(file)->under;
  return under->pMethods->xUnlock(under, level);
}

static int file_check_lock(sqlite3_file *file, int *held) {
  sqlite3_file *under = handle_of(file)->under;
  return under->pMethods->xCheckReservedLock(under, held);
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
  sqlite3_file *under = handle_of(file)->under;
  // A size hint grows the real file behind the counts and the images.
  if (operation == SQLITE_FCNTL_SIZE_HINT) return SQLITE_OK;
  if (operation == SQLITE_FCNTL_LAST_ERRNO) {
    *(int *)argument = handle_of(file)->vfs->last_errno;
    return SQLITE_OK;
  }
  return under->pMethods->xFileControl(under, operation, argument);
}

static int file_sector(sqlite3_file *file) {
  sqlite3_file *under = handle_of(file)->under;
  return under->pMethods->xSectorSize(under);
}

static int file_traits(sqlite3_file *file) {
  sqlite3_file *under = handle_of(file)->under;
  return under->pMethods->xDeviceCharacteristics(under);
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **at) {
  sqlite3_file *under = handle_of(file)->under;
  return under->pMethods->xShmMap(under, page, size, extend, at);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  sqlite3_file *under = handle_of(file)->under;
  return under->pMethods->xShmLock(under, offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file) {
  sqlite3_file *under = handle_of(file)->under;
  under->pMethods->xShmBarrier(under);
}

static int file_shm_unmap(sqlite3_file *file, int remove) {
  sqlite3_file *under = handle_of(file)->under;
  return under->pMethods->xShmUnmap(under, remove);
}

// Version 2: shared memory for the log, and no mapped reads.
const sqlite3_io_methods fault_file_methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};
