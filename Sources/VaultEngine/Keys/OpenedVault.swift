import VaultCrypto
import VaultStore

/// What a root key opens of a vault before anything can be verified: the key of the seals.
///
/// Which root key it is says an unsealed row. Whether that one counts says the head, which the key of the seals verifies.
struct OpenedVault: ~Copyable {
  let vault: VaultID
  let wrapKey: WrapKey
  let state: StateKey
  /// The state key as it is to be stored, where it was derived.
  let derivedState: [UInt8]?

  /// The rows of state keys that are looked at: there is one a root, backup or recovery key.
  private static let mostLooked = 64

  init(_ store: Store, by rootKey: borrowing RootKey, random: RandomSource) throws {
    guard let meta = try store.meta(), let vault = VaultID(meta.vault) else {
      throw EngineFault.notInitialized
    }
    let check = try rootKey.checkValue(for: vault)
    let roots = try store.roots()
    guard
      let generation = roots.last(where: { check.isEqual($0.checkValue) })
        .flatMap({ UInt32(exactly: $0.generation) })
    else { throw EngineFault.wrongRootKey }
    let wrapKey = try rootKey.wrapKey(for: vault, generation: generation)
    let stored = try Self.stateKey(in: store, under: .root(generation), wrapKey)
    if let stored {
      state = stored
      derivedState = nil
    } else if roots.count > 1 {
      // A key that is to follow, before the first of the others is wrapped under it.
      throw EngineFault.unreadyRootKey
    } else {
      // A vault that was made before it was wrapped. The head tells whether it is the right one.
      let derived = try rootKey.stateKey(for: vault)
      derivedState = try wrapKey.wrap(
        derived, keyGeneration: KeyState.first.state, random: random)
      state = derived
    }
    self.vault = vault
    self.wrapKey = wrapKey
  }

  /// The newest key of the seals that is wrapped under a key; nil where none is.
  static func stateKey(
    in store: Store, under wrapper: Wrapper, _ wrapKey: borrowing WrapKey
  ) throws -> StateKey? {
    let row = try store.wraps(after: .state, limit: mostLooked).last { row in
      row.place.isStateKey && row.place.wrapper == wrapper
    }
    guard let row, let name = row.place.key else { return nil }
    do {
      return try wrapKey.unwrapStateKey(row.record, keyGeneration: name.generation)
    } catch CryptoFault.doesNotOpen { throw Tampering(name) }
  }
}

extension WrapPlace {
  /// Before the first state key.
  fileprivate static let state = WrapPlace(.state(generation: 0), under: .root(0))

  fileprivate var isStateKey: Bool { if case .state? = key { true } else { false } }
}
