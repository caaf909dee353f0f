import Glibc
import SecretMemory
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine
import VaultStore

/// What the whole life of environments, secrets, requests and grants is told with.
extension Fixture {
  // MARK: Environments

  @discardableResult
  func create(_ name: String, _ gate: Gate, secrets: [String] = ["TOKEN"]) throws -> Environment {
    let reply = run(caller(Self.admin), .createEnvironment(try EnvironmentName(name), gate))
    guard case .environment(let answer) = reply else { throw Unexpected("\(reply)") }
    for secret in secrets { try set(name, secret, "\(secret) of \(name)") }
    return answer.environment
  }

  /// A gate that these review and the runner asks.
  func reviewed(
    by reviewers: [UInt32] = [Fixture.bob, Fixture.carol], required: Int = 1,
    exclusive: Bool = false, maxReads: Int? = nil, clocks: Clocks = Clocks()
  ) -> Gate {
    Gate(
      protection: .reviewers([
        ReviewerRule(reviewers: reviewers.map { .uid($0) }, required: required)
      ]), requesters: .principals([.uid(Self.runner)]), exclusive: exclusive, maxReads: maxReads,
      clocks: clocks)
  }

  func environment(_ name: String) throws -> Environment {
    let reply = run(caller(Self.admin), .getEnvironment(try EnvironmentName(name)))
    guard case .environment(let answer) = reply else { throw Unexpected("\(reply)") }
    return answer.environment
  }

  func editAction(
    _ name: String, revision: Int64? = nil, allowWeaken: Bool = false,
    _ change: (inout GateEdit) -> Void
  ) throws -> Action {
    var edit = GateEdit()
    change(&edit)
    return .updateEnvironment(
      try EnvironmentName(name), edit, revision: revision, allowWeaken: allowWeaken)
  }

  @discardableResult
  func edit(
    _ name: String, revision: Int64? = nil, allowWeaken: Bool = false,
    _ change: (inout GateEdit) -> Void
  ) throws -> CommandReply {
    run(
      caller(Self.admin),
      try editAction(name, revision: revision, allowWeaken: allowWeaken, change))
  }

  func delete(_ name: String) throws -> CommandReply {
    run(caller(Self.admin), .deleteEnvironment(try EnvironmentName(name)))
  }

  // MARK: Secrets and variables

  @discardableResult
  func setVariable(_ environment: String, _ name: String, _ value: String) throws -> CommandReply {
    run(
      caller(Self.admin),
      .setVariable(
        environment: try EnvironmentName(environment), name: try SecretName(name), value: value))
  }

  func versionAction(
    _ environment: String, _ name: String, _ version: Int64, _ state: SecretVersion.State
  ) throws -> Action {
    .changeVersion(
      environment: try EnvironmentName(environment), name: try SecretName(name), version: version,
      to: state)
  }

  @discardableResult
  func change(
    _ environment: String, _ name: String, _ version: Int64, _ state: SecretVersion.State
  ) throws -> CommandReply {
    run(caller(Self.admin), try versionAction(environment, name, version, state))
  }

  func deleteSecret(_ environment: String, _ name: String) throws -> CommandReply {
    run(
      caller(Self.admin),
      .deleteSecret(environment: try EnvironmentName(environment), name: try SecretName(name)))
  }

  func rollback(
    _ environment: String, _ name: String, to version: Int64, cas: Int64? = nil
  ) throws -> CommandReply {
    run(
      caller(Self.admin),
      .rollbackSecret(
        environment: try EnvironmentName(environment), name: try SecretName(name), to: version,
        cas: cas))
  }

  func versions(
    _ environment: String, _ name: String, by caller: Caller? = nil
  ) throws -> [SecretVersionView] {
    let reply = run(
      caller ?? self.caller(Self.admin),
      .listVersions(
        environment: try EnvironmentName(environment), name: try SecretName(name), after: 0,
        limit: 100))
    guard case .versions(let versions, _) = reply else { throw Unexpected("\(reply)") }
    return versions
  }

  /// The rows of a secret's versions, as the seal covers them.
  func sealedVersions(_ environment: String, _ name: String) throws -> [SecretVersion] {
    try engine.rows.versions(
      self.environment(environment).id, SecretName(name), after: 0, limit: 100)
  }

  /// The stored record of a version; nil where there is none.
  func ciphertext(_ environment: Int64, _ name: String, _ version: Int64) throws -> [UInt8]? {
    try engine.store.versionWithRecord(
      [.integer(environment), .text(name), .integer(version)])?.record
  }

  // MARK: Requests and grants

  func makes(
    _ environment: String, secrets: [String]? = nil, key: String? = nil,
    supersedes: TicketedRequest? = nil, attended: Bool = false
  ) throws -> Action {
    .createRequest(
      RequestCreate(
        environment: try EnvironmentName(environment),
        secrets: try secrets?.map { try SecretName($0) }, context: RequestContext(key: key),
        attended: attended, supersede: supersedes))
  }

