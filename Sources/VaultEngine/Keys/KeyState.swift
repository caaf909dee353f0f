import VaultCore
import VaultCrypto
import VaultStore

/// Which keys of the vault count, in the sealed head: whoever can write the database can put an old key or an old wrap
/// back, but not bring it into use.
struct KeyState: Equatable {
  /// How far the stored wraps are what this says.
  enum Progress: UInt8 {
    /// Each key is wrapped under each one that is to open it, and under no other.
    case settled = 0
    /// Some are still to be wrapped.
    case wrapping = 1
    /// Some are still wrapped under a key that is not to open them.
    case sweeping = 2
  }

  /// The root key that counts, from 1.
  var root: UInt32 = 1
  /// Since when, in milliseconds since the epoch; 0: since the vault was made.
  var rootSince: Int64 = 0
  /// The root key that is to follow it; 0 where there is none.
  var next: UInt32 = 0
  /// When its rotation began.
  var nextSince: Int64 = 0
  /// The key of seals and fingerprints; the first is derived from the first root key.
  var state: UInt32 = 1
  /// The key of backups; 0 before the first.
  var backup: UInt32 = 0
  /// The recovery key that opens it; 0 where there is none.
  var recovery: UInt32 = 0
  /// Since when there is that one.
  var recoverySince: Int64 = 0
  /// SHA-256 of the backup key as it is wrapped under it, since nothing in the daemon can open that; empty where there
  /// is none.
  var recoveryDigest: [UInt8] = []
  var progress = Progress.wrapping

  /// The key that signs the audit chain.
  static let signing: UInt32 = 1
  /// A vault that was made before there were several keys. It has no backup key yet.
  static let first = KeyState()

  /// The keys under which the others are wrapped.
  var wrappers: [Wrapper] {
    roots + (backup > 0 ? [.backup(backup)] : [])
  }

  /// The root keys that open the vault.
  var roots: [Wrapper] { next > 0 ? [.root(root), .root(next)] : [.root(root)] }

  /// Those under which one key is to be wrapped; none where it does not count any more. Of an environment's the
  /// environment says whether it does.
  func wrappers(of key: WrappedKey) -> [Wrapper] {
    switch key {
    case .environment: wrappers
    case .auditSigning(let generation): generation == Self.signing ? wrappers : []
    case .state(let generation): generation == state ? wrappers : []
    case .backup(let generation):
      generation != backup ? [] : roots + (recovery > 0 ? [.recovery(recovery)] : [])
    }
  }

  /// The keys that the vault has once.
  var own: [WrappedKey] {
    [.auditSigning(generation: Self.signing), .state(generation: state)]
      + (backup > 0 ? [.backup(generation: backup)] : [])
  }
}

extension KeyState: Canonical {
  func encode(into encoder: inout CanonicalEncoder) {
    for generation in [root, next, state, backup, recovery] { encoder.integer(Int64(generation)) }
    for time in [rootSince, nextSince, recoverySince] { encoder.integer(time) }
    encoder.bytes(recoveryDigest)
    encoder.byte(progress.rawValue)
  }

  init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    (root, next, state) = (
      try decoder.generation(), try decoder.generation(), try decoder.generation()
    )
    (backup, recovery) = (try decoder.generation(), try decoder.generation())
    (rootSince, nextSince) = (try decoder.integer(), try decoder.integer())
    (recoverySince, recoveryDigest) = (try decoder.integer(), try decoder.bytes())
    guard root > 0, next == 0 || next > root, state > 0,
      let progress = Progress(rawValue: try decoder.byte())
    else { throw DecodingFault() }
    self.progress = progress
  }
}

/// A key that encrypts others.
enum Wrapper: Hashable {
  case root(UInt32)
  case backup(UInt32)
  case recovery(UInt32)
}

extension WrapPlace {
  init(_ key: WrappedKey, under wrapper: Wrapper) {
    let kind: Int64 =
      switch key {
      case .environment: 1
      case .auditSigning: 2
      case .state: 3
      case .backup: 4
      }
    let (under, generation): (Int64, UInt32) =
      switch wrapper {
      case .root(let generation): (1, generation)
      case .backup(let generation): (2, generation)
      case .recovery(let generation): (3, generation)
      }
    self.init(
      kind: kind, id: key.owner, generation: Int64(key.generation), under: under,
      underGeneration: Int64(generation))
  }

  /// Which key it is; nil where nothing is called so.
  var key: WrappedKey? {
    guard let generation = UInt32(exactly: generation) else { return nil }
    return switch (kind, id) {
    case (1, _): .environment(id, generation: generation)
    case (2, 0): .auditSigning(generation: generation)
    case (3, 0): .state(generation: generation)
    case (4, 0): .backup(generation: generation)
    default: nil
    }
  }

  /// What opens it; nil where nothing is called so.
  var wrapper: Wrapper? {
    guard let generation = UInt32(exactly: underGeneration) else { return nil }
    return switch under {
    case 1: .root(generation)
    case 2: .backup(generation)
    case 3: .recovery(generation)
    default: nil
    }
  }
}
