import SecretMemory
import Testing

@testable import VaultCrypto

private struct Vector: Sendable {
  let seed: String
  let publicKey: String
  let message: String
  let signature: String
}

@Suite struct `An Ed25519 key` {
  private static let vectors = [
    Vector(
      seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      message: "",
      signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    Vector(
      seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      message: "72",
      signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    Vector(
      seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      message: "af82",
      signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
  ]

  @Test(arguments: vectors.indices)
  func `agrees with RFC 8032`(index: Int) throws {
    let vector = Self.vectors[index]
    let bytes = try hex(vector.seed)
    let seed = try SecretKey(copying: bytes.span.bytes)
    let key = try SigningKey(seed: seed)
    #expect(key.publicKey.hex == vector.publicKey)
    let signature = try key.sign(hex(vector.message))
    #expect(signature == (try hex(vector.signature)))
    #expect(try key.publicKey.verifies(signature, of: hex(vector.message)))
  }

  @Test func `verifies its own signature of its own message alone`() throws {
    let key = try SigningKey(random: .seeded(1))
    let other = try SigningKey(random: .seeded(2))
    let signature = try key.sign([1, 2, 3])
    #expect(try key.publicKey.verifies(signature, of: [1, 2, 3]))
    #expect(try !key.publicKey.verifies(signature, of: [1, 2]))
    #expect(try !key.publicKey.verifies(signature, of: []))
    #expect(try !other.publicKey.verifies(signature, of: [1, 2, 3]))
    #expect(try !key.publicKey.verifies(signature + [0], of: [1, 2, 3]))
    #expect(try !key.publicKey.verifies([], of: [1, 2, 3]))
    for bit in stride(from: 0, to: 512, by: 7) {
      var changed = signature
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(try !key.publicKey.verifies(changed, of: [1, 2, 3]), "bit \(bit)")
    }
  }

  @Test func `is written and read in one spelling`() throws {
    let key = try SigningKey(random: .seeded(1)).publicKey
    #expect(try PublicKey(key.bytes) == key)
    #expect(key.base64.utf8.count == 44)
    #expect(throws: CryptoFault.malformedKey) { _ = try PublicKey([1, 2, 3]) }
  }
}
