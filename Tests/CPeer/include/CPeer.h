#ifndef ENVGATE_TEST_PEER_H
#define ENVGATE_TEST_PEER_H

#include <stdint.h>

/// Connects to a Unix socket as another account, which is what the kernel then says of the peer.
///
/// Only for root. The credentials of the calling thread alone change, by the system calls themselves
/// (glibc's functions change those of every thread), and are root's again when this returns.
/// - Returns: the descriptor, close-on-exec; or a negative errno.
int envgate_test_connect_as(const char *path, uint32_t uid, uint32_t gid);

#endif
