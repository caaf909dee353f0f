import Glibc
import Testing

@testable import VaultStore

@Suite(.enabled(if: SmallDisk.canMount, "only root can mount"))
struct LostDiskTests {
  private func with(_ body: (SmallDisk, Store) throws -> Void) throws {
    let disk = try SmallDisk()
    try disk.appear()
    let store = try Store(directory: disk.directory, create: true)
    defer { store.close() }
    store.topUpReserve()
    for number in Int64(1)...5 { try SmallCommit.commit(number, to: store) }
    try body(disk, store)
  }

  @Test func `a store whose disk went and came back works without a restart`() throws {
    try with { (disk, store) throws in
      let checkpointer = try Checkpointer(store.location)
      defer { checkpointer.close() }
      for round in Int64(0)..<3 {
        #expect(disk.openFiles > 0)
        try disk.vanish()
        #expect(store.diskState() == .gone)
        #expect(try fault { try store.begin() } != nil)
        #expect(try fault { try store.reopen() } == .missing(path: disk.database))
        #expect(try fault { _ = try checkpointer.run() } != nil)
        // Nothing keeps the device busy.
        #expect(disk.openFiles == 0)
        #expect(access(disk.database, F_OK) != 0)
        unlink(disk.directory + "/lock")
        try disk.appear()
        try store.reopen()
        #expect(store.diskState() == .ample)
        #expect(try store.lastAudit()?.first == 5 + round)
        try SmallCommit.commit(6 + round, to: store)
        #expect(try checkpointer.run().isComplete)
        #expect(store.topUpReserve())
      }
    }
  }

  @Test func `the log of the database that took the place is neither removed nor overwritten`()
    throws
  {
    try with { (disk, store) throws in
      // Made by the same steps on a disk of its own, so it may have the same inode numbers: SQLite compares
      // no more than those.
      try disk.vanish()
      try disk.appear("other")
      let bench = try Workbench()
      let other = try Store(directory: disk.directory, create: true)
      for number in Int64(1)...40 { try SmallCommit.commit(number, to: other) }
      let log = try bench.read(disk.database + "-wal")
      let data = try bench.read(disk.database)
      other.close()
      try bench.write(data, to: disk.database)
      try bench.write(log, to: disk.database + "-wal")

      try store.reopen()
      #expect(try store.lastAudit()?.first == 40)
      #expect(try store.head()?.content == bytes(40))
      store.close()
      try disk.vanish()
      try disk.appear()
      let again = try Store(directory: disk.directory)
      #expect(try again.lastAudit()?.first == 5)
      again.close()
    }
  }

  @Test func `closing a store whose place was taken leaves what is there alone`() throws {
    try with { (disk, store) throws in
      let bench = try Workbench()
      let original = try #require(FileIdentity(path: disk.database))
      try disk.vanish()
      try disk.appear("other")
      let other = try Store(directory: disk.directory, create: true)
      try SmallCommit.commit(1, to: other)
      #expect(FileIdentity(path: disk.database)?.inode == original.inode)
      let log = try bench.read(disk.database + "-wal")
      store.close()
      #expect(try bench.read(disk.database + "-wal") == log)
      try SmallCommit.commit(2, to: other)
      other.close()
      let again = try Store(directory: disk.directory)
      #expect(try again.lastAudit()?.first == 2)
      again.close()
    }
  }

  @Test func `a file system that is read-only is not opened, and is when it is writable again`()
    throws
  {
    try with { (disk, store) throws in
      let checkpointer = try Checkpointer(store.location)
      defer { checkpointer.close() }
      try disk.vanish()
      #expect(try fault { try store.reopen() } == .missing(path: disk.database))
      #expect(try fault { _ = try checkpointer.run() } != nil)
      unlink(disk.directory + "/lock")
      try disk.appear()
      try disk.setReadOnly(true)
      for _ in 0..<2 {
        #expect(try fault { try store.reopen() } == .readOnly)
        #expect(try fault { try store.begin() } == .readOnly)
        #expect(try fault { _ = try checkpointer.run() } != nil)
        #expect(store.diskState() == .gone)
      }
      try disk.setReadOnly(false)
      try store.reopen()
      try SmallCommit.commit(6, to: store)
      #expect(try checkpointer.run().isComplete)
      #expect(try store.lastAudit()?.first == 6)
    }
  }
}
