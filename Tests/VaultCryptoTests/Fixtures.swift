import SecretMemory
import Testing

@testable import VaultCrypto

/// Bytes from hexadecimal digits, for vectors.
func hex(_ text: String) throws -> [UInt8] {
  try #require(hexadecimal(text), "not hexadecimal: \(text)")
}

/// The same; nil for anything but pairs of digits.
func hexadecimal(_ text: String) -> [UInt8]? {
  let digits = text.compactMap(\.hexDigitValue)
  guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func secret(_ bytes: [UInt8]) throws -> SecretBuffer {
  try SecretBuffer(copying: bytes.span.bytes)
}

func secret(_ text: String) throws -> SecretBuffer {
  try secret(Array(text.utf8))
}

extension SecretBuffer {
  var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension SecretKey {
  borrowing func bytes() -> [UInt8] { withUnsafeBytes { Array($0) } }
}

func vault(_ seed: UInt8) throws -> VaultID {
  try #require(VaultID([UInt8](repeating: seed, count: VaultID.byteCount)))
}

func rootKey(_ seed: UInt8) throws -> RootKey {
  try RootKey(secret([UInt8](repeating: seed, count: 32)))
}

func environmentKey(_ seed: UInt64, generation: UInt32 = 1) throws -> EnvironmentKey {
  try EnvironmentKey(generation: generation, random: .seeded(seed))
}
