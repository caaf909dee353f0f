import Glibc
import Promises
import Synchronization
import Testing

@testable import VaultStore

struct ThreadTests {
  private struct Torn: Error {}

  private final class Outcome: Sendable {
    let isDone = Atomic<Bool>(false)
    let rounds = Atomic<Int>(0)
    let faults = Mutex<[String]>([])

    func run<Opened>(_ open: () throws -> Opened, _ body: (Opened) throws -> Void) {
      do {
        let opened = try open()
        while !isDone.load(ordering: .relaxed) {
          try body(opened)
          rounds.add(1, ordering: .relaxed)
        }
      } catch {
        faults.withLock { $0.append("\(error)") }
      }
    }
  }

  /// A thread of the system: loops that block would starve the tests' own pool.
  private func start(_ body: @escaping @Sendable () -> Void) throws -> pthread_t {
    final class Box {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      {
        if let box = $0 { Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body() }
        return nil
      }, Unmanaged.passRetained(Box(body)).toOpaque())
    try #require(code == 0)
    return thread
  }

  @Test(.promise(.noIdleCheckpoint))
  func `commits, checkpoints and snapshots never fail each other`() throws {
    let bench = try Workbench()
    bench.options.busyMilliseconds = StoreOptions().busyMilliseconds
    let store = try bench.open()
    defer { store.close() }
    try Workload.commit(1, to: store)
    let location = store.location
    let checkpoints = Outcome()
    let snapshots = Outcome()
    let threads = [
      try start {
        checkpoints.run {
          try Checkpointer(location)
        } _: {
          _ = try $0.run()
        }
      },
      try start {
        snapshots.run {
          try StoreReader(location)
        } _: { reader in
          try reader.beginSnapshot()
          // Head and audit of one snapshot are of one commit.
          let newest = try reader.audit().last?.first ?? 0
          guard try reader.head()?.content == bytes(newest) else { throw Torn() }
          reader.endSnapshot()
        }
      },
    ]
    var last: Int64 = 1
    while last < 300 || checkpoints.rounds.load(ordering: .relaxed) < 20
      || snapshots.rounds.load(ordering: .relaxed) < 20
    {
      last += 1
      // A log begins anew only where it is copied whole between two commits.
      if last % 4 == 0 { poll(nil, 0, 1) }
      let thrown = try fault { try Workload.commit(last, to: store) }
      #expect(thrown == nil)
      // A thread that failed makes no more rounds.
      guard [checkpoints, snapshots].allSatisfy({ $0.faults.withLock(\.isEmpty) }) else { break }
      guard thrown == nil, last < 100_000 else { break }
    }
    for outcome in [checkpoints, snapshots] {
      outcome.isDone.store(true, ordering: .relaxed)
    }
    for thread in threads { pthread_join(thread, nil) }
    #expect(checkpoints.faults.withLock { $0 } == [])
    #expect(snapshots.faults.withLock { $0 } == [])
    #expect(checkpoints.rounds.load(ordering: .relaxed) >= 20)
    #expect(try Workload.last(in: store, "after \(last) commits") == last)
  }
}
