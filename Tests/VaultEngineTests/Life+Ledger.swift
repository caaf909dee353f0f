import SecretMemory
import VaultCalls
import VaultCore
@testable import VaultEngine

/// What was said in a life, by those who said it.
struct Ledger {
  struct Value: Hashable {
    let environment: Int64
    let secret: String
    let version: Int64
  }

  struct Request {
    let environment: Int64
    let requester: UInt32
    let secrets: [PinnedSecret]
    let ticket: SecretBuffer
    var maker: UInt64?
    var digest: [UInt8]
    /// Who has approved, and the revision of the gate that they did it under.
    var approvals: [UInt32: Int64] = [:]
    var grant: Grant?
    var state = "waiting"
  }

  struct Grant {
    let hold: VaultCore.Grant.Hold
    var holder: UInt64?
    var lifeline: UInt64?
    let ends: Deadline
    var reads: [String: Int] = [:]
    /// Where a released set goes on, and for whom.
    var next: (connection: UInt64, after: String)?
  }

  struct Release {
    let sequence: Int64
    let uid: UInt32
    let request: Int64?
    let items: Set<PinnedSecret>
  }

  var environments: [String: Environment] = [:]
  var values: [Value: String] = [:]
  var states: [Value: SecretVersion.State] = [:]
  var variables: [Value: Int64] = [:]
  var requests: [Int64: Request] = [:]
  var releases: [Release] = []

  // MARK: What must have happened

  /// What is wrong with a release; nothing, as it should be.
  func faults(of release: DurableRelease, _ move: Move, at now: Moment) -> [String] {
    guard let environment = environments[release.environment.text] else {
      return ["from an environment that is not there"]
    }
    var faults: [String] = []
    guard case .principals(let requesters) = environment.gate.requesters,
      requesters.contains(.uid(move.caller.uid))
    else { return ["to nobody's requester"] }
    for item in release.items {
      let key = Value(
        environment: environment.id, secret: item.name.text, version: item.version)
      let text = item.value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      if values[key] != text { faults.append("\(key) is not what was set") }
      if states[key] != .enabled { faults.append("\(key) is not enabled") }
    }
    guard let id = move.request else {
      if !environment.gate.allowsDirectReads { faults.append("without a request") }
      return faults
    }
    guard let request = requests[id], let grant = request.grant else {
      return ["without a grant"]
    }
    if request.state != "active" { faults.append("under a grant that is \(request.state)") }
    if request.environment != environment.id { faults.append("of another environment") }
    if request.requester != move.caller.uid { faults.append("to another account") }
    if grant.ends.isReached(at: now) { faults.append("after its time") }
    if grant.hold == .connection && grant.holder == nil && grant.lifeline != nil {
      faults.append("to what a job left behind")
    }
    if move.shows != id && grant.holder != move.caller.connection {
      faults.append("without the connection or the ticket")
    }
    if !isApproved(request, environment) { faults.append("without its approvals") }
    let pinned = Set(request.secrets)
    for item in release.items
    where !pinned.contains(PinnedSecret(name: item.name, version: item.version)) {
      faults.append("beyond what was asked for")
    }
    if let most = environment.gate.maxReads, !goesOn(move, grant) {
      for name in read(move, request) where grant.reads[name, default: 0] >= most {
        faults.append("\(name) more than \(most) times")
      }
    }
    return faults
  }

  /// Enough people, none of them who asked, under the gate as it is: counted by trying every choice.
  private func isApproved(_ request: Request, _ environment: Environment) -> Bool {
    let people = request.approvals.filter {
      $0.value == environment.revision && $0.key != request.requester
    }.keys.map { Principal.uid($0) }
    func fill(_ rules: ArraySlice<ReviewerRule>, _ people: Set<Principal>) -> Bool {
      guard let rule = rules.first else { return true }
      func choose(_ count: Int, _ left: Set<Principal>, _ from: [Principal]) -> Bool {
        if count == 0 { return fill(rules.dropFirst(), left) }
        return from.indices.contains { index in
          choose(count - 1, left.subtracting([from[index]]), Array(from[(index + 1)...]))
        }
      }
      return choose(rule.required, people, rule.reviewers.filter { people.contains($0) })
    }
    return fill(environment.gate.rules[...], Set(people))
  }

  /// The secrets that a read names: a page, whatever it holds, all of them.
  private func read(_ move: Move, _ request: Request) -> [String] {
    if move.kind == "page" { return request.secrets.map(\.name.text) }
    return move.secret.map { [$0] } ?? []
  }

  private func goesOn(_ move: Move, _ grant: Grant) -> Bool {
    guard move.secret != nil, move.kind == "page", let next = grant.next else { return false }
    return next.connection == move.caller.connection && next.after == move.secret
  }

  // MARK: What was said

