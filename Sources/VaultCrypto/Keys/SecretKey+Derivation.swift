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

  /// A new random key.
  static func random(_ random: RandomSource) throws -> SecretKey {
    try unsafe SecretKey { try unsafe random.fill($0) }
  }
}
