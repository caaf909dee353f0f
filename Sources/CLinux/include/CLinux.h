#ifndef ENVGATE_CLINUX_H
#define ENVGATE_CLINUX_H

// What Linux and glibc offer and Swift cannot see. Plain types of ours only: a system header in
// here would need _GNU_SOURCE in every importer and break the Glibc module.
//
// Unless said otherwise a function returns 0 or an errno value, and writes its results only with 0.

#include <stddef.h>
#include <stdint.h>

// ---- Peers of a Unix socket (unix(7)) ----

struct envgate_credentials {
  int32_t pid;
  uint32_t uid;
  uint32_t gid;
};

// SO_PEERCRED: who connected, taken by the kernel at connect.
int envgate_peer_credentials(int fd, struct envgate_credentials *out);

// SO_PEERGROUPS: the supplementary groups of who connected. `count` holds the capacity of `groups`
// and receives the number of groups; with ERANGE it receives the number that is needed.
int envgate_peer_groups(int fd, uint32_t *groups, uint32_t *count);

// SO_PEERPIDFD: a descriptor of the process that connected, which stands for it and for no later one of
// the same pid; close-on-exec. ENOPROTOOPT before Linux 6.5; another error where it has been reaped.
int envgate_peer_pidfd(int fd, int *pidfd);

// ---- Unix stream sockets ----

// Longest path that fits sun_path with its terminating NUL.
#define ENVGATE_UNIX_PATH_MAX 107
// Leaves the group of a new socket file alone.
#define ENVGATE_KEEP_GROUP UINT32_MAX

// Connects to `path`; the descriptor is close-on-exec and blocking. ENAMETOOLONG for a long path.
int envgate_connect_unix(const char *path, int *fd);
// The same without waiting for room in the listener's queue: EAGAIN where there is none; non-blocking.
int envgate_try_connect_unix(const char *path, int *fd);

// Which file it is.
struct envgate_file_id {
  uint64_t device;
  uint64_t inode;
};

// Binds and listens at `path`. The file exists with mode 0600 at first and receives group and mode
// after that, so at no instant can somebody connect whom `mode` does not let in. What exists at
// `path` is not removed: EADDRINUSE. The descriptor is close-on-exec and non-blocking.
// `id` (may be NULL) is the file that was made. ESTALE: something else was put in its place meanwhile; it
// is left as it is, and neither its mode nor its group was changed.
int envgate_listen_unix(const char *path, uint32_t mode, uint32_t gid, int backlog, int *fd,
                        struct envgate_file_id *id);

// Lets no peer send descriptors over a socket, or over those that it accepts (SO_PASSRIGHTS of Linux 6.16,
// unix(7)): closing one that somebody else chose can take as long as they like (SO_LINGER of socket(7), a file
// of a FUSE server). ENOPROTOOPT on older kernels.
int envgate_refuse_descriptors(int fd);

// Takes the next connection that waits; the descriptor is close-on-exec and non-blocking. EAGAIN: none.
int envgate_accept_unix(int listening, int *fd);

// flock(LOCK_EX | LOCK_NB): EWOULDBLOCK when another process holds it. Released with the descriptor.
int envgate_lock_file(int fd);

// ---- This process (prctl(2)) ----

// What main was called with, the program's name first, without any help of /proc. The list ends with
// NULL and lives as long as the process.
char *const *envgate_arguments(int32_t *number);
// Gives this process another name and command line, for a forked child that is not the program that was called.
void envgate_rename_process(const char *name);

// The signal that this process receives when the thread that made it ends; 0 clears.
int envgate_set_parent_death_signal(int signal);
// No core dump, no ptrace by the same uid, /proc/PID owned by root.
int envgate_set_undumpable(void);
// Leaves a crash to the kernel. Swift's runtime handles the signals of a crash before main, when
// SWIFT_BACKTRACE tells it to, and runs a helper, found beside the program or named by the environment,
// that reads all memory.
int envgate_default_crash_signals(void);
// Neither set-uid programs nor file capabilities add rights after an execve.
int envgate_no_new_privileges(void);

// ---- Signals (signalfd(2)) ----

