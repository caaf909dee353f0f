import SecretMemory
import VaultCore
import VaultCrypto

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

  private let wraps: WrapKeys
  private var fingerprinter: Fingerprinter
  private let random: RandomSource
  private var opener: RecordOpener
  private var entries: [Place: Entry] = [:]
  /// Is told before a ciphertext is opened: what the disk holds then is a promise that a test looks at.
  var onOpening: (() -> Void)?

  private struct Place: Hashable {
    let environment: Int64
    let generation: UInt32

    var key: WrappedKey { .environment(environment, generation: generation) }
  }

  init(
    wraps: WrapKeys, fingerprinter: consuming Fingerprinter, random: RandomSource
  ) throws {
    self.wraps = wraps
    self.fingerprinter = fingerprinter
    self.random = random
    opener = try RecordOpener()
  }

  /// Drops what was unwrapped: a batch rolled back, or somebody else wrote.
  func forget() { entries.removeAll() }

  /// The key that opens a record of an environment. One that does not count any more opens nothing, though somebody
  /// had put it back.
  func entry(of environment: Environment, opening record: [UInt8]) throws -> Entry {
    guard let generation = Envelope.generation(of: record), environment.keys.contains(generation)
    else { throw Tampering("wrap", "environment \(environment.id)") }
    return try entry(Place(environment: environment.id, generation: generation))
  }

  /// The key that seals an environment's records.
  private func entry(of environment: Environment) throws -> Entry {
    try entry(Place(environment: environment.id, generation: environment.keys.current))
  }

  private func entry(_ place: Place) throws -> Entry {
    if let known = entries[place] { return known }
    let entry = Entry(
      try wraps.open(place.key) {
        try $0.unwrapEnvironmentKey($1, of: place.environment, generation: place.generation)
      })
    if entries.count >= Self.mostHeld { entries.removeAll() }
    entries[place] = entry
    return entry
  }

  /// Whether every key of an environment that counts opens.
  func prove(_ environment: Environment) throws {
    for generation in environment.keys.oldest...environment.keys.current {
      _ = try entry(Place(environment: environment.id, generation: generation))
    }
  }

  /// Makes and stores the key of an environment's current generation.
  func create(_ environment: Environment, under wrappers: [Wrapper]) throws {
    let place = Place(environment: environment.id, generation: environment.keys.current)
    let key = try EnvironmentKey(generation: place.generation, random: random)
    try wraps.put(place.key, under: wrappers) {
      try $0.wrap(key, of: environment.id, random: random)
    }
    entries[place] = Entry(key)
  }

  func seal(
    _ value: SecretBuffer, in context: RecordContext, of environment: Environment
  ) throws -> [UInt8] {
    try Envelope.seal(value, in: context, under: entry(of: environment).key, random: random)
  }

  func open(_ item: PendingRelease.Item) throws -> SecretBuffer {
    onOpening?()
    return try opener.open(item.record, in: item.context, under: item.key.key, into: item.room)
  }

  /// Seals anew, under the current key, what a record of an environment holds; the value does not leave VaultCrypto.
  func reseal(
    _ record: [UInt8], from old: RecordContext, to new: RecordContext, of environment: Environment
  ) throws -> [UInt8] {
    do {
      return try Envelope.reseal(
        record, from: old, under: entry(of: environment, opening: record).key, to: new,
        under: entry(of: environment).key, random: random)
    } catch CryptoFault.doesNotOpen {
      throw Tampering("version", "\(old.environment)/\(old.name)/\(old.version)")
    }
  }

  /// Drops the derived key of a record that may not be opened any more.
  func forget(_ record: [UInt8]) { opener.forget(record) }

  /// Takes an environment's keys away: what is left of its records anywhere opens no more.
  func delete(_ environment: Environment) throws {
    try wraps.deleteKeys(of: environment.id)
    forget(environment)
  }

  /// Takes the keys before an environment's current one away, once no record is under them.
  func deleteOld(_ environment: Environment) throws {
    try wraps.deleteKeys(of: environment.id, before: environment.keys.current)
    forget(environment)
  }

  private func forget(_ environment: Environment) {
    for generation in environment.keys.oldest...environment.keys.current {
      entries[Place(environment: environment.id, generation: generation)] = nil
    }
    forgetRecords(of: environment.id)
  }

  /// Drops the derived keys of an environment's records.
  func forgetRecords(of environment: Int64) { opener.forget(environment: environment) }

  func fingerprint(_ value: SecretBuffer) throws -> [UInt8] {
    try fingerprinter.fingerprint(of: value).bytes
  }
}
