import Glibc
import SecretMemory
import Testing
import VaultCalls
import VaultCore
import VaultCrypto
@testable import VaultEngine
import VaultStore

/// A vault in a folder of its own: the real store, the real libcrypto, a hand-driven clock, seeded
/// randomness.
final class Fixture {
  let directory: String
  var engine: VaultEngine
  var now = ClockReading(wall: 1_800_000_000_000, boot: 1_000_000, bootID: BootID(high: 1, low: 1))
  var configuration: EngineConfiguration
  /// How many rows of what was decided one commit writes; a restart keeps it.
  var slice = Fixture.usualSlice { didSet { engine.lasting.slice = slice } }
  private(set) var tampering: [String] = []
  private let rootKeyBytes = [UInt8](repeating: 7, count: 32)
  private var nextConnection: UInt64 = 100

  /// `ENVGATE_TEST_SLICE=1 swift test` shows what holds between the smallest slices.
  static let usualSlice = getenv("ENVGATE_TEST_SLICE").flatMap { Int(String(cString: $0)) } ?? 16

  static let admin: UInt32 = 1
  static let runner: UInt32 = 1001
  static let bob: UInt32 = 1002
  static let carol: UInt32 = 1003

  init(
    admins: [Principal] = [.uid(Fixture.admin)], auditors: [Principal] = [],
    people: People = People(), options: StoreOptions = StoreOptions(),
    recoveryKey: SecretBuffer? = nil
  ) throws {
    var template = Array("/tmp/envgate-engine-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Unexpected("no temporary folder") }
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    configuration = EngineConfiguration(
      standing: Standing(admins: admins, auditors: auditors), people: people)
    let store = try Store(directory: directory, create: true, options: options)
    try VaultEngine.create(
      in: store, rootKey: try Self.rootKey(rootKeyBytes), recoveryKey: recoveryKey,
      random: .seeded(1), now: now)
    engine = try VaultEngine(
      store: store, rootKey: try Self.rootKey(rootKeyBytes), configuration: configuration,
      random: .seeded(2), now: now, onTampering: { _ in })
    engine.lasting.slice = slice
  }

  /// What a daemon finds that is started after another was killed at this moment.
  convenience init(
    killing other: Fixture, rootKey: [UInt8]? = nil, rootKeys: RootKeySource? = nil
  ) throws {
    try self.init(
      copying: other.database, at: other.now, other.configuration, slice: other.slice,
      rootKey: rootKey, rootKeys: rootKeys)
  }

  /// A vault that lies there, in a folder of its own.
  init(
    copying source: String, at now: ClockReading, _ configuration: EngineConfiguration,
    slice: Int = Fixture.usualSlice, rootKey: [UInt8]? = nil, rootKeys: RootKeySource? = nil
  ) throws {
    var template = Array("/tmp/envgate-killed-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Unexpected("no temporary folder") }
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.configuration = configuration
    self.now = now
    self.slice = slice
    for suffix in ["", "-wal"] where access(source + suffix, F_OK) == 0 {
      let bytes = try Self.bytes(of: source + suffix)
      let file = open("\(directory)/vault.sqlite3\(suffix)", O_WRONLY | O_CREAT | O_EXCL, 0o600)
      if file < 0 { throw Unexpected("cannot copy") }
      defer { close(file) }
      guard write(file, bytes, bytes.count) == bytes.count else { throw Unexpected("not copied") }
    }
    engine = try VaultEngine(
      store: try Store(directory: directory), rootKey: try Self.rootKey(rootKey ?? rootKeyBytes),
      rootKeys: rootKeys, configuration: configuration, random: .seeded(3), now: now,
      onTampering: { _ in })
    engine.lasting.slice = slice
  }

  deinit {
    if let folder = opendir(directory) {
      // Flat: a store keeps files, and no folders.
      while let entry = readdir(folder) {
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) {
            _ = unlinkat(dirfd(folder), $0, 0)
          }
        }
      }
      closedir(folder)
    }
    rmdir(directory)
  }

