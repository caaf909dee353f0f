#ifndef ENVGATE_FAULT_VFS_H
#define ENVGATE_FAULT_VFS_H

#include <stddef.h>
#include <stdint.h>

// An SQLite VFS below the store that counts, fails on demand and loses power.
//
// It wraps the system's own VFS. Writes go through to the real file, so that SQLite reads what it
// wrote, and are kept in memory too until the file is synced: they are what a power cut may lose. A
// real sync is never made; what survives is decided here.
//
// One instance a test: each registers under a name of its own and shares nothing with the others.

typedef struct fault_vfs fault_vfs;

// Which file an operation was on.
enum fault_file { FAULT_FILE_DATABASE = 0, FAULT_FILE_WAL = 1, FAULT_FILE_OTHER = 2 };

// What an armed fault does, from its operation on until fault_vfs_disarm().
enum fault_kind {
  FAULT_NONE = 0,
  // Writes fail with SQLITE_FULL (ENOSPC) and change nothing.
  FAULT_FULL,
  // Writes and truncations fail with SQLITE_IOERR_WRITE and the errno given, and change nothing.
  FAULT_IO,
  // The first write keeps only its first bytes and fails with SQLITE_IOERR_WRITE; so do all later
  // ones.
  FAULT_TORN,
  // Syncs fail with SQLITE_IOERR_FSYNC. What was not synced is lost for good or kept, sector by
  // sector, by the seed: no later sync brings it back, as on Linux.
  FAULT_SYNC,
  // The operation and everything after it fails: the machine has lost power.
  FAULT_POWER
};

// Makes an instance and registers it as `name`. NULL: no memory, or no VFS to wrap.
fault_vfs *fault_vfs_create(const char *name);

// Unregisters and frees it. No connection may be open on it.
void fault_vfs_destroy(fault_vfs *vfs);

// Arms a fault: it waits for the operation numbered `at` (writes, truncations and syncs, from 1,
// since the last fault_vfs_reset_counts()) and then for one that its kind concerns. `detail` is the
// errno of FAULT_IO, the number of bytes kept by FAULT_TORN, else ignored.
void fault_vfs_arm(fault_vfs *vfs, enum fault_kind kind, uint64_t at, int detail, uint64_t seed);

// Takes the fault away: the disk works again. Power that was lost stays lost.
void fault_vfs_disarm(fault_vfs *vfs);

void fault_vfs_reset_counts(fault_vfs *vfs);

// Operations since the last reset: writes, truncations and syncs together; or one kind on one file.
uint64_t fault_vfs_operations(fault_vfs *vfs);
uint64_t fault_vfs_writes(fault_vfs *vfs, enum fault_file file);
uint64_t fault_vfs_syncs(fault_vfs *vfs, enum fault_file file);

// Cuts the power now. Everything fails until fault_vfs_restore_power().
void fault_vfs_cut_power(fault_vfs *vfs);

// Rewrites each file as the disk may have it after the power cut, and works again: everything that
// was synced, and of the rest what the seed chooses: nothing, all, whole writes or single sectors
// of 512 bytes, in any order. Every connection must be closed. 0, or an errno.
int fault_vfs_restore_power(fault_vfs *vfs, uint64_t seed);

#endif
