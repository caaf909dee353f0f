import Glibc
import Testing

@testable import VaultStore

struct DiskStateTests {
  @Test(
    arguments: [
      // A twentieth of a small disk, 16 MiB of a large one.
      (size: 100 << 20, mark: 5 << 20), (size: 320 << 20, mark: 16 << 20),
      (size: 1 << 40, mark: 16 << 20), (size: .max, mark: 16 << 20),
    ] as [(size: Int64, mark: Int64)])
  func `scarce begins below the mark and ends at one and a half times it`(
    size: Int64, mark: Int64
  ) {
    var meter = DiskMeter()
    #expect(meter.state(free: mark, size: size) == .ample)
    #expect(meter.state(free: mark - 1, size: size) == .scarce(free: mark - 1))
    #expect(meter.state(free: mark, size: size) == .scarce(free: mark))
    #expect(meter.state(free: mark * 3 / 2 - 1, size: size) == .scarce(free: mark * 3 / 2 - 1))
    #expect(meter.state(free: mark * 3 / 2, size: size) == .ample)
    #expect(meter.state(free: mark, size: size) == .ample)
    #expect(meter.state(free: 0, size: size) == .scarce(free: 0))
  }

  @Test func `a disk without a size is never scarce`() {
    var meter = DiskMeter()
    #expect(meter.state(free: 0, size: 0) == .ample)
  }

  @Test(.enabled(if: SmallDisk.canMount, "only root can mount"))
  func `a disk that fills and empties is told, without flapping`() throws {
    let disk = try SmallDisk()
    try disk.appear()
    let store = try Store(directory: disk.directory, create: true)
    defer { store.close() }
    // A twentieth of 16 MiB is 819 KiB.
    #expect(store.diskState() == .ample)
    try disk.leave(900 << 10)
    #expect(store.diskState() == .ample)
    try disk.leave(700 << 10)
    #expect(store.diskState() == .scarce(free: 700 << 10))
    try disk.leave(1000 << 10)
    #expect(store.diskState() == .scarce(free: 1000 << 10))
    try disk.leave(1400 << 10)
    #expect(store.diskState() == .ample)
    try disk.leave(900 << 10)
    #expect(store.diskState() == .ample)
    try disk.leave(0)
    #expect(store.diskState() == .scarce(free: 0))
  }

  @Test(.enabled(if: SmallDisk.canMount, "only root can mount"))
  func `while the disk is scarce commits keep the log short, and then no longer`() throws {
    let disk = try SmallDisk()
    try disk.appear()
    let store = try Store(directory: disk.directory, create: true)
    defer { store.close() }
    try disk.leave(500 << 10)
    #expect(store.diskState() == .scarce(free: 500 << 10))
    for number in Int64(1)...100 { try SmallCommit.commit(number, to: store) }
    let short = size(disk.database + "-wal")
    #expect(short < 512 << 10)
    try disk.leave(8 << 20)
    #expect(store.diskState() == .ample)
    for number in Int64(101)...300 { try SmallCommit.commit(number, to: store) }
    #expect(size(disk.database + "-wal") > short)
  }

  @Test(.enabled(if: SmallDisk.canMount, "only root can mount"))
  func `a disk that was unmounted or covered is gone, and not when it is back`() throws {
    let disk = try SmallDisk()
    try disk.appear()
    let store = try Store(directory: disk.directory, create: true)
    defer { store.close() }
    try SmallCommit.commit(1, to: store)
    try disk.vanish()
    #expect(store.diskState() == .gone)
    try disk.appear("other")
    #expect(store.diskState() == .gone)
    try disk.vanish()
    try disk.appear()
    #expect(store.diskState() == .ample)
    try disk.appear("other")
    #expect(store.diskState() == .gone)
    try disk.vanish()
    try SmallCommit.commit(2, to: store)
  }

  @Test(arguments: ["removed", "replaced", "a link", "folder moved", "folder is a file"])
  func `a database that is no longer found by its path is gone`(how: String) throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    try Workload.commit(1, to: store)
    #expect(store.diskState() != .gone)
    let aside = bench.root + "/aside"
    switch how {
    case "removed": #expect(unlink(bench.database) == 0)
    case "replaced":
      try bench.write(bench.read(bench.database), to: aside)
      #expect(rename(aside, bench.database) == 0)
    case "a link":
      #expect(rename(bench.database, aside) == 0)
      #expect(symlink(aside, bench.database) == 0)
    default:
      #expect(rename(bench.directory, aside) == 0)
      if how == "folder is a file" { try bench.write([], to: bench.directory) }
    }
    #expect(store.diskState() == .gone)
    guard case .unreachable(bench.database, _)? = try fault({ try store.begin() }) else {
      Issue.record("a commit into a file that nobody finds")
      return
    }
    #expect(!store.connection.isInTransaction)
    if how.hasPrefix("folder") {
      unlink(bench.directory)
      #expect(rename(aside, bench.directory) == 0)
      #expect(store.diskState() != .gone)
      try Workload.commit(2, to: store)
    }
  }

  @Test func `a store that was closed has no disk`() throws {
    let bench = try Workbench()
    let store = try bench.open()
    store.close()
    #expect(store.diskState() == .gone)
    #expect(!store.topUpReserve())
    #expect(try fault { try store.reopen() } == .closed)
  }
}