  static func rootKey(_ bytes: [UInt8]) throws -> RootKey {
    let buffer = try bytes.withUnsafeBytes { try SecretBuffer(copying: $0) }
    return try RootKey(buffer)
  }

  /// Ends the engine and opens the vault anew, as a restart of the daemon does.
  func restart(
    rootKey: [UInt8]? = nil, rootKeys: RootKeySource? = nil, options: StoreOptions = StoreOptions()
  ) throws {
    engine.close()
    let store = try Store(directory: directory, create: false, options: options)
    do {
      engine = try VaultEngine(
        store: store, rootKey: try Self.rootKey(rootKey ?? rootKeyBytes), rootKeys: rootKeys,
        configuration: configuration, random: .seeded(UInt64(now.wall)), now: now,
        onTampering: { _ in })
      engine.lasting.slice = slice
    } catch {
      store.close()
      throw error
    }
  }

  var database: String { engine.place.location.path }

  /// The same, of a clock that nobody doubts.
  var moment: Moment { Moment(wall: now.wall, boot: now.boot, bootID: now.bootID) }

  func advance(_ milliseconds: Int64) {
    now.wall += milliseconds
    now.boot += milliseconds
  }

  /// A caller on a connection of its own.
  func caller(_ uid: UInt32, connection: UInt64? = nil, name: String? = nil) -> Caller {
    nextConnection += 1
    return Caller(
      uid: uid, kernelGroups: [uid], isOverflow: false, connection: connection ?? nextConnection,
      account: .known(Account(uid: uid, name: name ?? "user\(uid)", groups: [])))
  }

  /// What the account database says: of each caller what was said last.
  var accounts: [UInt32: AccountAnswer] = [:]

  /// Runs a command, and where the account database is to be asked first, once more with what it says.
  func run(_ caller: Caller, _ action: Action) -> CommandReply {
    if let account = caller.account { accounts[caller.uid] = account }
    let reply = run(caller, action, accounts: [:])
    if case .asks(.doubted) = reply {
      return commit([Command(caller: caller, action: action, isDoubtSettled: true)])[0]
    }
    guard case .asks(.afresh(let uids)) = reply else { return reply }
    return run(
      caller, action,
      accounts: Dictionary(uniqueKeysWithValues: uids.map { ($0, accounts[$0] ?? .nobody) }))
  }

  /// Runs a command with what the account database was just heard to say.
  func run(_ caller: Caller, _ action: Action, accounts: [UInt32: AccountAnswer])
    -> CommandReply
  {
    let fresh = accounts.mapValues { FreshAnswer($0, asked: now.boot) }
    return commit([Command(caller: caller, action: action, accounts: fresh)])[0]
  }

  /// What a batch is answered, and what is answered later once its patience has ended.
  private func commit(_ batch: [Command]) -> [CommandReply] {
    let outcome = engine.commit(batch, now: now)
    var replies = outcome.replies
    // What a second brings is there when the next command comes.
    if batch.contains(where: { if case .tick = $0.action { true } else { false } }) { drain() }
    if outcome.deferred.isEmpty { return replies }
    drain()
    var later = now
    later.wall += VaultEngine.patience
    later.boot += VaultEngine.patience
    let late = engine.lateReplies(at: later)
    for (index, token) in outcome.deferred {
      if let found = late.first(where: { $0.token == token }) { replies[index] = found.reply }
    }
    return replies
  }

  /// Goes on with what is decided, until all of it is written.
  /// - Returns: the requests that changed, by commit.
  @discardableResult
  func drain() -> [[Int64]] {
    var changed: [[Int64]] = []
    while engine.hasBacklog && changed.count < 10_000 {
      changed.append(engine.commit([], now: now).changedRequests)
    }
    return changed
  }

