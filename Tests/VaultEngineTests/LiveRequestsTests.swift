import TestSupport
import Testing
import VaultCore
@testable import VaultEngine

/// The indexes of live requests against what a walk through all of them says, and a batch that is taken back.
@Suite struct LiveRequestsTests {
  private struct Model {
    var random: SeededRandom
    var live = LiveRequests()
    var requests: [Int64: AccessRequest] = [:]
    let now = Moment(wall: 1_000_000, boot: 1_000_000, bootID: BootID(high: 1, low: 1))

    private let earlier = Moment(
      wall: 1_000_000, boot: 5_000_000, bootID: BootID(high: 0, low: 0))
    let names = ["S", "T"].compactMap { try? SecretName($0) }

    static let subjects: [UInt32] = [1001, 1002, 1003]

    mutating func request(_ id: Int64) throws -> AccessRequest {
      let uid = random.pick(Self.subjects) ?? 1001
      return AccessRequest(
        id: id, environment: Int64(1 + random.below(3)),
        environmentName: try EnvironmentName("e"), gateRevision: Int64(1 + random.below(2)),
        revision: 1,
        requester: Requester(uid: uid, name: "user\(uid)", person: Person(text: "uid:\(uid)")),
        secrets: names.filter { _ in random.oneIn(2) }.map {
          PinnedSecret(name: $0, version: Int64(1 + random.below(2)))
        },
        context: RequestContext(
          reason: random.pick(["nightly", "nightly", nil, nil, "nigh\u{250}ly", "n\u{250}ghtly"])
            ?? nil,
          key: random.oneIn(2) ? "k\(random.below(2))" : nil),
        attended: random.oneIn(2), ticketHash: [], created: now.reading,
        // One of an earlier boot is ended by the wall alone.
        expires: Deadline(after: Int64(random.below(200)), from: random.oneIn(3) ? earlier : now),
        digest: [], state: .waiting)
    }

    mutating func step(_ number: Int64) throws {
      let known = requests.keys.sorted()
      guard let id = random.pick(known), !random.oneIn(3) else {
        let made = try request(number)
        requests[number] = made
        let isKnown = !random.oneIn(4)
        live.update(made) {
          $0.maker = UInt64(number % 7)
          $0.attendants = [UInt64(number % 7)]
          if isKnown { $0.origin = RequestOrigin(connection: UInt64(number % 7), process: nil) }
        }
        return
      }
      switch random.below(9) {
      case 8: requests[id]?.gateRevision = 3
      case 0:
        requests[id]?.state = .approved(until: Deadline(after: 100, from: now), place: id)
        requests[id]?.reviews = [
          Review(
            decision: .approved, person: Person(text: "bob"), uid: 1002, name: "bob",
            principals: [],
            gateRevision: 1, digest: [], comment: "", time: now.reading)
        ]
      case 1:
        requests[id]?.state = .active
        let start = now.boot - Grant.firstRead + Int64(random.below(200))
        requests[id]?.grant = Grant(
          activated: ClockReading(wall: start, boot: start, bootID: now.bootID),
          expires: Deadline(after: 100, from: now), counted: [], hold: .connection,
          released: random.oneIn(2) ? 1 : nil, reads: [])
      case 2:
        requests[id]?.state = .cancelled
      case 3: live.decide(id, random.oneIn(2) ? .revoked : .reset); return
      case 4:
        live.attend(id, by: RequestOrigin(connection: UInt64(random.below(7)), process: nil))
        return
      case 5:
        live.keepAlive(id, by: UInt64(random.below(7)), replacing: random.oneIn(2))
        return
      case 6: _ = live.connectionEnded(UInt64(random.below(7)), at: now); return
      default: break
      }
      guard let request = requests[id] else { return }
      let holder = UInt64(random.below(7))
      live.update(request) { if request.state == .active { $0.holder = holder } }
      if !request.state.isLive { requests[id] = nil }
    }

