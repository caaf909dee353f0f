import Promises
import Testing

@testable import VaultCrypto

@Suite(.enabled(if: vectorFolder != nil, "ENVGATE_VECTORS names no folder with NIST's vectors"))
struct `AES-256-GCM agrees with NIST` {
  @Test(.promise(.standardCiphers))
  func `on every decryption, those that must fail included`() throws {
    let cases = try nistCases("gcmDecrypt256.rsp")
    #expect(cases.count == 7_875)
    var refused = 0
    for test in cases {
      var context = try GCMContext(nonceCount: test.nonce.count)
      let plaintext: [UInt8]?
      do {
        plaintext = try context.opened(test)
      } catch CryptoFault.doesNotOpen {
        plaintext = nil
        refused += 1
      }
      #expect(plaintext == (test.fails ? nil : test.plaintext), "line \(test.line)")
    }
    #expect(refused == cases.count { $0.fails } && refused > 0)
  }

  @Test(.promise(.standardCiphers))
  func `on every encryption`() throws {
    let cases = try nistCases("gcmEncryptExtIV256.rsp")
    #expect(cases.count == 7_875)
    for test in cases {
      var context = try GCMContext(nonceCount: test.nonce.count)
      let (ciphertext, tag) = try context.sealed(test)
      #expect(ciphertext == test.ciphertext, "line \(test.line)")
      #expect(tag.prefix(test.tag.count).elementsEqual(test.tag), "line \(test.line)")
    }
  }

  @Test func `when one context serves all cases with the nonce and tag of an envelope`() throws {
    var context = try GCMContext()
    var served = 0
    for test in try nistCases("gcmDecrypt256.rsp")
    where test.nonce.count == GCMContext.nonceCount && test.tag.count == GCMContext.tagCount {
      let plaintext = try? context.opened(test)
      #expect(plaintext == (test.fails ? nil : test.plaintext), "line \(test.line)")
      if !test.fails {
        let (ciphertext, tag) = try context.sealed(test)
        #expect(ciphertext == test.ciphertext && tag == test.tag, "line \(test.line)")
      }
      served += 1
    }
    #expect(served == 375)
  }
}

extension GCMContext {
  fileprivate mutating func opened(_ test: NISTCase) throws -> [UInt8] {
    var plaintext = [UInt8](repeating: 0, count: test.ciphertext.count)
    try plaintext.withUnsafeMutableBytes { plaintext in
      try test.ciphertext.withUnsafeBytes { ciphertext in
        try test.tag.withUnsafeBytes { tag in
          try test.key.withUnsafeBytes { key in
            try test.nonce.withUnsafeBytes { nonce in
              try open(
                ciphertext, tag: tag, key: key, nonce: nonce,
                authenticating: (UnsafeRawBufferPointer(start: nil, count: 0), test.authenticated),
                into: plaintext)
            }
          }
        }
      }
    }
    return plaintext
  }

  fileprivate mutating func sealed(_ test: NISTCase) throws -> ([UInt8], [UInt8]) {
    var ciphertext = [UInt8](repeating: 0, count: test.plaintext.count)
    var tag = [UInt8](repeating: 0, count: GCMContext.tagCount)
    try ciphertext.withUnsafeMutableBytes { ciphertext in
      try tag.withUnsafeMutableBytes { tag in
        try test.plaintext.withUnsafeBytes { plaintext in
          try test.authenticated.withUnsafeBytes { authenticated in
            try test.key.withUnsafeBytes { key in
              try test.nonce.withUnsafeBytes { nonce in
                try seal(
                  plaintext, key: key, nonce: nonce, authenticating: (authenticated, []),
                  into: ciphertext, tag: tag)
              }
            }
          }
        }
      }
    }
    return (ciphertext, tag)
  }
}