  func batch(_ commands: [(Caller, Action)]) -> [CommandReply] {
    commit(commands.map { Command(caller: $0.0, action: $0.1) })
  }

  // MARK: What most tests begin with

  func value(_ text: String) throws -> SecretBuffer {
    try Array(text.utf8).withUnsafeBytes { try SecretBuffer(copying: $0) }
  }

  /// development, unprotected, and production, reviewed by bob or carol; a secret in each.
  func furnish(
    rules: [ReviewerRule] = [
      ReviewerRule(reviewers: [.uid(Fixture.bob), .uid(Fixture.carol)], required: 1)
    ], requesters: Requesters = .principals([.uid(Fixture.runner)]), allowSelfReview: Bool = false,
    clocks: Clocks = Clocks()
  ) throws {
    let admin = caller(Self.admin)
    for (name, gate) in [
      ("development", Gate(protection: .unprotected, requesters: requesters)),
      (
        "production",
        Gate(
          protection: .reviewers(rules), requesters: requesters, allowSelfReview: allowSelfReview,
          clocks: clocks)
      ),
    ] {
      let reply = run(admin, .createEnvironment(try EnvironmentName(name), gate))
      guard case .environment = reply else { throw Unexpected("\(reply)") }
      try set(name, "AZURE_CREDENTIALS", "value of \(name)")
    }
  }

  @discardableResult
  func set(_ environment: String, _ name: String, _ text: String, cas: Int64? = nil) throws
    -> Int64
  {
    let reply = run(caller(Self.admin), try setAction(environment, name, text, cas: cas))
    guard case .secretSet(let answer) = reply else { throw Unexpected("\(reply)") }
    return answer.version
  }

  func setAction(_ environment: String, _ name: String, _ text: String, cas: Int64? = nil) throws
    -> Action
  {
    .setSecret(
      environment: try EnvironmentName(environment), name: try SecretName(name),
      value: try value(text), cas: cas, revokePrevious: false)
  }

  func getAction(_ environment: String, _ name: String = "AZURE_CREDENTIALS") throws -> Action {
    .getSecret(
      environment: try EnvironmentName(environment), name: try SecretName(name), request: nil,
      ticket: nil)
  }

  /// A request for production.
  func request(
    by caller: Caller, attended: Bool = false, reason: String = "deploy",
    environment: String = "production"
  ) throws -> (request: AccessRequest, ticket: SecretBuffer) {
    let reply = run(
      caller,
      .createRequest(
        RequestCreate(
          environment: try EnvironmentName(environment), secrets: nil,
          context: RequestContext(reason: reason), attended: attended)))
    guard case .requestCreated(let answer, let ticket) = reply else {
      throw Unexpected("\(reply)")
    }
    return (answer.request, ticket)
  }

  /// A request that bob has approved.
  func approvedRequest(by caller: Caller) throws -> (request: AccessRequest, ticket: SecretBuffer) {
    let made = try request(by: caller)
    let reply = run(
      self.caller(Self.bob),
      .approve(request: made.request.id, digest: made.request.digest, comment: ""))
    guard case .request(let answer) = reply else { throw Unexpected("\(reply)") }
    return (answer.request, made.ticket)
  }
}

struct Unexpected: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension CommandReply {
  /// Whom the account database is to be asked about first.
  var wish: AccountWish? { if case .asks(let wish) = self { wish } else { nil } }

  var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }

  var state: String? {
    if case .request(let answer) = self { answer.request.state.text } else { nil }
  }

  /// The texts of what was released.
  var released: [String]? {
    switch self {
    case .secret(let release), .grantPage(let release, _):
      release.items.map { item in
        item.value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      }
    default: nil
    }
  }
}

extension Refusal {
  /// The word of those that are about the clock.
  var reason: String? {
    switch self {
    case .clockBehind: "clock.behind"
    case .clockOnTrial: "clock.trial"
    default: nil
    }
  }
}
