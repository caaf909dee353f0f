import SecretMemory
import Testing

@testable import VaultCrypto

private struct HKDFVector: Sendable {
  let key: [UInt8]
  let salt: [UInt8]
  let info: [UInt8]
  let extracted: String
  let expanded: String
}

@Suite struct `Key derivation` {
  private static let vectors = [
    HKDFVector(
      key: [UInt8](repeating: 0x0b, count: 22), salt: Array(0x00...0x0c), info: Array(0xf0...0xf9),
      extracted: "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
      expanded: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
        + "34007208d5b887185865"),
    HKDFVector(
      key: Array(0x00...0x4f), salt: Array(0x60...0xaf), info: Array(0xb0...0xff),
      extracted: "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
      expanded: "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
        + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
        + "cc30c58179ec3e87c14c01d5c1f3434f1d87"),
    HKDFVector(
      key: [UInt8](repeating: 0x0b, count: 22), salt: [], info: [],
      extracted: "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
      expanded: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
        + "9d201395faa4b61a96c8"),
  ]

  @Test(arguments: vectors.indices)
  func `agrees with RFC 5869`(index: Int) throws {
    let vector = Self.vectors[index]
    var extracted = [UInt8](repeating: 0, count: 32)
    try extracted.withUnsafeMutableBytes { output in
      try vector.salt.withUnsafeBytes { salt in
        try vector.key.withUnsafeBytes { try HKDF.extract(salt: salt, key: $0, into: output) }
      }
    }
    #expect(extracted == (try hex(vector.extracted)))
    let expected = try hex(vector.expanded)
    var expanded = [UInt8](repeating: 0, count: expected.count)
    try expanded.withUnsafeMutableBytes { output in
      try vector.info.withUnsafeBytes { info in
        try extracted.withUnsafeBytes { try HKDF.expand($0, info: info, into: output) }
      }
    }
    #expect(expanded == expected)
  }

  private static let codes: [(key: [UInt8], message: [UInt8], code: String)] = [
    (
      [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
      "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
        + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
    ),
    (
      [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
      "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
        + "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"
    ),
    (
      Array(0x01...0x19), [UInt8](repeating: 0xcd, count: 50),
      "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db"
        + "a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
        + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"
    ),
  ]

  @Test(arguments: codes.indices)
  func `HMAC-SHA-512 agrees with RFC 4231, again and again, in one piece or two`(
    index: Int
  ) throws {
    let (key, message, expected) = Self.codes[index]
    let context = try key.withUnsafeBytes { try HMACBox(HMACContext(.sha512, key: $0)) }
    for cut in [0, 1, message.count / 2, message.count] {
      var code = [UInt8](repeating: 0, count: 64)
      try code.withUnsafeMutableBytes { output in
        try message.withUnsafeBytes { message in
          try context.context.authenticate(
            UnsafeRawBufferPointer(rebasing: message[..<cut]),
            UnsafeRawBufferPointer(rebasing: message[cut...]), into: output)
        }
      }
      #expect(code == (try hex(expected)), "cut at \(cut)")
    }
  }

  @Test(
    arguments: [
      (0x3_00_00_0B_0, true), (0x3_00_00_0C_0, false), (0x3_00_00_13_0, false),
      (0x3_01_00_00_0, true),
      (0x3_01_00_03_0, true), (0x3_01_00_04_0, false), (0x3_05_00_00_0, false),
      (0x1_01_01_1F_F, true),
    ] as [(UInt, Bool)])
  func `refuses a library with CVE-2023-5363`(version: UInt, refused: Bool) {
    #expect(isSupported(libraryVersion: version) == !refused)
  }

  @Test func `accepts the library that is installed`() {
    #expect(throws: Never.self) { try checkLibraryVersion() }
  }
}

/// Lets a context be made inside a closure, which cannot return what is not copyable.
private final class HMACBox {
  var context: HMACContext

  init(_ context: consuming HMACContext) {
    self.context = context
  }
}

@Suite struct `A root key` {
  @Test(arguments: [0, 31, 33, 64])
  func `has 32 bytes and no other number`(count: Int) {
    #expect(throws: CryptoFault.malformedKey) {
      let key = try RootKey(secret([UInt8](repeating: 1, count: count)))
      _ = consume key
    }
  }

  @Test func `is told from another by its check value, for one vault`() throws {
    let root = try rootKey(1)
    let check = try root.checkValue(for: vault(7))
    #expect(try rootKey(1).checkValue(for: vault(7)) == check)
    #expect(try rootKey(2).checkValue(for: vault(7)) != check)
    #expect(try root.checkValue(for: vault(8)) != check)
  }

  @Test func `gives each purpose and vault a key of its own`() throws {
    let root = try rootKey(1)
    var keys: Set<[UInt8]> = []
    for seed in [7, 8] as [UInt8] {
      let vault = try vault(seed)
      keys.insert(try root.stateKey(for: vault).key.bytes())
      keys.insert(try root.checkValue(for: vault).bytes)
    }
    #expect(keys.count == 4)
  }
}
