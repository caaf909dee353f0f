import SecretMemory
import VaultCalls
import VaultCore
import VaultCrypto
import VaultStore

/// `secret.import`: many secrets at once, all of them or none.
///
/// A connection opens an import for its names, sends one value after the other, and commits. Values are sealed
/// and staged as they come, each in a commit of its own, behind the current versions where nothing sees them
/// (``OpenImports``). One small commit makes all of them current: it writes the rows of the secrets and moves no
/// ciphertext. Everything is judged in it, by the gate and the names as they then are. What is not committed is
/// dropped, and its rows are erased in slices (``removeDropped(at:)``).
extension VaultEngine {
  /// Judges the names early, so that no value is sent in vain.
  func openImport(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    names: [SecretName], isDryRun: Bool,
    at now: Moment
  ) throws -> Pending {
    let environment = try environment(name, caller, for: permission)
    guard !names.isEmpty, Set(names).count == names.count else {
      throw Refusal.importInvalid("this import names a secret twice; name each secret once")
    }
    let new = try judge(names.sorted(), as: .secret, in: environment, by: caller)
    if !new.isEmpty { _ = try roomForSecrets(new, in: environment) }
    dropImport(of: caller.connection)
    let open = OpenImports.Import(
      environment: environment.id, subject: caller.subject, names: names, isDryRun: isDryRun,
      at: now)
    guard imports.open(open, connection: caller.connection) else { throw Refusal.memoryExhausted }
    return .ready(
      .importOpened(
        SecretImportOpenView(
          environment: environment.name.text, names: Int64(names.count), staged: 0)))
  }

  /// Takes a value of an open import in.
  func putImport(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    secret: SecretName, value: SecretBuffer,
    at now: Moment
  ) throws -> Pending {
    let environment = try environment(name, caller, for: permission)
    let open = try presentImport(caller, in: environment)
    if value.count > configuration.valueBytes {
      throw Refusal.valueTooLarge(limit: configuration.valueBytes)
    }
    guard open.names.contains(secret), open.values[secret] == nil else {
      throw Refusal.importInvalid(
        "the import was not opened for \(secret.text), or has a value for it already")
    }
    guard imports.admits(value.count, connection: caller.connection) else {
      throw Refusal.memoryExhausted
    }
    let fingerprint = try keys.fingerprint(value)
    let alike = try places(alike: fingerprint, outside: environment, for: caller)
    let existing = try rows.secret(environment.id, secret)
    let version = (existing?.current ?? 0) + 1
    let look = try look(at: existing, fingerprint)
    if !open.isDryRun {
      try stage(value, fingerprint, as: version, of: secret, existing, environment, caller, at: now)
    }
    imports.stage(
      secret,
      OpenImports.Staged(
        version: version, fingerprint: fingerprint, isEmpty: value.count == 0, alike: alike,
        look: look),
      bytes: value.count, connection: caller.connection, at: now)
    return .ready(
      .importOpened(
        SecretImportOpenView(
          environment: environment.name.text, names: Int64(open.names.count),
          staged: Int64(open.values.count + 1))))
  }

  /// Seals a value and writes it where nobody sees it.
  private func stage(
    _ value: SecretBuffer, _ fingerprint: [UInt8], as version: Int64, of secret: SecretName,
    _ existing: Secret?, _ environment: Environment, _ caller: Caller, at now: Moment
  ) throws {
    if existing == nil { try requireRoomForName(in: environment) }
    let record = try keys.seal(
      value,
      in: RecordContext(
        vault: vault, environment: environment.id, name: secret.text, version: version),
      of: environment)
    try clearStaged(secret, in: environment.id)
    if existing == nil {
      // A version belongs to a secret; this one is as absent as a deleted one.
      try rows.put(
        Secret(
          environment: environment.id, name: secret, revision: 1, current: 0, life: .deleted,
          updated: now.wall, updater: caller.uid))
    }
    try rows.put(
      SecretVersion(
        environment: environment.id, name: secret, version: version, revision: 1, state: .enabled,
        recordDigest: try sha256(record).bytes, fingerprint: fingerprint, created: now.wall,
        creator: caller.uid), record: record)
  }

  /// The import that the caller's connection has open in an environment.
  private func presentImport(
    _ caller: Caller, in environment: Environment
  ) throws -> OpenImports.Import {
    guard let open = imports[caller.connection], open.environment == environment.id else {
      throw Refusal.importEnded(environment: environment.name.text)
    }
    if !open.overtaken.isEmpty {
      throw Refusal.importOvertaken(
        environment: environment.name.text, names: open.overtaken.sorted().map(\.text))
    }
    return open
  }

