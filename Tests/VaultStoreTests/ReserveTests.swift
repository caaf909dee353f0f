import Glibc
import Promises
import Testing

@testable import VaultStore

struct ReserveTests {
  // MARK: On a disk that is full

  /// How many of 300 small commits succeed on a disk without a free block.
  private func commitsOnFullDisk(reserve: Bool, checkpointer hasCheckpointer: Bool) throws -> Int64
  {
    let disk = try SmallDisk()
    try disk.appear()
    let store = try Store(directory: disk.directory, create: true)
    let checkpointer = try Checkpointer(store.location)
    for number in Int64(1)...20 { try SmallCommit.commit(number, to: store) }
    if reserve { #expect(store.topUpReserve()) }
    _ = try checkpointer.run()
    try disk.leave(0)
    #expect(disk.free == 0)
    var last: Int64 = 20
    while last < 320 {
      #expect(store.diskState() == .scarce(free: 0))
      guard try fault({ try SmallCommit.commit(last + 1, to: store) }) == nil else { break }
      last += 1
      if hasCheckpointer, last % 20 == 0 {
        let thrown = try fault { _ = try checkpointer.run() }
        #expect(thrown == nil || !reserve)
      }
      if reserve, last % 50 == 0 { store.topUpReserve() }
    }
    checkpointer.close()
    store.close()
    // Opening makes files of its own.
    try disk.leave(1 << 20)
    let again = try Store(directory: disk.directory)
    #expect(try again.lastAudit()?.first == last)
    #expect(try again.head()?.content == bytes(last))
    #expect(try again.connection.text("PRAGMA integrity_check") == "ok")
    again.close()
    return last - 20
  }

  @Test(
    .promise(.rightsAreTakenAwayToTheEnd), .enabled(if: SmallDisk.canMount, "only root can mount"),
    arguments: [true, false])
  func `the reserve outlasts a full disk, with a checkpointer and without`(checkpointer: Bool)
    throws
  {
    #expect(try commitsOnFullDisk(reserve: true, checkpointer: checkpointer) == 300)
  }

  @Test(.enabled(if: SmallDisk.canMount, "only root can mount"))
  func `without a reserve a full disk takes hardly a commit`() throws {
    #expect(try commitsOnFullDisk(reserve: false, checkpointer: true) < 100)
  }

  @Test(.enabled(if: SmallDisk.canMount, "only root can mount"))
  func `a store whose disk was full works on when there is room`() throws {
    let disk = try SmallDisk()
    try disk.appear()
    let store = try Store(directory: disk.directory, create: true)
    defer { store.close() }
    try SmallCommit.commit(1, to: store)
    try disk.leave(0)
    var last: Int64 = 1
    while last < 1000, try fault({ try SmallCommit.commit(last + 1, to: store) }) == nil {
      last += 1
    }
    #expect(try fault { try SmallCommit.commit(last + 1, to: store) } == .full)
    #expect(try store.lastAudit()?.first == last)
    #expect(!store.topUpReserve())
    try disk.leave(8 << 20)
    try SmallCommit.commit(last + 1, to: store)
    #expect(store.topUpReserve())
    #expect(store.diskState() == .ample)
  }

  @Test(.enabled(if: SmallDisk.canMount, "only root can mount"))
  func `what is left of a disk is taken, and kept when there is no more`() throws {
    let disk = try SmallDisk()
    try disk.appear()
    let store = try Store(directory: disk.directory, create: true)
    defer { store.close() }
    try SmallCommit.commit(1, to: store)
    try disk.leave(600 << 10)
    #expect(!store.topUpReserve())
    #expect(disk.free < 64 << 10)
    try disk.leave(0)
    let before = allocated(disk.database) + allocated(disk.database + "-wal")
    for _ in 0..<5 { #expect(!store.topUpReserve()) }
    #expect(allocated(disk.database) + allocated(disk.database + "-wal") == before)
    #expect(disk.free == 0)
  }

  @Test(.enabled(if: SmallDisk.canMount, "only root can mount"))
  func `the reserve lets a store open on a full disk, and commit`() throws {
    let disk = try SmallDisk()
    try disk.appear()
    var store = try Store(directory: disk.directory, create: true)
    try SmallCommit.commit(1, to: store)
    #expect(store.topUpReserve())
    store.close()
    for round in Int64(0)..<3 {
      try disk.leave(0)
      store = try Store(directory: disk.directory)
      store.topUpReserve()
      try disk.leave(0)
      for number in Int64(2)...51 {
        #expect(store.diskState() == .scarce(free: 0))
        try SmallCommit.commit(round * 50 + number, to: store)
      }
      store.close()
    }
  }

  // MARK: On any disk

  private func with(_ body: (Workbench, Store) throws -> Void) throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    try Workload.commit(1, to: store)
    try #require(store.topUpReserve() || store.disk.canReserve)
    try body(bench, store)
  }

  private func reserve(_ path: String) -> Int64 { allocated(path) - size(path) }

  @Test func `the reserve is of the size that was asked for, and no file looks longer`() throws {
    try with { (bench, store) throws in
      for path in [bench.database, bench.database + "-wal"] {
        #expect(reserve(path) >= 1 << 20)
        #expect(reserve(path) < 2 << 20)
        #expect(size(path) < 1 << 20)
        let before = allocated(path)
        #expect(store.topUpReserve())
        #expect(allocated(path) == before)
      }
    }
  }

  @Test func `a complete checkpoint leaves the database's reserve alone`() throws {
    try with { (bench, store) throws in
      let checkpointer = try Checkpointer(store.location)
      defer { checkpointer.close() }
      let before = allocated(bench.database)
      for number in Int64(2)...10 {
        try Workload.commit(number, to: store)
        #expect(try checkpointer.run().isComplete)
      }
      #expect(allocated(bench.database) == before)
    }
  }

  @Test func `the log has its reserve again after it was cut`() throws {
    try with { (bench, store) throws in
      #expect(try store.checkpointTruncating())
      #expect(size(bench.database + "-wal") == 0)
      #expect(reserve(bench.database + "-wal") >= 1 << 20)
      try Workload.commit(2, to: store)
      #expect(try Workload.last(in: store, "") == 2)
    }
  }

  @Test func `a log that holds a database's growth is counted before it is copied`() throws {
    try with { (bench, store) throws in
      #expect(Workload.run(from: 2, through: 300, on: store) == 300)
      let pages = try store.connection.integer("PRAGMA page_count") ?? 0
      #expect(pages * 4096 - size(bench.database) > 1 << 20)
      #expect(store.topUpReserve())
      #expect(allocated(bench.database) >= pages * 4096 + 1 << 20)
    }
  }

  // MARK: Descriptors

  /// The POSIX locks of this process on a file (proc(5)).
  private func locks(on path: String, _ bench: Workbench) throws -> Int {
    var found = stat()
    try #require(lstat(path, &found) == 0)
    let lines = try String(decoding: bench.read("/proc/locks"), as: UTF8.self).split(
      separator: "\n")
    return lines.count {
      $0.contains("POSIX") && $0.contains(" \(getpid()) ") && $0.contains(":\(found.st_ino) ")
    }
  }

  @Test func `no lock of a connection is lost when the store that made the reserve closes`() throws
  {
    let bench = try Workbench()
    let store = try bench.open()
    try Workload.commit(1, to: store)
    #expect(store.topUpReserve())
    let reader = try StoreReader(store.location)
    try reader.beginSnapshot()
    #expect(try locks(on: bench.database, bench) > 0)
    store.close()
    #expect(try locks(on: bench.database, bench) > 0)
    #expect(!openFiles(below: bench.directory).isEmpty)
    let again = try bench.open(create: false)
    #expect(again.topUpReserve())
    reader.close()
    try Workload.commit(2, to: again)
    again.close()
    #expect(openFiles(below: bench.directory) == [])
  }
}
