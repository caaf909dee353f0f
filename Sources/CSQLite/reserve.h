#ifndef ENVGATE_RESERVE_H
#define ENVGATE_RESERVE_H

/// fallocate(2), which the C library declares to `_GNU_SOURCE` alone. Not by including fcntl.h or
/// sys/stat.h: their types would become this module's, and Glibc's no longer.
extern int envgate_fallocate(int file, int mode, long long offset, long long length)
    __asm__("fallocate64");

#endif