    /// What the indexes say.
    var told: [String] {
      var lines: [String] = [
        "\(live.ids())", "\(Array(live.revocable()))",
        "\(live.due(after: nil, lookingAt: .max, limit: .max, at: later, graceMilliseconds: 50))",
        "\(inSlices(of: 3))", "\(live.reviewed(after: middle) ?? 0)",
      ]
      for uid in Self.subjects {
        lines.append("\(live.live(of: .account(uid)))")
        lines.append("\(live.made(by: [.account("user\(uid)")]))")
        lines.append("\(live.reviewed(by: [.subject(.account(uid))]))")
        for environment in Int64(1)...3 {
          lines.append("\(live.waiting(in: environment, by: .account(uid)))")
        }
      }
      for environment in Int64(1)...3 {
        lines.append("\(live.ids(in: environment)) \(live.grants(in: environment))")
        lines.append("\(Array(live.rows(in: environment, after: middle)))")
        lines.append(
          "\(Array(live.revocable(in: environment))) \(live.holder(of: environment) ?? 0)")
        for name in names {
          lines.append("\(live.waiting(in: environment, for: name))")
          lines.append("\(live.waiting(in: environment, for: name, version: 2))")
          lines.append("\(Array(live.grants(in: environment, of: name)))")
          lines.append("\(live.pins(environment, PinnedSecret(name: name, version: 1)))")
        }
        for revision in Int64(1)...3 {
          lines.append("\(live.behind(revision, in: environment, after: middle) ?? 0)")
          lines.append("\(live.approved(under: revision, in: environment, at: later))")
        }
      }
      for connection in UInt64(0)..<7 {
        lines.append("\(live.grants(of: connection)) \(live.held(by: connection))")
      }
      lines.append("\(live.watchedReviewers) \(Array(live.watched(by: 1002, after: middle)))")
      for id in live.entries.keys.sorted() {
        let likeness = live.likeness(of: id)
        lines.append(
          "\(String(describing: likeness.sameKey)) \(likeness.twins.map(\.id)) \(likeness.moreTwins)"
        )
      }
      return lines
    }

    /// Which say the same: by key, and the first of each other connection by claims.
    private func likeness(
      of entry: LiveRequests.Entry, among open: [LiveRequests.Entry]
    ) -> String {
      func maker(_ entry: LiveRequests.Entry) -> Int64 {
        entry.origin.map { -1 - Int64($0.connection) } ?? entry.id
      }
      let same =
        entry.isEnding ? [] : open.filter { $0.job != nil && $0.job == entry.job }.map(\.id)
      var sameKey: RequestLikeness.SameKey?
      if let oldest = same.first, let newest = same.last, same.count > 1 {
        sameKey = .init(
          older: oldest < entry.id ? oldest : nil, newer: newest > entry.id ? newest : nil,
          count: same.count - 1)
      }
      let like = open.filter {
        ($0.claims == entry.claims || $0.claims.isNear(entry.claims)) && maker($0) != maker(entry)
      }
      let others = entry.isEnding || !entry.isWaiting ? [] : like
      var firsts: [Int64] = []
      for other in others
      where !others.contains(where: { maker($0) == maker(other) && $0.id < other.id }) {
        firsts.append(other.id)
      }
      let named = firsts.count > 3 ? [firsts[0], firsts[1], firsts[firsts.count - 1]] : firsts
      return "\(String(describing: sameKey)) \(named) \(others.count - named.count)"
    }

