import SecretMemory
import Testing

@testable import VaultCrypto

// What is stored must still open in ten years. The answers here were computed from the articles by
// an implementation of its own, in another language over another library's AES-GCM; a change that
// breaks one of them needs a new version of the format.

private let header = "0100000007404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
private let wrapHeader =
  "0100000004404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
  + "094fb639b7333e7f8f60692c643783118515b2f8d87eb478ba1217becc876b66"
  + "808182838485868788898a8b79a953dc68f94308b4e048ffc9c8ceb35a3d69267ed1d0f3c913b2442d788c05"

/// Gives the salt 40…5f and the nonce 80…8b.
private let scripted = RandomSource { region in
  let first: UInt8 = region.count == 32 ? 0x40 : 0x80
  for index in region.indices { region[index] = first + UInt8(index) }
}

private func countingKey() throws -> SecretKey {
  let bytes = Array(0..<32 as Range<UInt8>)
  return try SecretKey(copying: bytes.span.bytes)
}

@Suite struct `What is stored keeps its format` {
  @Test func `a record`() throws {
    let expected =
      header + "8e5c44d9d503fca28d80d4c14d51068bc59621e1806dd3bda0d194970a42655c"
      + "808182838485868788898a8b6559279ae01119fa6788604f9ed66b265f73d9cf53"
    let key = EnvironmentKey(key: try countingKey(), generation: 7)
    let context = RecordContext(
      vault: try vault(1), environment: 5, name: "AZURE_CREDENTIALS", version: 3)
    let record = try Envelope.seal(secret("value"), in: context, under: key, random: scripted)
    #expect(Hexadecimal.encode(record) == expected)
    let value = try Envelope.open(hex(expected), in: context, under: key)
    #expect(value.bytes == Array("value".utf8))
  }

  @Test func `wrapped keys`() throws {
    let wrapKey = try rootKey(1).wrapKey(for: vault(1), generation: 4)
    let environment = EnvironmentKey(key: try countingKey(), generation: 7)
    let wrapped = try wrapKey.wrap(environment, of: 5, random: scripted)
    #expect(Hexadecimal.encode(wrapped) == wrapHeader + "60192ce562ee4f8977633a0953b10ee7")
    let seed = try countingKey()
    let signing = try SigningKey(seed: seed)
    let wrappedSigning = try wrapKey.wrap(signing, keyGeneration: 1, random: scripted)
    #expect(Hexadecimal.encode(wrappedSigning) == wrapHeader + "0fa42f1c654c2eafe58b6f700db7f5ea")
  }

  @Test func `keys from the root key`() throws {
    let root = try rootKey(1)
    let vault = try vault(1)
    let check = try root.checkValue(for: vault)
    #expect(check.hex == "e5144da6e04e1690221009da8d12644b4d0775713221dfb9382a88555d5bdb1c")
    let state = try root.stateKey(for: vault).key.bytes()
    #expect(
      Hexadecimal.encode(state)
        == "d837d3a69bb4e1e490c0b3eb8b12d9214a3f1cae3a18084b2d73f8306ad7c505")
  }

  @Test func `keys under the root, the backup and the recovery key`() throws {
    let vault = try vault(1)
    let wrapKey = try rootKey(1).wrapKey(for: vault, generation: 4)
    let state = StateKey(key: try countingKey(), vault: vault)
    #expect(
      Hexadecimal.encode(try wrapKey.wrap(state, keyGeneration: 1, random: scripted))
        == wrapHeader + "7d09c213ad2e699ccf3b4ca4c4bfca4b")
    let backup = BackupKey(key: try countingKey(), vault: vault, generation: 3)
    #expect(
      Hexadecimal.encode(try wrapKey.wrap(backup, random: scripted))
        == wrapHeader + "d74506fa60466870a22c28d67f4303d8")
    let environment = EnvironmentKey(key: try countingKey(), generation: 7)
    #expect(
      Hexadecimal.encode(try backup.wrapKey().wrap(environment, of: 5, random: scripted))
        == "0100000003404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
        + "53aa09765affaec427190a792d9713ea4bc98139027cd10a61d60e14ad315153"
        + "808182838485868788898a8b6548c3753d3577de4a8a0aa49e655e9f76335cd0bf9977de3f7faed6d2851efb"
        + "c75b1ab67a4762df9da96b149785c01f")
    let recovery = try RecoveryKey(
      secret("egk1_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq2Pt19c"))
    #expect(
      Hexadecimal.encode(
        try recovery.wrapKey(for: vault, generation: 2).wrap(backup, random: scripted))
        == "0100000002404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
        + "1707bacac5e2e63329740475a8194d3e24d358c00dc0a7f549248a25ad26a13a"
        + "808182838485868788898a8b44b03c5e6c2e283f3dcc714190b1e2f4b3cd49e18dd41130b8a1adc7604d75e5"
        + "3dcf3b0738fb085b7ed8630502935bed")
  }

  @Test func `row seals, the tag of a set, and fingerprints`() throws {
    let state = try rootKey(1).stateKey(for: vault(1))
    var sealer = try RowSealer(state)
    let sealed = try sealer.seal(
      table: "environment", key: [1, 2], revision: 7, content: [3, 4, 5])
    #expect(sealed.seal.hex == "cd1610623d64c0e454ffda200b7722bd42f44a23b4b91b62aa8b5e8a6df327cd")
    #expect(sealed.leaf.hex == "2ebcfc7bc53141141526b14d55e95061b61b1b06c95beaeb2dd9ff450a98f8fc")
    var sum = SetAccumulator()
    sum.add(sealed.leaf)
    sum.add(sealed.leaf)
    let tag = try sealer.tag(of: sum, name: "live")
    #expect(tag.hex == "cd0fad1f2061986be165a1efe3d85c4eb3cb3c9eef1aff749799161504877203")
    var fingerprinter = try Fingerprinter(state)
    let print = try fingerprinter.fingerprint(of: secret("value"))
    #expect(print.hex == "7bf9e49911b2dfad7ff3e322331cecc580d18e45ddba84ec4535f6067716c1c0")
  }

  @Test func `a ticket's checksum`() throws {
    let ticket = "egr1_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq0cqsRh"
    #expect(throws: Never.self) { _ = try Ticket.hash(of: secret(ticket)) }
  }
}
