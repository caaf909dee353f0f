internal import SecretMemory

extension SecretKey {
  /// A key that HKDF-Expand makes from this one, which is uniformly random already.
  borrowing func expanded(_ label: String) throws -> SecretKey {
    let info = Array(label.utf8)
    return try unsafe withUnsafeBytes { key in
      try unsafe SecretKey { target in
        try unsafe info.withUnsafeBytes {
          try unsafe HKDF.expand(key, info: $0, into: target)
        }
      }
    }
  }

  /// The pseudorandom key that HKDF-Extract makes from this one and a salt.
  borrowing func extracted(salt: UnsafeRawBufferPointer) throws -> SecretKey {
    try unsafe withUnsafeBytes { key in
      try unsafe SecretKey { try unsafe HKDF.extract(salt: salt, key: key, into: $0) }
    }
  }

  /// The key for one use in one vault: HKDF with the vault id as salt, and `envgate/1/` and the purpose as info.
  borrowing func derived(_ purpose: String, for vault: VaultID) throws -> SecretKey {
    let extracted = try unsafe vault.withUnsafeBytes { try unsafe self.extracted(salt: $0) }
    return try extracted.expanded("envgate/1/" + purpose)
  }

  /// A new random key.
  static func random(_ random: RandomSource) throws -> SecretKey {
    try unsafe SecretKey { try unsafe random.fill($0) }
  }
}