  mutating func note(_ move: Move, _ reply: CommandReply, at now: Moment) throws {
    switch reply {
    case .environment(let answer): environments[answer.environment.name.text] = answer.environment
    case .environmentChanged(let answer, _, _):
      environments[answer.environment.name.text] = answer.environment
    case .environmentDeleted(let deletion): environments[deletion.name] = nil
    case .principalRemoved(let removal): remove(removal)
    case .secretSet(let answer): set(answer, move)
    case .versionChanged(let change):
      guard let id = environments[change.environment]?.id else { return }
      states[Value(environment: id, secret: change.name, version: change.version)] =
        [SecretVersion.State.enabled, .disabled, .destroyed].first { $0.text == change.state }
    case .secretDeleted(let deletion):
      guard let id = environments[deletion.environment]?.id else { return }
      for key in states.keys where key.environment == id && key.secret == deletion.name {
        states[key] = nil
      }
    case .requestCreated(let answer, let ticket):
      let request = answer.request
      requests[request.id] = Request(
        environment: request.environment, requester: request.requester.uid ?? .max,
        secrets: request.secrets, ticket: ticket, maker: move.caller.connection,
        digest: request.digest, state: request.state.text)
    case .request(let answer): changed(answer.request, move)
    case .revoked(let view): for id in view.revoked { requests[id]?.state = "revoked" }
    case .secret(let release): released(release, move, next: nil)
    case .grantPage(let release, let next): released(release, move, next: next?.text)
    case .variable(let variable):
      let key = Value(
        environment: variable.environment, secret: variable.name.text, version: 0)
      // What was said again is no change.
      if variables.updateValue(variable.revision, forKey: key) != variable.revision {
        raise(move.environment)
      }
    case .variableDeleted(let place):
      guard let id = environments[place.environment]?.id else { return }
      variables[Value(environment: id, secret: place.name, version: 0)] = nil
      raise(place.environment)
    case .done where move.kind == "end": ended(move.caller.connection)
    default: break
    }
  }

  /// A changed variable is another revision, and what was approved before is worth nothing.
  private mutating func raise(_ name: String?) {
    if let name { environments[name]?.revision += 1 }
  }

  private mutating func set(_ answer: SecretSetView, _ move: Move) {
    guard let id = environments[answer.environment]?.id else { return }
    func key(_ version: Int64) -> Value {
      Value(environment: id, secret: answer.name, version: version)
    }
    values[key(answer.version)] = move.value ?? move.version.flatMap { values[key($0)] }
    states[key(answer.version)] = .enabled
    for version in answer.pruned { states[key(version)] = nil }
    for version in answer.revocation?.disabled ?? [] where states[key(version)] != nil {
      states[key(version)] = .disabled
    }
    for id in answer.revocation?.revoked ?? [] { requests[id]?.state = "revoked" }
  }

  private mutating func changed(_ request: AccessRequest, _ move: Move) {
    let id = request.id
    requests[id]?.state = request.state.text
    switch move.kind {
    case "approve":
      requests[id]?.approvals[move.caller.uid] =
        environments[request.environmentName.text]?
        .revision
    case "activate":
      guard let grant = request.grant else { return }
      requests[id]?.grant = Grant(
        hold: grant.hold, holder: grant.hold == .connection ? move.caller.connection : nil,
        ends: grant.expires)
    case "resume": requests[id]?.grant?.holder = move.caller.connection
    case "hold": requests[id]?.grant?.lifeline = move.caller.connection
    default: break
    }
  }

  private mutating func released(_ release: DurableRelease, _ move: Move, next: String?) {
    releases.append(
      Release(
        sequence: release.auditSequence, uid: move.caller.uid, request: move.request,
        items: Set(release.items.map { PinnedSecret(name: $0.name, version: $0.version) })))
    guard let id = move.request, let request = requests[id], let grant = request.grant else {
      return
    }
    if !goesOn(move, grant) {
      for name in read(move, request) { requests[id]?.grant?.reads[name, default: 0] += 1 }
    }
    if move.kind == "page" { requests[id]?.grant?.next = next.map { (move.caller.connection, $0) } }
  }

  private mutating func remove(_ removal: PrincipalRemovedView) {
    guard case .uid(let uid)? = PrincipalName(removal.principal) else { return }
    for name in removal.environments {
      guard var environment = environments[name],
        let gate = environment.gate.without({ $0 == .uid(uid) })
      else { continue }
      environment.gate = gate
      environment.revision += 1
      environments[name] = environment
    }
    // A request that they have approved as it stands loses every approval.
    for environment in environments.values {
      for (id, request) in requests
      where request.environment == environment.id
        && request.approvals[uid] == environment.revision
      {
        requests[id]?.approvals = [:]
      }
    }
  }

  /// What the list says of a request after a batch: time and ended connections change it too.
  mutating func saw(_ request: AccessRequest) {
    requests[request.id]?.state = request.state.text
    requests[request.id]?.digest = request.digest
  }

  private mutating func ended(_ connection: UInt64) {
    for (id, request) in requests {
      if request.maker == connection { requests[id]?.maker = nil }
      guard let grant = request.grant else { continue }
      if grant.holder == connection { requests[id]?.grant?.holder = nil }
      if grant.lifeline == connection { requests[id]?.grant?.lifeline = nil }
      // Nothing keeps it any more.
      let others = [grant.holder, grant.lifeline].filter { $0 != nil && $0 != connection }
      let wasKept = grant.holder == connection || grant.lifeline == connection
      if wasKept && others.isEmpty && request.state == "active" { requests[id]?.state = "closed" }
    }
  }

  mutating func restarted() {
    for id in requests.keys {
      requests[id]?.maker = nil
      requests[id]?.grant?.holder = nil
      requests[id]?.grant?.lifeline = nil
      requests[id]?.grant?.next = nil
    }
  }
}
