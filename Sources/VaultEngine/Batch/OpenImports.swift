import VaultCore

/// Imports that are under way: which names each was opened for, and which of their values are staged.
///
/// Invariants:
/// - a connection has one import at most, and no other connection reaches it;
/// - a staged value is a sealed row of a version with the number behind its secret's current one, so that nothing
///   reads, lists or counts it; at most one import owns the staged row of a secret;
/// - what one caller, and what all together have staged is bounded.
struct OpenImports: Undoable {
  /// A value that was taken in.
  struct Staged {
    /// The number that its row has.
    let version: Int64
    let fingerprint: [UInt8]
    let isEmpty: Bool
    let alike: AlikePlaces
    let look: Look
  }

  /// What a look at the versions of a secret has found. Each row of a long version that is passed on the way costs a
  /// copy of it, so a hundred looks are too much for one commit: they are taken as the values come, and again only
  /// where the secret was changed since.
  struct Look {
    /// The revision of the secret's row; 0 where there was none.
    let revision: Int64
    /// Whether the value is the current one.
    let isSame: Bool
    /// The versions that a new one drops where no request is pinned to them, oldest first.
    let oldest: [Int64]
  }

  struct Import {
    let environment: Int64
    let subject: Subject
    let names: [SecretName]
    /// Whether it only compares: its values are not staged in rows, and its commit sets nothing.
    let isDryRun: Bool
    var values: [SecretName: Staged] = [:]
    /// Names whose secrets somebody else has set, or staged a value for, since their values came.
    var overtaken: Set<SecretName> = []
    /// Names of whose secrets a version was enabled, disabled or destroyed since.
    var touched: Set<SecretName> = []
    var lastUsed: Moment
    /// What is counted against its caller.
    fileprivate var bytes = 0

    init(
      environment: Int64, subject: Subject, names: [SecretName], isDryRun: Bool, at now: Moment
    ) {
      self.environment = environment
      self.subject = subject
      self.names = names
      self.isDryRun = isDryRun
      lastUsed = now
    }
  }

  /// The bytes that one caller may have staged, and all callers together.
  static let mostBytes = (one: 16 << 20, all: 64 << 20)
  /// What a name counts, and what a value counts at least: its row, its place in memory.
  private static let leastBytes = (name: 512, value: 16 << 10)
  /// An import that nothing is said about for so long, in milliseconds, is dropped.
  static let patience: Int64 = 60_000

  private var imports = Journaled<UInt64, Import>()
  /// Which connection's import owns the staged row of a secret.
  private var owners = Journaled<SealedRows.SecretKey, UInt64>()
  @Copied private var used = 0
  private var usedBy = Journaled<Subject, Int>()

  mutating func take(_ step: BatchStep) {
    imports.take(step)
    owners.take(step)
    _used.take(step)
    usedBy.take(step)
  }

  /// The import that a connection has open.
  subscript(connection: UInt64) -> Import? { imports[connection] }

  /// Whether an import owns the staged row of a secret.
  func owns(_ secret: SealedRows.SecretKey) -> Bool { owners[secret] != nil }

  /// Opens an import; the connection has none.
  /// - Returns: false where the caller has too much under way.
  mutating func open(_ new: Import, connection: UInt64) -> Bool {
    var new = new
    new.bytes = new.names.count * Self.leastBytes.name
    guard take(new.bytes, of: new.subject) else { return false }
    imports[connection] = new
    return true
  }

  /// Whether a value of so many bytes may be staged.
  func admits(_ count: Int, connection: UInt64) -> Bool {
    imports[connection].map { admits(max(count, Self.leastBytes.value), of: $0.subject) } ?? false
  }

  /// Notes a value of so many bytes; nobody owns the row of its secret.
  mutating func stage(
    _ name: SecretName, _ value: Staged, bytes: Int, connection: UInt64, at now: Moment
  ) {
    guard let open = imports[connection] else { return }
    let bytes = max(bytes, Self.leastBytes.value)
    _ = take(bytes, of: open.subject)
    imports.change(connection) {
      $0?.bytes += bytes
      $0?.values[name] = value
      $0?.lastUsed = now
    }
    if open.isDryRun { return }
    owners[SealedRows.SecretKey(environment: open.environment, name: name)] = connection
  }

  /// A secret was set, or another value staged for it: whatever import owned its staged row does so no more.
  mutating func overtake(_ secret: SealedRows.SecretKey) {
    guard let connection = owners[secret] else { return }
    owners[secret] = nil
    imports.change(connection) { _ = $0?.overtaken.insert(secret.name) }
  }

  /// A version of a secret is in another state now.
  mutating func touch(_ secret: SealedRows.SecretKey) {
    for (connection, open) in imports.values
    where open.environment == secret.environment && open.values[secret.name] != nil {
      imports.change(connection) { _ = $0?.touched.insert(secret.name) }
    }
  }

  /// Forgets a connection's import.
  /// - Returns: the secrets whose staged rows it owned.
  mutating func remove(_ connection: UInt64) -> [SealedRows.SecretKey] {
    guard let ended = imports[connection] else { return [] }
    imports[connection] = nil
    used -= ended.bytes
    let left = (usedBy[ended.subject] ?? 0) - ended.bytes
    usedBy[ended.subject] = left > 0 ? left : nil
    let owned = ended.names.map {
      SealedRows.SecretKey(environment: ended.environment, name: $0)
    }.filter { owners[$0] == connection }
    for secret in owned { owners[secret] = nil }
    return owned
  }

  /// The connections whose imports nothing was said about for too long.
  func idle(at now: Moment) -> [UInt64] {
    imports.values.filter {
      Deadline(after: Self.patience, from: $0.value.lastUsed).isReached(at: now)
    }.keys.sorted()
  }

  /// Nobody has more than the part of one, nor more than half of what the others leave.
  private func admits(_ count: Int, of subject: Subject) -> Bool {
    let own = usedBy[subject] ?? 0
    return own + count <= min(Self.mostBytes.one, (Self.mostBytes.all - (used - own)) / 2)
  }

  private mutating func take(_ count: Int, of subject: Subject) -> Bool {
    guard admits(count, of: subject) else { return false }
    used += count
    usedBy[subject] = (usedBy[subject] ?? 0) + count
    return true
  }
}
