#ifndef ENVGATE_FAULT_INTERNAL_H
#define ENVGATE_FAULT_INTERNAL_H

#include <pthread.h>
#include <sqlite3.h>

#include "CFaultVFS.h"
#include "media.h"

struct fault_vfs {
  sqlite3_vfs base;
  sqlite3_vfs *under;
  char *name;
  // Guards everything below: connections of several threads share an instance.
  pthread_mutex_t mutex;
  struct media *media;
  int open_files;
  int power_lost;
  enum fault_kind kind;
  uint64_t at;
  int detail;
  int torn;
  uint64_t random;
  uint64_t operations;
  uint64_t writes[3];
  uint64_t syncs[3];
  int last_errno;
};

struct fault_handle {
  sqlite3_file base;
  fault_vfs *vfs;
  struct media *media;
  enum fault_file file;
  // The wrapped VFS's own file, in the memory behind this struct.
  sqlite3_file *under;
};

static inline struct fault_handle *handle_of(sqlite3_file *file) {
  return (struct fault_handle *)file;
}

// Leaves the errno for sqlite3_system_errno, and answers the code.
static inline int failing(fault_vfs *vfs, int code, int reason) {
  vfs->last_errno = reason;
  return code;
}

// The operations of an open file: count, fail, pass on. In file.c.
extern const sqlite3_io_methods fault_file_methods;

#endif
