import SecretMemory
import TestSupport
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine

/// A vault's life, drawn from a seed, with a ledger beside it that knows of the gate only what was said.
///
/// The ledger is no second engine: it does not foretell what is answered. It keeps what must have happened
/// before a value may leave, and looks at every value that does.
struct Life {
  let seed: UInt64
  let vault: Fixture
  var random: SeededRandom
  var ledger = Ledger()
  /// The open connections of each account.
  var connections: [UInt32: [Caller]] = [:]
  /// How often something was answered, so that a life that does nothing is noticed.
  var tally: [String: Int] = [:]

  static let environments = ["alpha", "beta", "gamma"]
  static let secrets = ["A", "B", "C"]
  static let reviewers: [UInt32] = [Fixture.bob, Fixture.carol, 1004]
  static let requesters: [UInt32] = [Fixture.runner, 2000]
  static let writer: UInt32 = 3000
  static let accounts = [Fixture.admin, writer, 4242] + reviewers + requesters

  init(seed: UInt64, slice: Int = Fixture.usualSlice) throws {
    self.seed = seed
    vault = try Fixture(auditors: [.uid(5)])
    vault.slice = slice
    vault.configuration.pageBytes = 160
    try vault.restart()
    random = SeededRandom(seed: seed)
  }

  /// Lives through so many batches.
  mutating func run(batches: Int) throws {
    for number in 0..<batches {
      let place = "seed \(seed) batch \(number)"
      if random.oneIn(40) { try restart(place) }
      vault.advance(Int64(random.oneIn(30) ? random.below(2_000_000) : random.below(2_000)))
      let moves = try (0...random.below(9)).compactMap { _ in try move() }
      for (move, reply) in zip(moves, vault.batch(moves.map { ($0.caller, $0.action) })) {
        try judge(move, reply, "\(place): \(move.action)")
      }
      try look(place)
    }
  }

  /// Opening verifies every live row and their sum; what is live is what it was.
  private mutating func restart(_ place: String) throws {
    let before = vault.engine.live.ids()
    let head = vault.engine.trail.head
    do { try vault.restart() } catch { throw Unexpected("\(place): \(error)") }
    #expect(vault.engine.live.ids() == before, "\(place)")
    // What was seen of the clock since the last commit is not stored.
    var opened = vault.engine.trail.head
    opened.clock = head.clock
    #expect(opened == head, "\(place)")
    connections = [:]
    ledger.restarted()
    tally["restart", default: 0] += 1
  }

  /// What holds after every batch, whatever was asked.
  private mutating func look(_ place: String) throws {
    let known = try requests()
    for request in known { ledger.saw(request) }
    let live = known.filter { $0.state.isLive }
    let engine = vault.engine
    // One that an edit has sent back after its time is listed as what its row will be.
    let open = try engine.live.ids().filter { id in
      try engine.rows.request(id).map { try engine.presented($0, at: vault.moment).state.isLive }
        ?? false
    }
    #expect(open == live.map(\.id).sorted(), "\(place)")
    var pins: [String: Int] = [:]
    for request in live {
      for secret in request.secrets {
        pins["\(request.environment) \(secret.name.text) \(secret.version)", default: 0] += 1
      }
    }
    for request in live {
      for secret in request.secrets {
        let key = "\(request.environment) \(secret.name.text) \(secret.version)"
        // One that is decided to end pins its versions until its row is written.
        let found = engine.live.pins(request.environment, secret)
        #expect(
          engine.hasBacklog ? found >= pins[key] ?? 0 : found == pins[key], "\(place): \(key)")
      }
    }
    // One grant at a time, those apart that an edit has made worthless.
    for environment in ledger.environments.values where environment.gate.exclusive {
      let active = live.filter {
        $0.state == .active && $0.environment == environment.id
          && $0.gateRevision == environment.revision
      }
      #expect(active.count <= 1, "\(place): \(environment.name.text)")
    }
  }

  private func requests() throws -> [AccessRequest] {
    var all: [AccessRequest] = []
    var before: Int64?
    repeat {
      let reply = vault.run(
        vault.caller(5), .listRequests(RequestList(after: before, limit: 500)))
      guard case .requests(let answers, let next) = reply else { throw Unexpected("\(reply)") }
      all += answers.map(\.request)
      before = next
    } while before != nil
    return all
  }

  private mutating func judge(_ move: Move, _ reply: CommandReply, _ place: String) throws {
    if let refusal = reply.refusal {
      // A fault of the vault's own is no answer that a life may get.
      switch refusal {
      case .storageTampered, .storageUnavailable, .auditUnavailable, .memoryExhausted:
        Issue.record("\(place): \(refusal)")
      default: break
      }
      tally["refused", default: 0] += 1
      return
    }
    if let released = reply.release {
      tally[move.request == nil ? "read" : "read under a grant", default: 0] += 1
      for fault in ledger.faults(of: released, move, at: vault.moment) {
        Issue.record("\(place): \(fault)")
      }
    }
    tally["\(move.kind)", default: 0] += 1
    try ledger.note(move, reply, at: vault.moment)
  }

  /// Every release is on the record, with who it went to and all that it held.
  func compareWithRecord() throws {
    var records: [Int64: AuditRecord] = [:]
    var after: Int64 = 0
    while true {
      let page = try vault.reader().list(after: after, limit: 500)
      for entry in page.records { records[entry.record.sequence] = entry.record }
      guard let next = page.next else { break }
      after = next
    }
    for release in ledger.releases {
      let record = records[release.sequence]
      #expect(record?.event == .secretReleased, "seed \(seed): \(release)")
      #expect(record?.uid == release.uid && record?.request == release.request, "seed \(seed)")
      #expect(record.map { Set($0.secrets).isSuperset(of: release.items) } == true, "seed \(seed)")
    }
    let recorded = records.values.filter { $0.event == .secretReleased }.map(\.sequence)
    #expect(Set(recorded) == Set(ledger.releases.map(\.sequence)), "seed \(seed)")
    #expect(try vault.verification().isVerified, "seed \(seed)")
  }
}

/// One thing that somebody tries in a life, with what the ledger needs to know about it.
struct Move {
  let caller: Caller
  let action: Action
  let kind: String
  var environment: String?
  var secret: String?
  var version: Int64?
  var value: String?
  var request: Int64?
  /// The request whose ticket is shown.
  var shows: Int64?
}

extension CommandReply {
  fileprivate var release: DurableRelease? {
    switch self {
    case .secret(let release), .grantPage(let release, _): release
    default: nil
    }
  }
}
