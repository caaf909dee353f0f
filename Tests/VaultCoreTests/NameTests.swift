import Promises
import Testing
import VaultCore

@Suite struct `Names` {
  static let letters = Set(UInt8(ascii: "A")...UInt8(ascii: "Z"))
    .union(UInt8(ascii: "a")...UInt8(ascii: "z"))
  static let digits = Set(UInt8(ascii: "0")...UInt8(ascii: "9"))

  /// A text with one byte replaced; nil where the bytes are not UTF-8, which no `String` can hold.
  static func text(_ bytes: [UInt8]) -> String? { String(validating: bytes, as: UTF8.self) }

  @Test(arguments: UInt8.min...UInt8.max)
  func `an environment name admits exactly its grammar, byte for byte`(byte: UInt8) throws {
    let first = Self.letters.union(Self.digits)
    let inner = first.union([0x5F, 0x2E, 0x2D])
    if let text = Self.text([byte, 0x78]) {
      #expect(fault(environment: text) == (first.contains(byte) ? nil : .character(offset: 0)))
    } else {
      #expect(byte >= 0x80)
    }
    if let text = Self.text([0x78, byte, 0x78]) {
      #expect(fault(environment: text) == (inner.contains(byte) ? nil : .character(offset: 1)))
    }
  }

  @Test(arguments: UInt8.min...UInt8.max)
  func `a secret name admits exactly its grammar, byte for byte`(byte: UInt8) throws {
    let lower = Self.letters.filter { $0 >= 0x61 }
    let first = Self.letters.union([0x5F]).subtracting(lower)
    func expected(_ grammar: Set<UInt8>, _ text: String, at offset: Int) -> NameFault? {
      if lower.contains(byte) { return .lowerCase(text.uppercased()) }
      return grammar.contains(byte) ? nil : .character(offset: offset)
    }
    if let text = Self.text([byte, 0x58]) {
      #expect(fault(secret: text) == expected(first, text, at: 0))
    } else {
      #expect(byte >= 0x80)
    }
    if let text = Self.text([0x58, byte, 0x58]) {
      let inner = first.union(Self.digits)
      #expect(fault(secret: text) == expected(inner, text, at: 1))
    }
  }

  @Test(
    .promise(.namesAreASCII),
    arguments: ["é", "\u{212A}EY", "Ａ", "漢", "a\u{301}", "\u{202E}x", "a\u{0}"])
  func `what is not ASCII is no name, however it looks`(text: String) {
    #expect(fault(environment: text) != nil)
    #expect(fault(secret: text) != nil)
  }

  @Test func `a name has 1 to 255 bytes`() {
    #expect(fault(environment: "") == .empty)
    #expect(fault(secret: "") == .empty)
    let longest = String(repeating: "X", count: 255)
    #expect(fault(environment: longest) == nil)
    #expect(fault(secret: longest) == nil)
    #expect(fault(environment: longest + "X") == .tooLong)
    #expect(fault(secret: longest + "X") == .tooLong)
  }

  @Test func `each letter alone: an environment's is folded, a secret's is offered in upper case`()
    throws
  {
    for letter in "abcdefghijklmnopqrstuvwxyz" {
      let lower = "1\(letter)"
      let name = try EnvironmentName(lower.uppercased())
      #expect(name.folded == lower)
      #expect(name == (try EnvironmentName(lower)))
      #expect(fault(secret: "_\(letter)") == .lowerCase("_\(letter.uppercased())"))
    }
  }

  @Test func `environment names are one name without case, and keep their spelling`() throws {
    let name = try EnvironmentName("Prod-EU.1_x")
    #expect(name == (try EnvironmentName("pROD-eu.1_X")))
    #expect(Set([name, try EnvironmentName("PROD-EU.1_X")]).count == 1)
    #expect(name.text == "Prod-EU.1_x")
    #expect(name.folded == "prod-eu.1_x")
    #expect(name != (try EnvironmentName("prod-eu.1-x")))
  }

  @Test func `a secret name in lower case is refused, and the one in upper case offered`() throws {
    #expect(fault(secret: "azure_Credentials2") == .lowerCase("AZURE_CREDENTIALS2"))
    #expect(
      fault(secret: "azure_Credentials2")?.sentence
        == "names are upper case; write AZURE_CREDENTIALS2")
    // A name that is none in upper case either is not offered.
    #expect(fault(secret: "azure-credentials") == .character(offset: 5))
    #expect(try SecretName("A") < SecretName("B"))
  }

  @Test(arguments: ["PATH", "LD_PRELOAD", "BASH_ENV", "GIT_SSH_COMMAND", "ENVGATE_SOCKET"])
  func `a reserved name is a name: what is stored stays readable`(text: String) throws {
    #expect(try SecretName(text).text == text)
  }

  @Test(.promise(.faultsShowNoContent))
  func `a fault speaks of the position and never of the content`() {
    #expect(
      fault(secret: "SECRET VALUE")?.sentence
        == "the character at offset 6 is not allowed")
  }

  private func fault(environment text: String) -> NameFault? {
    do {
      _ = try EnvironmentName(text)
      return nil
    } catch {
      return error
    }
  }

  private func fault(secret text: String) -> NameFault? {
    do {
      _ = try SecretName(text)
      return nil
    } catch {
      return error
    }
  }
}