    /// What a walk through all of them says.
    var walked: [String] {
      let all = live.entries.values.sorted { $0.id < $1.id }
      let open = all.filter { !$0.isEnding }
      let due = all.compactMap { entry -> (id: Int64, unattended: Bool)? in
        if entry.decision != nil { return nil }
        if entry.end.isReached(at: later) { return (entry.id, false) }
        if entry.holder != nil, entry.unreadUntil?.isReached(at: later) == true {
          return (entry.id, false)
        }
        let needsSomebody = entry.isWaiting ? entry.attended : entry.hold == .connection
        guard needsSomebody, entry.holder == nil, entry.lifeline == nil,
          let since = entry.unattendedSince, Deadline(after: 50, from: since).isReached(at: later)
        else { return nil }
        return (entry.id, true)
      }
      let next: LiveEnds.Place? = nil
      let waiting = all.filter(\.isWaiting)
      var lines: [String] = [
        "\(open.map(\.id))", "\(open.filter { $0.phase != .waiting }.map(\.id))",
        "\((ended: due, next: next))", "\(due.map(\.id))",
        "\(waiting.first { $0.id > middle && !$0.reviewers.isEmpty }?.id ?? 0)",
      ]
      for uid in Self.subjects {
        let own = open.filter { $0.requester.uid == uid }
        lines.append("\(own.count)")
        lines.append("\(own.map(\.id))")
        lines.append(
          "\(open.filter { $0.reviewers.contains { $0.subject == .account(uid) } }.map(\.id))")
        for environment in Int64(1)...3 {
          let waiting = open.filter {
            $0.environment == environment && $0.isWaiting
              && !($0.attended && $0.attendants.isEmpty)
          }
          lines.append(
            "\((all: waiting.count, own: waiting.count { $0.requester.uid == uid }))")
        }
      }
      for environment in Int64(1)...3 {
        let here = open.filter { $0.environment == environment }
        lines.append("\(here.map(\.id)) \(here.count { $0.phase == .active })")
        lines.append("\(all.filter { $0.environment == environment && $0.id > middle }.map(\.id))")
        lines.append(
          "\(here.filter { $0.phase != .waiting }.map(\.id)) \(here.first { $0.phase == .active }?.id ?? 0)"
        )
        for name in names {
          let pinned = here.filter { $0.secrets.contains { $0.name == name } }
          lines.append("\(pinned.filter(\.isWaiting).map(\.id))")
          lines.append(
            "\(pinned.filter { $0.isWaiting && $0.secrets.contains(PinnedSecret(name: name, version: 2)) }.map(\.id))"
          )
          lines.append("\(pinned.filter { $0.phase == .active }.map(\.id))")
          lines.append(
            "\(all.count { $0.environment == environment && $0.secrets.contains(PinnedSecret(name: name, version: 1)) })"
          )
        }
        for revision in Int64(1)...3 {
          let undecided = waiting.filter { $0.environment == environment && $0.decision == nil }
          lines.append(
            "\(undecided.first { $0.id > middle && $0.gateRevision != revision }?.id ?? 0)")
          lines.append(
            "\(undecided.count { $0.phase == .approved && $0.gateRevision == revision && !$0.end.isReached(at: later) })"
          )
        }
      }
      for connection in UInt64(0)..<7 {
        let held = all.filter { $0.holder == connection }
        lines.append("\(held.count { !$0.isEnding }) \(held.map(\.id))")
      }
      lines.append(
        "\(Set(all.flatMap(\.watched)).sorted()) \(all.filter { $0.id > middle && $0.watched.contains(1002) }.map(\.id))"
      )
      for entry in all { lines.append(likeness(of: entry, among: open)) }
      return lines
    }

    /// What time has ended, by looks that go on where the last one stood.
    private func inSlices(of limit: Int) -> [Int64] {
      var found: Set<Int64> = []
      var place: LiveEnds.Place?
      repeat {
        let due = live.due(
          after: place, lookingAt: 5, limit: limit, at: later, graceMilliseconds: 50)
        found.formUnion(due.ended.map(\.id))
        place = due.next
      } while place != nil
      return found.sorted()
    }

    private var middle: Int64 { (live.entries.keys.max() ?? 0) / 2 }

    private var later: Moment {
      Moment(wall: now.wall + 90, boot: now.boot + 90, bootID: now.bootID)
    }
  }

  @Test(arguments: UInt64(1)...8)
  func `every question is answered as a walk through all requests would, taken back or not`(
    seed: UInt64
  ) throws {
    var model = Model(random: SeededRandom(seed: seed))
    var number: Int64 = 0
    for batch in 0..<60 {
      model.live.take(.begin)
      let (before, requests) = (model.told, model.requests)
      for _ in 0..<model.random.below(12) {
        number += 1
        try model.step(number)
      }
      #expect(model.told == model.walked, "seed \(seed) batch \(batch)")
      guard model.random.oneIn(3) else { continue }
      model.live.take(.rollBack)
      model.requests = requests
      #expect(model.told == before, "seed \(seed) batch \(batch), taken back")
      #expect(model.told == model.walked, "seed \(seed) batch \(batch), taken back")
    }
    #expect(number > 100)
  }
}
