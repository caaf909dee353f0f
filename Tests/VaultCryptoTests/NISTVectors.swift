import Glibc

@testable import VaultCrypto

/// One case of NIST's CAVP files for AES-256-GCM.
struct NISTCase: Sendable {
  var line = 0
  var key: [UInt8] = []
  var nonce: [UInt8] = []
  var plaintext: [UInt8] = []
  var ciphertext: [UInt8] = []
  var authenticated: [UInt8] = []
  var tag: [UInt8] = []
  var fails = false
}

/// Where test vectors lie; nil when nobody said.
let vectorFolder: String? = getenv("ENVGATE_VECTORS").map { String(cString: $0) }

/// Reads a response file of NIST's CAVP: a case begins with `Count`.
func nistCases(_ name: String) throws -> [NISTCase] {
  guard let vectorFolder, let file = fopen("\(vectorFolder)/nist-gcm/\(name)", "r") else {
    throw VectorFault.unreadable(name)
  }
  defer { fclose(file) }
  var cases: [NISTCase] = []
  var buffer = [CChar](repeating: 0, count: 4_096)
  var line = 0
  while fgets(&buffer, Int32(buffer.count), file) != nil {
    line += 1
    let bytes = buffer.prefix { $0 != 0 && $0 != 13 && $0 != 10 }.map(UInt8.init(bitPattern:))
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.split(separator: "=", maxSplits: 1).map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    guard let field = parts.first else { continue }
    if field == "Count" { cases.append(NISTCase(line: line)) }
    guard var last = cases.popLast() else { continue }
    let value = hexadecimal(parts.count == 2 ? parts[1] : "")
    switch field {
    case "Key": last.key = value ?? []
    case "IV": last.nonce = value ?? []
    case "PT": last.plaintext = value ?? []
    case "CT": last.ciphertext = value ?? []
    case "AAD": last.authenticated = value ?? []
    case "Tag": last.tag = value ?? []
    case "FAIL": last.fails = true
    default: break
    }
    cases.append(last)
  }
  return cases
}

enum VectorFault: Error {
  case unreadable(String)
}
