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
    let first = Self.letters.union([0x5F])
    if let text = Self.text([byte, 0x78]) {
      #expect(fault(secret: text) == (first.contains(byte) ? nil : .character(offset: 0)))
    } else {
      #expect(byte >= 0x80)
    }
    if let text = Self.text([0x78, byte, 0x78]) {
      let inner = first.union(Self.digits)
      #expect(fault(secret: text) == (inner.contains(byte) ? nil : .character(offset: 1)))
    }
  }

  @Test(arguments: ["é", "\u{212A}EY", "Ａ", "漢", "a\u{301}", "\u{202E}x", "a\u{0}"])
  func `what is not ASCII is no name, however it looks`(text: String) {
    #expect(fault(environment: text) != nil)
    #expect(fault(secret: text) != nil)
  }

  @Test func `a name has 1 to 255 bytes`() {
    #expect(fault(environment: "") == .empty)
    #expect(fault(secret: "") == .empty)
    let longest = String(repeating: "x", count: 255)
    #expect(fault(environment: longest) == nil)
    #expect(fault(secret: longest) == nil)
    #expect(fault(environment: longest + "x") == .tooLong)
    #expect(fault(secret: longest + "x") == .tooLong)
  }

  @Test func `each letter alone is folded: an environment's to lower case, a secret's to upper`()
    throws
  {
    for letter in "abcdefghijklmnopqrstuvwxyz" {
      let lower = "1\(letter)"
      let name = try EnvironmentName(lower.uppercased())
      #expect(name.folded == lower)
      #expect(name == (try EnvironmentName(lower)))
      #expect(try SecretName("_\(letter)").text == "_\(letter.uppercased())")
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

  @Test func `a secret name is kept in upper case`() throws {
    #expect(try SecretName("azure_Credentials2").text == "AZURE_CREDENTIALS2")
    #expect(try SecretName("a") < SecretName("B"))
  }

  @Test(arguments: [
    "PATH", "path", "LD_PRELOAD", "ld_library_path", "LD_", "BASH_ENV", "PYTHONPATH",
    "NODE_OPTIONS", "GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "GITHUB_TOKEN", "Github_Token",
    "RUNNER_TEMP", "ENVGATE_SOCKET", "IFS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "PERL5OPT",
    "RUBYOPT", "SSL_CERT_FILE", "HTTPS_PROXY", "CREDENTIALS_DIRECTORY", "SSH_AUTH_SOCK",
  ])
  func `a name that steers a loader, shell, interpreter or runner is reserved`(text: String) {
    #expect(fault(secret: text) == .reserved(text.uppercased()))
  }

  @Test(arguments: ["AZURE_CREDENTIALS", "PATHS", "MY_PATH", "LD", "GITHUB", "TOKEN", "_", "_PATH"])
  func `a name that merely resembles a reserved one is free`(text: String) {
    #expect(fault(secret: text) == nil)
  }

  @Test func `a fault speaks of the position and never of the content`() {
    #expect(
      fault(secret: "SECRET VALUE")?.sentence
        == "the character at offset 6 is not allowed in a name")
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
