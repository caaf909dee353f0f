import SecretMemory

/// The root key on its way to the commit thread: whoever takes it has the only reference, so its bytes
/// are wiped when the vault's keys are derived, however long the closure that carries this lives.
final class RootKeyHandOver: Sendable {
  private let key: Locked<SecretBuffer?>

  init(_ key: SecretBuffer) {
    self.key = Locked(key)
  }

  /// The key, once; nil from then on.
  func take() -> SecretBuffer? {
    key.withLock { $0.take() }
  }
}
