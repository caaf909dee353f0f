import Glibc
import Testing
import VaultCore

@testable import VaultStore

@Suite struct LogProbeTests {
  @Test func `a log is as long as its round, whatever the size of its file`() throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    let probe = LogProbe(path: store.location.path + "-wal")
    let checkpointer = try Checkpointer(store.location)
    defer { checkpointer.close() }
    var first: UInt64?
    for round in 0..<2 {
      try Workload.commit(Int64(round) * 40 + 1, to: store)
      if round > 0 { #expect(probe.round(ofAtLeast: 20) == nil, "a round has just begun") }
      for number in 2...40 { try Workload.commit(Int64(round) * 40 + Int64(number), to: store) }
      let salts = try #require(probe.round(ofAtLeast: 20))
      #expect(salts != first, "each round has its own")
      first = salts
      let progress = try checkpointer.run()
      #expect(progress.isComplete)
      #expect(probe.round(ofAtLeast: progress.frames) == salts)
      #expect(probe.round(ofAtLeast: progress.frames + 1) == nil)
    }
  }

  @Test func `without a log there is no round`() {
    #expect(LogProbe(path: "/no/such/log").round(ofAtLeast: 1) == nil)
  }
}