  /// Makes all values of an open import current, or none.
  func commitImport(
    _ caller: Caller, for permission: Permission, environment name: EnvironmentName,
    allowEmpty: Bool, at now: Moment
  ) throws -> Pending {
    let environment = try environment(name, caller, for: permission)
    let open = try presentImport(caller, in: environment)
    let new = try judge(open.names.sorted(), as: .secret, in: environment, by: caller)
    if !new.isEmpty { _ = try roomForSecrets(new, in: environment) }
    let maker = new.isEmpty ? nil : try maker(caller, in: environment)
    let entries = try entries(of: open, in: environment)
    let emptied = entries.filter { $0.change == .changed && $0.value.isEmpty }
    if !allowEmpty, !emptied.isEmpty {
      throw Refusal.valuesEmpty(
        environment: environment.name.text, names: emptied.map(\.name.text))
    }

    var answers: [ImportedSecretView] = []
    var next = environment
    for entry in entries {
      var pruned: [Int64] = []
      if entry.change != .same, !open.isDryRun {
        pruned = try makeCurrent(entry, in: environment, by: caller, at: now)
        if next.names[entry.name] == nil, let maker {
          next.names.add(entry.name, .secret, by: maker, first: entry.value.version)
        }
      }
      answers.append(
        ImportedSecretView(
          environment: environment.name.text, name: entry.name.text, version: entry.version,
          change: entry.change.rawValue, sameValue: entry.value.alike.told, pruned: pruned))
    }
    if next.names != environment.names { try rows.put(next) }
    if answers.contains(where: { !$0.pruned.isEmpty }) { keys.forgetRecords(of: environment.id) }
    recordComparison(entries, isDryRun: open.isDryRun, in: environment, by: caller, at: now)
    // What was not made current: values that were the same.
    dropImport(of: caller.connection)
    func count(_ change: Change) -> Int { entries.count { $0.change == change } }
    return .ready(
      .imported(
        SecretImportedView(
          environment: environment.name.text, dryRun: open.isDryRun, new: count(.new),
          changed: count(.changed), same: count(.same), items: answers)))
  }

  /// How a value of an import stands to its secret's current one.
  private enum Change: String {
    /// There was no value.
    case new
    case changed
    /// It is the current one: nothing is set.
    case same
  }

  /// A name of an import, its value, and what that does to the secret.
  private struct Entry {
    let name: SecretName
    let value: OpenImports.Staged
    let secret: Secret?
    let change: Change
    /// The versions that it drops where no request is pinned to them.
    let oldest: [Int64]

    /// The secret's current version, or the one that it would have.
    var version: Int64 { change == .same ? secret?.current ?? value.version : value.version }
  }

  private func entries(
    of open: OpenImports.Import, in environment: Environment
  ) throws -> [Entry] {
    try open.names.map { name in
      guard let value = open.values[name] else {
        throw Refusal.importInvalid(
          "the import was opened for \(name.text), but has no value for it yet")
      }
      let secret = try rows.secret(environment.id, name)
      guard open.isDryRun || value.version == (secret?.current ?? 0) + 1 else {
        throw Refusal.importOvertaken(environment: environment.name.text, names: [name.text])
      }
      let isAsSeen =
        value.look.revision == secret?.revision ?? 0 && !open.touched.contains(name)
      let look = isAsSeen ? value.look : try look(at: secret, value.fingerprint)
      return Entry(
        name: name, value: value, secret: secret,
        change: secret?.life != .set ? .new : look.isSame ? .same : .changed, oldest: look.oldest)
    }
  }

  /// How a value stands to the versions of its secret.
  private func look(at secret: Secret?, _ fingerprint: [UInt8]) throws -> OpenImports.Look {
    guard let secret else { return OpenImports.Look(revision: 0, isSame: false, oldest: []) }
    var isSame = false
    if secret.life == .set {
      let current = try rows.versions(
        secret.environment, secret.name, after: secret.current - 1, limit: 1
      ).first
      isSame = current?.state == .enabled && current?.fingerprint == fingerprint
    }
    return OpenImports.Look(
      revision: secret.revision, isSame: isSame, oldest: try oldest(of: secret))
  }

  /// Makes a staged version current, on the record.
  /// - Returns: the versions that are gone for it.
  private func makeCurrent(
    _ entry: Entry, in environment: Environment, by caller: Caller, at now: Moment
  ) throws -> [Int64] {
    let key = SealedRows.SecretKey(environment: environment.id, name: entry.name)
    let removed = entry.secret?.removed ?? 0
    // Their rows follow, so it goes up to the first that a live request is pinned to.
    let pruned = Array(
      entry.oldest.prefix {
        live.pins(environment.id, PinnedSecret(name: entry.name, version: $0)) == 0
      })
    try rows.put(
      Secret(
        environment: environment.id, name: entry.name,
        revision: (entry.secret?.revision ?? 0) + 1, current: entry.value.version,
        removed: pruned.last ?? removed, updated: now.wall, updater: caller.uid))
    rows.forget(pruned, of: key)
    if !pruned.isEmpty { backlog.enter(dropped: key) }
    recordSet(
      .secretSet, PinnedSecret(name: entry.name, version: entry.value.version),
      entry.value.alike.recorded, pruned: pruned, in: environment, by: caller, at: now)
    imports.overtake(key)
    return pruned
  }

  /// The versions that a new one drops where no request is pinned to them, oldest first.
  private func oldest(of secret: Secret) throws -> [Int64] {
    let bound = secret.current + 1 - Int64(VaultLimits.versionsPerSecret)
    var found: [Int64] = []
    while found.count < Self.mostPruned, (found.last ?? secret.removed) < bound,
      let version = try rows.versions(
        secret.environment, secret.name, after: found.last ?? secret.removed, limit: 1
      ).first, version.version <= bound
    {
      found.append(version.version)
    }
    return found
  }

  /// Whoever is told that a value is the current one has learnt of it: that is on the record.
  private func recordComparison(
    _ entries: [Entry], isDryRun: Bool, in environment: Environment, by caller: Caller,
    at now: Moment
  ) {
    let same = entries.filter { $0.change == .same }
    let told = isDryRun ? entries.filter { $0.change != .new } : same
    if told.isEmpty { return }
    trail.append(
      AuditRecord(
        at: now, event: .secretCompared, subject: caller.subject, account: caller.name,
        environment: environment.name.text,
        secrets: told.map { PinnedSecret(name: $0.name, version: $0.secret?.current ?? 0) },
        details: [.init("same", same.map(\.name.text).joined(separator: ","))]))
  }
}
