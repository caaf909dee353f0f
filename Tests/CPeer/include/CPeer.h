#ifndef ENVGATE_TEST_PEER_H
#define ENVGATE_TEST_PEER_H

#include <stdint.h>

/// Connects to a Unix socket as another account, which is what the kernel then says of the peer.
///
/// Only for root. The credentials of the calling thread alone change, by the system calls themselves
/// (glibc's functions change those of every thread), and are root's again when this returns.
/// - Returns: the descriptor, close-on-exec; or a negative errno.
int envgate_test_connect_as(const char *path, uint32_t uid, uint32_t gid);

/// Connects in a process of its own, which hands the descriptor over and lives until it is killed.
/// - Returns: the descriptor, close-on-exec; or a negative errno. `pid` receives the process's number.
int envgate_test_connect_elsewhere(const char *path, int32_t *pid);

/// Connects as the service manager does for LoadCredential=, in a process of its own that lives until it is killed.
///
/// - Parameters: `name` is bound first, behind a NUL, and may be NULL; `group` is the folder of the control group that the
///   process joins, or NULL; `uid` connects; where `contained` is not 0 it is in a pid namespace of its own.
/// - Returns: the descriptor, close-on-exec; or a negative errno. `pid` receives the number of what is to be killed.
int envgate_test_connect_as_manager(const char *path, const char *name, const char *group, uint32_t uid,
                                    int32_t contained, int32_t *pid);

/// Starts a process that does nothing, with a number that is free, and ends with its maker.
///
/// Only for root, and where the kernel lets the next number be chosen (ns_last_pid).
/// - Returns: 0 where it has that number; else it is not there.
int envgate_test_process_numbered(int32_t pid);

#endif
