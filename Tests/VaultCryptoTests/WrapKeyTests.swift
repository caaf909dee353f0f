import SecretMemory
import Testing

@testable import VaultCrypto

@Suite struct `A wrapped key` {
  @Test func `is the same key again`() throws {
    let wrapKey = try rootKey(1).wrapKey(for: vault(1), generation: 4)
    let key = try environmentKey(9, generation: 3)
    let wrapped = try wrapKey.wrap(key, of: 5, random: .system)
    #expect(wrapped.count == 129)
    let again = try wrapKey.unwrapEnvironmentKey(wrapped, of: 5, generation: 3)
    #expect(again.key.bytes() == key.key.bytes())
    #expect(again.generation == 3)

    let signing = try SigningKey(random: .system)
    let wrappedSigning = try wrapKey.wrap(signing, keyGeneration: 1, random: .system)
    let signingAgain = try wrapKey.unwrapSigningKey(wrappedSigning, keyGeneration: 1)
    #expect(signingAgain.publicKey == signing.publicKey)
  }

  @Test func `opens for its owner, generation, kind, vault and root key alone`() throws {
    let root = try rootKey(1)
    let wrapKey = try root.wrapKey(for: vault(1), generation: 4)
    let wrapped = try wrapKey.wrap(environmentKey(9, generation: 3), of: 5, random: .system)
    let again = try wrapKey.unwrapEnvironmentKey(wrapped, of: 5, generation: 3)
    #expect(again.generation == 3)
    expectRefusal(wrapped, of: 6, generation: 3, under: wrapKey)
    expectRefusal(wrapped, of: 5, generation: 2, under: wrapKey)
    expectRefusal(
      wrapped, of: 5, generation: 3, under: try rootKey(2).wrapKey(for: vault(1), generation: 4))
    expectRefusal(
      wrapped, of: 5, generation: 3, under: try root.wrapKey(for: vault(2), generation: 4))
    expectRefusal(
      wrapped, of: 5, generation: 3, under: try root.wrapKey(for: vault(1), generation: 5))

    let signing = try wrapKey.wrap(SigningKey(random: .system), keyGeneration: 3, random: .system)
    expectRefusal(signing, of: 0, generation: 3, under: wrapKey)
    #expect(throws: CryptoFault.doesNotOpen) {
      _ = try wrapKey.unwrapSigningKey(signing, keyGeneration: 4).publicKey
    }
    let ownerless = try wrapKey.wrap(environmentKey(9, generation: 3), of: 0, random: .system)
    #expect(throws: CryptoFault.doesNotOpen) {
      _ = try wrapKey.unwrapSigningKey(ownerless, keyGeneration: 3).publicKey
    }
  }

  @Test func `goes from one key above it to another, and is the same key there`() throws {
    let old = try rootKey(1).wrapKey(for: vault(1), generation: 4)
    let new = try BackupKey(of: vault(1), generation: 2, random: .seeded(3)).wrapKey()
    let key = try environmentKey(9, generation: 3)
    let wrapped = try old.wrap(key, of: 5, random: .system)
    let name = WrappedKey.environment(5, generation: 3)
    let again = try old.rewrap(wrapped, of: name, under: new, random: .system)
    #expect(
      try new.unwrapEnvironmentKey(again, of: 5, generation: 3).key.bytes() == key.key.bytes())
    expectRefusal(again, of: 5, generation: 3, under: old)
    for other in [WrappedKey.environment(6, generation: 3), .environment(5, generation: 2)] {
      #expect(throws: CryptoFault.doesNotOpen) {
        _ = try old.rewrap(wrapped, of: other, under: new, random: .system)
      }
    }
    for other in [WrappedKey.state(generation: 3), .backup(generation: 3)] {
      #expect(throws: CryptoFault.doesNotOpen) {
        _ = try old.rewrap(wrapped, of: other, under: new, random: .system)
      }
    }
  }

  @Test func `is a backup or state key for its kind, vault and key above it alone`() throws {
    let backup = try BackupKey(of: vault(1), generation: 2, random: .seeded(3))
    let text = try RecoveryKey.generate(random: .seeded(4))
    let recovery = try RecoveryKey(text).wrapKey(for: vault(1), generation: 1)
    let wrapped = try recovery.wrap(backup, random: .system)
    let again = try recovery.unwrapBackupKey(wrapped, generation: 2)
    #expect(again.key.bytes() == backup.key.bytes())
    let others: [(text: SecretBuffer, vault: UInt8, generation: UInt32, key: UInt32)] = [
      (try RecoveryKey.generate(random: .seeded(5)), 1, 1, 2), (text, 2, 1, 2), (text, 1, 2, 2),
      (text, 1, 1, 3),
    ]
    for other in others {
      #expect(throws: CryptoFault.doesNotOpen) {
        _ = try RecoveryKey(other.text).wrapKey(
          for: vault(other.vault), generation: other.generation
        ).unwrapBackupKey(wrapped, generation: other.key).generation
      }
    }
    #expect(throws: CryptoFault.doesNotOpen) {
      _ = try recovery.unwrapStateKey(wrapped, keyGeneration: 2).vault
    }
  }

  @Test func `does not open with any bit of it changed or any byte missing`() throws {
    let wrapKey = try rootKey(1).wrapKey(for: vault(1), generation: 1)
    let wrapped = try wrapKey.wrap(environmentKey(9), of: 5, random: .system)
    for bit in 0..<wrapped.count * 8 {
      var changed = wrapped
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      expectRefusal(changed, of: 5, generation: 1, under: wrapKey, "bit \(bit)")
    }
    for count in 0..<wrapped.count {
      expectRefusal(Array(wrapped[..<count]), of: 5, generation: 1, under: wrapKey)
    }
  }

  @Test func `is no record, and a record no wrapped key`() throws {
    // The same 32 bytes as environment key and as wrapping key: the types forbid it.
    let bytes = [UInt8](repeating: 3, count: 32)
    let environmentKey = EnvironmentKey(
      key: try SecretKey(copying: bytes.span.bytes), generation: 1)
    let wrapKey = WrapKey(
      key: try SecretKey(copying: bytes.span.bytes), vault: try vault(1), generation: 1)
    let context = RecordContext(vault: try vault(1), environment: 5, name: "", version: 1)
    let record = try Envelope.seal(
      secret([UInt8](repeating: 8, count: 32)), in: context, under: environmentKey,
      random: .system)
    expectRefusal(record, of: 5, generation: 1, under: wrapKey)
    let wrapped = try wrapKey.wrap(environmentKey, of: 5, random: .system)
    #expect(throws: CryptoFault.doesNotOpen) {
      _ = try Envelope.open(wrapped, in: context, under: environmentKey)
    }
  }
}

/// Expects the one error that all refusals share.
private func expectRefusal(
  _ wrapped: [UInt8], of environment: Int64, generation: UInt32, under wrapKey: borrowing WrapKey,
  _ what: String = "", at location: SourceLocation = #_sourceLocation
) {
  do {
    let key = try wrapKey.unwrapEnvironmentKey(wrapped, of: environment, generation: generation)
    Issue.record("opened, generation \(key.generation), \(what)", sourceLocation: location)
  } catch {
    #expect(error as? CryptoFault == .doesNotOpen, "\(what)", sourceLocation: location)
  }
}
