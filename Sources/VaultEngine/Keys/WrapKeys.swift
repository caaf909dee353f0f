import SecretMemory
import VaultCore
import VaultCrypto
import VaultStore

/// The keys that encrypt the vault's other keys, as far as this process has them; and what is encrypted under them.
///
/// Invariant: a root key is not among them. From it a key that wraps was derived, and then it was gone.
final class WrapKeys {
  private final class Entry {
    let key: WrapKey

    init(_ key: consuming WrapKey) { self.key = key }
  }

  /// The root key that was in its place at the start.
  let root: UInt32
  private let store: Store
  private let random: RandomSource
  private var loaded: [Wrapper: Entry] = [:]
  /// The state key as it is to be stored, in a vault that was made before it was; nil elsewhere.
  private let derivedState: [UInt8]?

  init(
    store: Store, random: RandomSource, root key: consuming WrapKey, derivedState: [UInt8]? = nil
  ) {
    self.store = store
    self.random = random
    self.derivedState = derivedState
    root = key.generation
    loaded[.root(root)] = Entry(key)
  }

  /// Takes one over, in place of what was known under its name.
  func load(_ key: consuming WrapKey, as wrapper: Wrapper) { loaded[wrapper] = Entry(key) }

  /// Whether this process can wrap under all of these.
  func has(_ wrappers: [Wrapper]) -> Bool { wrappers.allSatisfy { loaded[$0] != nil } }

  /// Drops those that are not to be used any more.
  func drop(allBut wrappers: [Wrapper]) {
    loaded = loaded.filter { wrappers.contains($0.key) || $0.key == .root(root) }
  }

  /// Opens a key by what was in its place at the start.
  func open<Key: ~Copyable>(
    _ key: WrappedKey, _ unwrap: (borrowing WrapKey, [UInt8]) throws -> Key
  ) throws -> Key {
    let place = WrapPlace(key, under: .root(root))
    guard let entry = loaded[.root(root)],
      let record = try wraps(of: key).first(where: { $0.place == place })?.record
    else { throw Tampering(key) }
    do { return try unwrap(entry.key, record) } catch CryptoFault.doesNotOpen {
      throw Tampering(key)
    }
  }

  /// Stores a new key under each of these.
  func put(
    _ key: WrappedKey, under wrappers: [Wrapper], _ wrap: (borrowing WrapKey) throws -> [UInt8]
  ) throws {
    for wrapper in wrappers {
      guard let entry = loaded[wrapper] else { throw MissingWrapper() }
      try store.put(WrapRow(WrapPlace(key, under: wrapper), record: wrap(entry.key)))
    }
  }

  /// Wraps a key under each of these where it is not yet.
  func complete(_ key: WrappedKey, under wrappers: [Wrapper]) throws {
    let stored = try wraps(of: key)
    let missing = wrappers.filter { wrapper in
      !stored.contains { $0.place.wrapper == wrapper }
    }
    if missing.isEmpty { return }
    guard
      let (source, record) = (stored + derived(key)).lazy.compactMap({ row in
        row.place.wrapper.flatMap { self.loaded[$0] }.map { ($0, row.record) }
      }).first
    else { throw Tampering(key) }
    do {
      try put(key, under: missing) {
        try source.key.rewrap(record, of: key, under: $0, random: random)
      }
    } catch CryptoFault.doesNotOpen { throw Tampering(key) }
  }

  /// Wraps each of an environment's keys under each of these where it is not yet.
  func complete(_ environment: Environment, under wrappers: [Wrapper]) throws {
    for generation in environment.keys.oldest...environment.keys.current {
      try complete(.environment(environment.id, generation: generation), under: wrappers)
    }
  }

  /// Makes and stores a new backup key, and where there is one its wrap under a new recovery key. The old ones do not
  /// count from here on; the other keys are still to be wrapped under it.
  func makeBackupKey(
    of vault: VaultID, _ state: inout KeyState, _ recoveryKey: SecretBuffer?, at wall: Int64
  ) throws {
    state.backup += 1
    state.recoveryDigest = []
    let key = try BackupKey(of: vault, generation: state.backup, random: random)
    let name = WrappedKey.backup(generation: state.backup)
    load(try key.wrapKey(), as: .backup(state.backup))
    if let recoveryKey {
      state.recovery += 1
      state.recoverySince = wall
      let wrapper = try RecoveryKey(recoveryKey).wrapKey(for: vault, generation: state.recovery)
      let record = try wrapper.wrap(key, random: random)
      state.recoveryDigest = try sha256(record).bytes
      try store.put(
        WrapRow(WrapPlace(name, under: .recovery(state.recovery)), record: record))
    }
    try put(name, under: state.roots) { try $0.wrap(key, random: random) }
  }

  /// Refuses a root key that does not count: one of before, or one under which not every key is wrapped yet.
  func requireCounting(_ state: KeyState) throws {
    if root == state.root { return }
    guard root == state.next else { throw EngineFault.replacedRootKey }
    guard state.progress != .wrapping else { throw EngineFault.unreadyRootKey }
  }

  /// Whether the wraps of the vault's own keys are those that the head names: nobody has taken one away, and the one
  /// that nothing here can open is as it was made.
  func verify(_ state: KeyState) throws {
    for key in state.own {
      let stored = try wraps(of: key)
      for wrapper in state.wrappers(of: key) {
        guard let row = stored.first(where: { $0.place.wrapper == wrapper }) else {
          if state.progress == .wrapping { continue }
          throw Tampering(key)
        }
        if case .recovery = wrapper, try sha256(row.record).bytes != state.recoveryDigest {
          throw Tampering("wrap", "recovery key")
        }
      }
    }
  }

  /// Whether a key opens another, as that is stored under it.
  func proves(_ key: WrappedKey, under wrapper: Wrapper) throws -> Bool {
    guard let entry = loaded[wrapper],
      let row = try wraps(of: key).first(where: { $0.place.wrapper == wrapper })
    else { return false }
    do {
      _ = try entry.key.rewrap(row.record, of: key, under: entry.key, random: random)
      return true
    } catch CryptoFault.doesNotOpen { return false }
  }

  /// Takes the keys of an environment out.
  func deleteKeys(of environment: Int64) throws {
    let place = WrapPlace(.environment(environment, generation: 1), under: .root(root))
    try store.deleteWraps(kind: place.kind, id: place.id)
  }

  /// Takes an environment's keys before one of them out.
  func deleteKeys(of environment: Int64, before generation: UInt32) throws {
    let place = WrapPlace(.environment(environment, generation: generation), under: .root(root))
    try store.deleteWraps(kind: place.kind, id: place.id, before: place.generation)
  }

  private func derived(_ key: WrappedKey) -> [WrapRow] {
    guard case .state = key, let derivedState else { return [] }
    return [WrapRow(WrapPlace(key, under: .root(root)), record: derivedState)]
  }

  private func wraps(of key: WrappedKey) throws -> [WrapRow] {
    let place = WrapPlace(key, under: .root(root))
    return try store.wraps(kind: place.kind, id: place.id, generation: place.generation)
  }
}

/// A key is to be wrapped under one that this process does not have.
struct MissingWrapper: Error {}

extension Tampering {
  init(_ key: WrappedKey) {
    switch key {
    case .environment(let id, _): self.init("wrap", "environment \(id)")
    case .auditSigning: self.init("wrap", "audit signing key")
    case .state: self.init("wrap", "state key")
    case .backup: self.init("wrap", "backup key")
    }
  }
}