// A signal, and the process that it names as its sender (sigaction(2)).
struct envgate_signal {
  int32_t number;
  // SI_USER and what else is not above 0: somebody has sent it; else the kernel.
  int32_t code;
  int32_t pid;
  uint32_t uid;
};

// A descriptor that can be read while one of the signals, a sigset_t, is pending. The caller blocks
// them, or they act as ever; close-on-exec and non-blocking.
int envgate_signal_descriptor(const void *signals, int *fd);
// Takes a pending signal from such a descriptor; EAGAIN where none is.
int envgate_take_signal(int fd, struct envgate_signal *out);
// 1 where the signal is ignored. One that is blocked and ignored would be pending all the same.
int envgate_is_ignored(int signal);

// ---- A witness of signals ----

// The most descriptors that it holds, and the word by which it is asked.
#define ENVGATE_WITNESS_HOLDS 2
#define ENVGATE_WITNESS_ASKED 0x3F

// What it tells: a signal that it had, and when (CLOCK_BOOTTIME, milliseconds). Number 0: the answer to a
// question, and all that came before the question is told.
struct envgate_sighting {
  struct envgate_signal signal;
  int64_t at;
};

// Forks a process in our process group, session and control group that takes every signal that it is sent
// and tells of it on `channel`, which is close-on-exec. It holds the descriptors `held`, all above 2, and
// none else of ours, once this has returned. Once nobody has our end of the channel it reads those to their ends, and ends. It runs
// no code but this file's, so that there may be other threads here.
int envgate_start_witness(const int32_t *held, size_t count, int32_t *pid, int32_t *channel);
// Takes what it has told. EAGAIN: nothing; anything else: it is gone.
int envgate_hear_witness(int channel, struct envgate_sighting *sighting);
// Asks it, or tells it to let a descriptor go, by its place in `held`.
int envgate_tell_witness(int channel, uint8_t word);
// Ends and reaps it.
void envgate_end_witness(int32_t pid);

// ---- A child (execve(2)) ----

struct envgate_child {
  // The signal mask that it starts with: a sigset_t.
  const void *signal_mask;
  // Whether SIGPIPE gets its default action instead of what it has here. A handler always does.
  int32_t default_pipe;
  // The signal that it receives when the thread that made it ends; 0: none. The kernel forgets it
  // where the command is set-user-ID, and no child of the child has it (PR_SET_PDEATHSIG).
  int32_t death_signal;
  // Descriptors that stay open in it under the same numbers, close-on-exec or not.
  const int32_t *kept;
  size_t kept_count;
  // What it has as descriptors 0, 1 and 2, above 2 here; -1: ours.
  int32_t input;
  int32_t output;
  int32_t errors;
  // Whether it ignores what ends a job: SIGINT, SIGQUIT, SIGHUP, SIGTERM.
  int32_t ignore_ends;
};

// Starts a command, found in PATH as execvp(3) does; both lists end with NULL. Values in secret
// memory reach it. With a failure, that of execve(2) included, there is no child left.
int envgate_start_child(char *const *arguments, char *const *environment,
                        const struct envgate_child *child, int32_t *pid);
// Becomes a command, found in PATH likewise, with the same process id. Returns the errno of what failed;
// the descriptors are kept and the signals changed by then. Not with a second thread.
int envgate_become(char *const *arguments, char *const *environment,
                   const struct envgate_child *child);

// ---- Files for a child ----

// A file without a name in memory, close-on-exec, that nobody may write, shrink or grow any more
// (memfd_create(2), F_ADD_SEALS), and that its owner alone may open (0400).
int envgate_sealed_memory(const char *name, const void *bytes, size_t count, int *fd);

// Makes a folder of mode 0700 below `parent`, which must lie in a tmpfs (else EMEDIUMTYPE), and starts a
// process that removes it, with the files in it, once `holder` and all its copies are closed: whoever
// made it may be killed. That process has left our session, ignores what ends a job, holds no other
// descriptor of ours and is nobody's child here. `removed` reads its end when it is done. Both
// descriptors are close-on-exec. `path` receives the folder's name. Not with a second thread.
int envgate_private_folder(const char *parent, char *path, size_t capacity, int *holder, int *removed);

// ---- What a child writes to ----

