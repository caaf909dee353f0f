import VaultCore

/// What earlier commits have decided and rows do not say yet, beside what the head names (``Ending``).
///
/// Invariant: everything here is judged as decided, by a mark in a row (an environment's or a secret's deletion),
/// by a revision (an edited gate) or by time; this says only which rows are still to be written, and on whose
/// behalf, and a start finds it again.
struct Backlog {
  /// Requests of an environment whose gate was edited.
  struct Edit {
    let environment: Int64
    let initiator: NamedSubject?
    /// The last request that was looked at.
    var after: Int64 = 0
  }

  /// An environment that is being deleted.
  struct Removal {
    let environment: Environment
    /// The last request that was ended.
    var after: Int64 = 0
  }

  /// A look at what time has ended.
  struct Sweep {
    /// Where it goes on; nil where it begins.
    var after: LiveEnds.Place?
  }

  /// An environment whose records are sealed under a new key.
  struct Rekey {
    let environment: Int64
    /// The last secret that is through.
    var after: SecretName?
    /// The one that is not.
    var secret: SecretName?
    /// Its last version that is through.
    var version: Int64 = 0
    /// The secrets that are through.
    var done: Int64 = 0
  }

  /// What an answer may wait for.
  enum Task: Hashable {
    case environment(Int64)
    case wraps
    case rekey(Int64)
    case secret(SealedRows.SecretKey)
  }

  var edits: [Edit] = []
  var rekeys: [Rekey] = []
  var removals: [Removal] = []
  /// Deleted secrets whose versions have rows.
  var secrets: [SealedRows.SecretKey] = []
  /// The request after which the look goes on at what another table of people has changed; nil where none is due.
  var people: Int64?
  /// Secrets with rows that nobody sees and no answer waits for: staged ones of an import that was dropped, and
  /// versions that one has taken away.
  var dropped: [SealedRows.SecretKey] = []
  /// The look at what time has ended; nil where it is through.
  var sweep: Sweep?
  /// The way through the wrapped keys; nil where each is wrapped under what is to open it, and under nothing else.
  var wraps: WrapWalk?
  /// What this batch has brought to its end.
  private(set) var finished: Set<Task> = []
  /// What cannot be brought to its end, since a row of it does not verify.
  private(set) var stuck: Set<Task> = []

  var isEmpty: Bool { hasKeysAtMost && wraps == nil && rekeys.isEmpty }

  /// Whether nothing is left but what is encrypted anew. Nobody's right depends on when that is done.
  var hasKeysAtMost: Bool {
    edits.isEmpty && removals.isEmpty && secrets.isEmpty && dropped.isEmpty && people == nil
      && sweep == nil
  }

  /// Whether rows of it are left.
  func holds(_ task: Task) -> Bool {
    switch task {
    case .environment(let id): removals.contains { $0.environment.id == id }
    case .wraps: wraps != nil
    case .rekey(let id): rekeys.contains { $0.environment == id }
    case .secret(let key): secrets.contains(key)
    }
  }

  /// An environment's gate was edited, perhaps before the last edit was through.
  mutating func enter(edit environment: Int64, by initiator: NamedSubject?) {
    edits.removeAll { $0.environment == environment }
    edits.append(Edit(environment: environment, initiator: initiator))
  }

  /// How far an environment's records have come.
  func rekey(of environment: Int64) -> Rekey? { rekeys.first { $0.environment == environment } }

  /// An environment has a new key, perhaps before the last one has sealed everything.
  mutating func enter(rekey environment: Int64) {
    rekeys.removeAll { $0.environment == environment }
    rekeys.append(Rekey(environment: environment))
  }

  /// A secret was deleted, perhaps before its last deletion was through.
  mutating func enter(_ secret: SealedRows.SecretKey) {
    if !secrets.contains(secret) { secrets.append(secret) }
  }

  /// An import has left rows of a secret behind.
  mutating func enter(dropped secret: SealedRows.SecretKey) { dropped.append(secret) }

  mutating func finish(_ task: Task) { finished.insert(task) }

  mutating func give(up task: Task) { stuck.insert(task) }

  /// Takes out what the batch has finished, once it is durable.
  mutating func takeFinished() -> Set<Task> {
    if finished.isEmpty { return [] }
    defer { finished = [] }
    return finished
  }
}
