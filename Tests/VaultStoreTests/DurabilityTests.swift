import CFaultVFS
import Promises
import Testing

@testable import VaultStore

@Suite("acknowledged-is-durable")
struct DurabilityTests {
  static let commits: Int64 = 6

  @Test func `a commit is one sync of the log and none of the database`() throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    try Workload.commit(1, to: store)
    fault_vfs_reset_counts(bench.vfs)
    for number in Int64(2)...11 { try Workload.commit(number, to: store) }
    #expect(fault_vfs_syncs(bench.vfs, FAULT_FILE_WAL) == 10)
    #expect(fault_vfs_syncs(bench.vfs, FAULT_FILE_DATABASE) == 0)
    #expect(fault_vfs_syncs(bench.vfs, FAULT_FILE_OTHER) == 0)
    #expect(fault_vfs_writes(bench.vfs, FAULT_FILE_DATABASE) == 0)
  }

  /// The operations that the workload makes, so that each of them can fail in its turn.
  private func operations(backstopFrames: Int32) throws -> UInt64 {
    let bench = try Workbench(backstopFrames: backstopFrames)
    let store = try bench.open()
    defer { store.close() }
    fault_vfs_reset_counts(bench.vfs)
    #expect(Workload.run(from: 1, through: Self.commits, on: store) == Self.commits)
    return fault_vfs_operations(bench.vfs)
  }

  @Test(.promise(.survivesKillAndPowerCut), arguments: [16_384, 8, 1] as [Int32])
  func `a power cut at any write or sync keeps what was acknowledged and the rest whole or absent`(
    backstopFrames: Int32
  ) throws {
    let count = try operations(backstopFrames: backstopFrames)
    #expect(count > UInt64(Self.commits) * 5)
    var survivors = 0
    for at in 1...count {
      for seed in at * 100..<at * 100 + 6 {
        let line = "backstop \(backstopFrames) operation \(at) seed \(seed)"
        let bench = try Workbench(backstopFrames: backstopFrames)
        let acknowledged: Int64
        do {
          let store = try bench.open()
          bench.arm(FAULT_POWER, at: at)
          acknowledged = Workload.run(from: 1, through: Self.commits, on: store)
          store.close()
        }
        try #require(fault_vfs_restore_power(bench.vfs, seed) == 0, "\(line)")
        let store = try bench.open(create: false)
        let found = try Workload.last(in: store, line)
        #expect(found == acknowledged || found == acknowledged + 1, "\(line)")
        if found > acknowledged { survivors += 1 }
        try Workload.commit(found + 1, to: store)
        #expect(try Workload.last(in: store, line) == found + 1, "\(line)")
        store.close()
      }
    }
    // Some cuts come when all of the commit had reached the disk, else the seeds chose too little.
    #expect(survivors > 0)
  }

  @Test func `a power cut while the database is made leaves one that can be made`() throws {
    let whole = try Workbench()
    try whole.open().close()
    for at in 1...fault_vfs_operations(whole.vfs) {
      for seed in at * 100..<at * 100 + 4 {
        let bench = try Workbench()
        bench.arm(FAULT_POWER, at: at)
        if let store = try? bench.open() { store.close() }
        try #require(fault_vfs_restore_power(bench.vfs, seed) == 0)
        let store = try bench.open()
        try Workload.commit(1, to: store)
        #expect(try Workload.last(in: store, "operation \(at) seed \(seed)") == 1)
        store.close()
      }
    }
  }

  @Test(.promise(.failingDisk), arguments: [16_384, 1] as [Int32])
  func `a sync that fails is no acknowledgement, and the store works on`(backstopFrames: Int32)
    throws
  {
    let count = try operations(backstopFrames: backstopFrames)
    for at in 1...count {
      let line = "backstop \(backstopFrames) operation \(at)"
      let bench = try Workbench(backstopFrames: backstopFrames)
      var acknowledged: Int64
      do {
        let store = try bench.open()
        bench.arm(FAULT_SYNC, at: at, seed: at)
        acknowledged = Workload.run(from: 1, through: Self.commits, on: store)
        #expect(!store.connection.isInTransaction, "\(line)")
        fault_vfs_disarm(bench.vfs)
        #expect(try Workload.last(in: store, line) == acknowledged, "\(line)")
        acknowledged = Workload.run(from: acknowledged + 1, through: Self.commits + 2, on: store)
        #expect(acknowledged == Self.commits + 2, "\(line)")
        fault_vfs_cut_power(bench.vfs)
        store.close()
      }
      try #require(fault_vfs_restore_power(bench.vfs, at) == 0, "\(line)")
      let store = try bench.open(create: false)
      #expect(try Workload.last(in: store, line) == acknowledged, "\(line)")
      store.close()
    }
  }

  @Test(.promise(.survivesKillAndPowerCut))
  func `acknowledged-is-durable: a killed process loses nothing that was acknowledged`()
    throws
  {
    let bench = try Workbench()
    let store = try bench.open()
    #expect(Workload.run(from: 1, through: 3, on: store) == 3)
    try store.begin()
    try store.appendAudit(first: 4, count: 1, records: [1])
    // No close, no checkpoint: only what is in the files counts.
    fault_vfs_cut_power(bench.vfs)
    store.close()
    #expect(fault_vfs_restore_power(bench.vfs, 1) == 0)
    let again = try bench.open(create: false)
    #expect(try Workload.last(in: again, "killed") == 3)
    again.close()
  }
}
