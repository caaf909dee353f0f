import SecretMemory
import VaultCore
import VaultCrypto
import VaultStore

/// The environments' keys, unwrapped on demand.
///
/// Invariant: a key never leaves; records are sealed and opened here. `open` is called by the one door
/// alone, after COMMIT.
final class KeyRing {
  /// One environment's key; the reference keeps it alive until a batch that uses it is answered.
  final class Entry {
    let key: EnvironmentKey

    init(_ key: consuming EnvironmentKey) { self.key = key }
  }

  /// No more unwrapped keys than this are held at once.
  static let mostHeld = 1_024

  private let store: Store
  private let vault: VaultID
  private let wrapKey: WrapKey
  private var fingerprinter: Fingerprinter
  private let random: RandomSource
  private var opener: RecordOpener
  private var entries: [Int64: Entry] = [:]
  /// Is told before a ciphertext is opened: what the disk holds then is a promise that a test looks at.
  var onOpening: (() -> Void)?

  init(
    store: Store, vault: VaultID, wrapKey: consuming WrapKey,
    fingerprinter: consuming Fingerprinter, random: RandomSource
  ) throws {
    self.store = store
    self.vault = vault
    self.wrapKey = wrapKey
    self.fingerprinter = fingerprinter
    self.random = random
    opener = try RecordOpener()
  }

  /// Drops what was unwrapped: a batch rolled back, or somebody else wrote.
  func forget() { entries.removeAll() }

  func entry(of environment: Int64) throws -> Entry {
    if let known = entries[environment] { return known }
    guard
      let wrapped = try store.wrap(
        kind: WrapKind.environmentKey, id: environment, generation: 1)?.record
    else { throw Tampering("wrap", "environment \(environment)") }
    let entry: Entry
    do {
      entry = Entry(
        try wrapKey.unwrapEnvironmentKey(wrapped, of: environment, generation: 1))
    } catch CryptoFault.doesNotOpen {
      throw Tampering("wrap", "environment \(environment)")
    }
    if entries.count >= Self.mostHeld { entries.removeAll() }
    entries[environment] = entry
    return entry
  }

  /// Makes and stores a new environment's key.
  func create(environment: Int64) throws {
    let key = try EnvironmentKey(generation: 1, random: random)
    let wrapped = try wrapKey.wrap(key, of: environment, random: random)
    try store.put(
      WrapRow(
        kind: WrapKind.environmentKey, id: environment, generation: 1,
        record: wrapped))
    entries[environment] = Entry(key)
  }

  func seal(_ value: SecretBuffer, in context: RecordContext) throws -> [UInt8] {
    try Envelope.seal(value, in: context, under: entry(of: context.environment).key, random: random)
  }

  func open(_ item: PendingRelease.Item) throws -> SecretBuffer {
    onOpening?()
    return try opener.open(item.record, in: item.context, under: item.key.key, into: item.room)
  }

  /// Seals anew what a record holds; the value does not leave VaultCrypto.
  func reseal(
    _ record: [UInt8], from old: RecordContext, to new: RecordContext
  ) throws -> [UInt8] {
    do {
      return try Envelope.reseal(
        record, from: old, under: entry(of: old.environment).key, to: new,
        under: entry(of: new.environment).key, random: random)
    } catch CryptoFault.doesNotOpen {
      throw Tampering("version", "\(old.environment)/\(old.name)/\(old.version)")
    }
  }

  /// Drops the derived key of a record that may not be opened any more.
  func forget(_ record: [UInt8]) { opener.forget(record) }

  /// Takes an environment's key away: what is left of its records anywhere opens no more.
  func delete(environment: Int64) throws {
    try store.deleteWraps(kind: WrapKind.environmentKey, id: environment)
    entries[environment] = nil
    forgetRecords(of: environment)
  }

  /// Drops the derived keys of an environment's records.
  func forgetRecords(of environment: Int64) { opener.forget(environment: environment) }

  func fingerprint(_ value: SecretBuffer) throws -> [UInt8] {
    try fingerprinter.fingerprint(of: value).bytes
  }
}

/// What the rows of the table `wrap` hold.
enum WrapKind {
  /// An environment's key, by its number.
  static let environmentKey: Int64 = 1
  /// The key that signs the audit chain's head.
  static let auditSigningKey: Int64 = 2
}
