import CFaultVFS
import Glibc
import Promises
import Testing

@testable import VaultStore

struct DiskFaultTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let kind: fault_kind
    let detail: Int32
    let expected: StoreFault?
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "full", kind: FAULT_FULL, detail: 0, expected: .full),
    Case(name: "quota", kind: FAULT_IO, detail: EDQUOT, expected: .full),
    Case(name: "read-only", kind: FAULT_IO, detail: EROFS, expected: .readOnly),
    Case(name: "broken", kind: FAULT_IO, detail: EIO, expected: nil),
    Case(name: "torn at 0", kind: FAULT_TORN, detail: 0, expected: nil),
    Case(name: "torn at 1", kind: FAULT_TORN, detail: 1, expected: nil),
    Case(name: "torn at 512", kind: FAULT_TORN, detail: 512, expected: nil),
    Case(name: "torn at 4095", kind: FAULT_TORN, detail: 4095, expected: nil),
  ]

  @Test(.promise(.failingDisk), arguments: cases, [16_384, 1] as [Int32])
  func `a disk that fails at any write changes nothing, and the store works again when it does`(
    _ fault: Case, backstopFrames: Int32
  ) throws {
    var failed = 0
    var at: UInt64 = 1
    // Until the fault lies beyond the last operation of a commit.
    while true {
      let line = "\(fault.name) backstop \(backstopFrames) operation \(at)"
      let bench = try Workbench(backstopFrames: backstopFrames)
      let store = try bench.open()
      defer { store.close() }
      #expect(Workload.run(from: 1, through: 3, on: store) == 3)
      bench.arm(fault.kind, at: at, detail: fault.detail)
      var acknowledged: Int64 = 3
      let thrown = try VaultStoreTests.fault { try Workload.commit(4, to: store) }
      if let thrown {
        failed += 1
        if let expected = fault.expected { #expect(thrown == expected, "\(line)") }
        if fault.expected == nil {
          guard case .io(_, let errno) = thrown else {
            Issue.record("\(line): \(thrown)")
            return
          }
          #expect(errno == EIO, "\(line)")
        }
      } else {
        acknowledged = 4
      }
      let isBeyond = fault_vfs_operations(bench.vfs) < at
      #expect(!store.connection.isInTransaction, "\(line)")
      // Reading goes on while writing fails.
      #expect(try Workload.last(in: store, line) == acknowledged, "\(line)")
      fault_vfs_disarm(bench.vfs)
      try Workload.commit(acknowledged + 1, to: store)
      #expect(try Workload.last(in: store, line) == acknowledged + 1, "\(line)")
      store.close()
      let again = try bench.open(create: false)
      #expect(try Workload.last(in: again, line) == acknowledged + 1, "\(line)")
      again.close()
      if isBeyond { break }
      at += 1
    }
    #expect(failed > 3)
  }

  @Test func `rollback copes with a transaction that SQLite has dropped, and with none`() throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    store.rollback()
    try Workload.commit(1, to: store)
    try store.begin()
    // More than the page cache holds, so that the fault comes before COMMIT.
    try store.connection.execute("PRAGMA cache_size = 1")
    bench.arm(FAULT_FULL)
    let thrown = try fault {
      for number in Int64(2)...400 {
        try store.appendAudit(first: number, count: 1, records: bytes(1, count: 5000))
      }
    }
    #expect(thrown == .full)
    store.rollback()
    store.rollback()
    #expect(!store.connection.isInTransaction)
    fault_vfs_disarm(bench.vfs)
    try Workload.commit(2, to: store)
    #expect(try Workload.last(in: store, "") == 2)
  }

  @Test func `a full disk does not keep the store from opening`() throws {
    let bench = try Workbench()
    let store = try bench.open()
    #expect(Workload.run(from: 1, through: 3, on: store) == 3)
    fault_vfs_cut_power(bench.vfs)
    store.close()
    #expect(fault_vfs_restore_power(bench.vfs, 1) == 0)
    bench.arm(FAULT_FULL)
    let again = try bench.open(create: false)
    #expect(try Workload.last(in: again, "full") == 3)
    #expect(try fault { try Workload.commit(4, to: again) } == .full)
    fault_vfs_disarm(bench.vfs)
    try Workload.commit(4, to: again)
    again.close()
  }
}