// A pipe, both ends close-on-exec, of so many bytes where the kernel allows that; 0: as it comes.
int envgate_make_pipe(int32_t size, int32_t *near, int32_t *far);
// A terminal with the settings and the size of another, which changes nothing of what is written to it:
// its own end and the one for a child, both close-on-exec, nobody's controlling terminal.
int envgate_open_output_terminal(int32_t real, int32_t *near, int32_t *far);
// Gives a terminal the size of another. 1: it had a different one; 0: it had that, or none could be had.
int envgate_copy_window(int32_t real, int32_t near);

// ---- Clocks ----

// CLOCK_BOOTTIME in milliseconds: runs through suspend, starts anew with each boot.
int envgate_boottime_ms(int64_t *out);
// CLOCK_REALTIME in milliseconds since 1970.
int envgate_walltime_ms(int64_t *out);
// Whether the kernel holds the wall clock to be kept in step with others (adjtimex(2)); nothing is set.
int envgate_clock_is_synchronised(int *synchronised);
// The id of this boot (random(4)), 16 bytes.
int envgate_boot_id(uint8_t out[16]);

// ---- Memory for secrets ----

// Reserves `size` bytes of address space without access: excluded from core dumps, zero in a forked
// child. (posix_spawn and vfork share the parent's memory until exec and see it whole.) NULL: none.
void *envgate_reserve_secret(size_t size);
// Opens a page-aligned part of a reservation to reading and writing. `locked` receives whether the
// pages are kept from swap once they are used (mlock2(2), MLOCK_ONFAULT; RLIMIT_MEMLOCK can refuse it).
int envgate_commit_secret(void *start, size_t size, int *locked);
// Gives a reservation back.
void envgate_release_secret(void *start, size_t size);
// Overwrites with zeroes; never optimised away.
void envgate_wipe(void *start, size_t size);
// 1 when both regions hold the same bytes; the time depends on `size` alone.
int envgate_equal(const void *left, const void *right, size_t size);

// Whether this program overwrites each heap block as it is freed or moved (ZeroingAllocator.c).
// 0 under AddressSanitizer and ThreadSanitizer, which bring an allocator of their own.
int envgate_zeroing_allocator_active(void);

// ---- Files ----

// Has two names change their places in one step (renameat2(2), RENAME_EXCHANGE).
int envgate_exchange(const char *one, const char *other);

// ---- The account database (getpwuid_r(3), getgrouplist(3)) ----
// ENOENT: the database answered and has no such entry. Anything else: it could not answer.
// ERANGE: the name does not fit `capacity`, which includes the NUL.
// ETIMEDOUT: the question was broken off.

int envgate_account_by_uid(uint32_t uid, char *name, size_t capacity, uint32_t *gid);
int envgate_uid_by_name(const char *name, uint32_t *uid, uint32_t *gid);
int envgate_gid_by_name(const char *name, uint32_t *gid);
int envgate_group_name(uint32_t gid, char *name, size_t capacity);
// The names of a group's members, each with its NUL: those that the group names, then those whose primary group it is,
// among the first `most` accounts that the database lists (getpwent(3): for one thread). ERANGE: there may be more.
int envgate_group_members(uint32_t gid, int most, char *names, size_t capacity, size_t *length);
// The groups of account `name` whose primary group is `gid`, that one included. `count` holds the
// capacity and receives the number; with ERANGE it receives the number that is needed.
int envgate_groups_of(const char *name, uint32_t gid, uint32_t *groups, int *count);

// A question to the account database, from its begin to its end on one thread. Another thread can
// break it off: SIGURG, which is ignored everywhere else, ends the system call that the thread waits
// in, and no call about it answers any more. Zeroed before its begin.
struct envgate_inquiry {
  uint64_t thread;
  int32_t broken_off;
};

int envgate_inquiry_begin(struct envgate_inquiry *inquiry);
void envgate_inquiry_end(void);
// Between begin and end alone: the thread must be there. To be called again where the thread goes on
// waiting: a signal that comes just before the system call ends nothing.
int envgate_inquiry_break_off(struct envgate_inquiry *inquiry);
int envgate_inquiry_is_broken_off(const struct envgate_inquiry *inquiry);

#endif