  func get(
    _ environment: String, _ name: String, of request: Int64, ticket: SecretBuffer? = nil
  ) throws -> Action {
    .getSecret(
      environment: try EnvironmentName(environment), name: try SecretName(name), request: request,
      ticket: ticket)
  }

  /// An active grant, held by whoever asks.
  func grant(
    by maker: Caller, environment: String = "production", hold: Grant.Hold = .connection
  ) throws -> (id: Int64, ticket: SecretBuffer) {
    let (request, ticket) = try request(by: maker, environment: environment)
    if request.state == .waiting {
      _ = run(
        caller(Self.bob), .approve(request: request.id, digest: request.digest, comment: ""))
    }
    let reply = run(maker, .activate(request: request.id, ticket: nil, hold: hold))
    guard reply.state == "active" else { throw Unexpected("\(reply)") }
    return (request.id, ticket)
  }

  /// A request as the admin sees it.
  func seen(_ id: Int64) throws -> AccessRequest {
    let reply = run(caller(Self.admin), .getRequest(id))
    guard let request = reply.request else { throw Unexpected("\(reply)") }
    return request
  }

  func state(_ id: Int64) throws -> String { try seen(id).state.text }

  // MARK: Files

  /// Every byte of the database and of its write-ahead log.
  func files() throws -> [UInt8] {
    try Self.bytes(of: database) + Self.bytes(of: database + "-wal")
  }

  static func bytes(of path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    if descriptor < 0 { throw Unexpected("cannot open \(path)") }
    defer { close(descriptor) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return all }
      all += chunk[..<count]
    }
  }
}

extension [UInt8] {
  /// Whether these bytes stand somewhere in others.
  func stands(in haystack: [UInt8]) -> Bool {
    guard let first, haystack.count >= count else { return false }
    return haystack.withUnsafeBufferPointer { haystack in
      withUnsafeBufferPointer { needle in
        guard let whole = haystack.baseAddress, let start = needle.baseAddress else { return false }
        var position = 0
        while let found = memchr(whole + position, Int32(first), haystack.count - position) {
          position = UnsafeRawPointer(found) - UnsafeRawPointer(whole)
          if haystack.count - position < count { return false }
          if memcmp(whole + position, start, count) == 0 { return true }
          position += 1
        }
        return false
      }
    }
  }
}

extension CommandReply {
  var request: AccessRequest? {
    switch self {
    case .request(let answer), .requestCreated(let answer, _): answer.request
    default: nil
    }
  }

  var isAccessDenied: Bool { if case .accessDenied? = refusal { true } else { false } }

  var isBusy: Bool { if case .grantBusy? = refusal { true } else { false } }

  /// How far it is from its turn, where the call is parked.
  var queued: Turn? { if case .queued(let turn) = self { turn } else { nil } }

  var isGateWaiting: Bool { if case .gateWaiting? = refusal { true } else { false } }

  /// What an edit came to.
  var edited: (revision: Int64, changes: [String], reset: Int)? {
    guard case .environmentChanged(let answer, let changes, let reset) = self else { return nil }
    return (answer.environment.revision, changes, reset)
  }

  /// What setting or rolling back a secret came to.
  var set: SecretSetView? { if case .secretSet(let answer) = self { answer } else { nil } }

  /// What was taken back, where that was all.
  var revoked: [Int64]? {
    guard case .revoked(let view) = self, !view.more else { return nil }
    return view.revoked
  }

  /// Whether what was destroyed has left the log too; nil for every other reply.
  var isErased: Bool? {
    switch self {
    case .versionChanged(let change): change.isErased
    case .secretDeleted(let deletion): deletion.isErased
    case .environmentDeleted(let deletion): deletion.isErased
    default: nil
    }
  }
}

/// A gate with the values of its rules beside each other.
extension Gate {
  init(
    protection: Protection, requesters: Requesters, writers: [Principal] = [],
    allowSelfReview: Bool = false, exclusive: Bool = false, inOrder: Bool = false,
    maxReads: Int? = nil, clocks: Clocks = Clocks(), allowedNames: [SecretName] = []
  ) {
    self.init(
      protection: protection, requesters: requesters, writers: writers, terms: GateTerms())
    self.allowSelfReview = allowSelfReview
    self.exclusive = exclusive
    self.inOrder = inOrder
    self.maxReads = maxReads
    self.clocks = clocks
    self.allowedNames = allowedNames
  }
}

/// What a value that is weaker is told as, by its rule.
extension Weakening {
  static let selfReview = value(of: "prevent_self_review", "the requester's own approval counts")
  static let exclusive = value(of: "exclusive", "several grants may be active at once")
  static let inOrder = value(of: "in_order", "a request may be activated after a newer one")
  static let maxReads = value(
    of: "max_reads", "each secret can be read more often under one grant")

  static func clock(_ name: String) -> Weakening { value(of: name, "\(name) is longer") }

  static func allowedNames(_ sentence: String) -> Weakening {
    value(of: "allowed_names", sentence)
  }
}
