import Promises
import SecretMemory
import Testing

@testable import envgate

/// The parts of a value that a person would call the secret, and those that nobody would.
@Suite struct MaskPartTests {
  @Test(
    .promise(.maskedValues),
    arguments: [
      ("postgres://app:p%40ss-w0rd@db.example:5432/x", ["p%40ss-w0rd", "p@ss-w0rd"]),
      ("redis://:p/w-f00d@cache:6379", ["p/w-f00d"]),
      ("see https://ghp_0123456789abcdef@github.com/x.git", ["ghp_0123456789abcdef"]),
      ("# mail\nexport SMTP_PASS=\"w0rd \\\"q\\\"\" \nPORT=3306\nEMPTY=\n", [#"w0rd "q""#]),
      ("API_TOKEN=f00d # rotate in May\n", ["f00d"]),
      ("db:\n  password: 'f00d-cafe'\n  hosts:\n    - db-1.internal\n", ["f00d-cafe"]),
      (
        "Server=tcp:x.database.windows.net;User ID=app;Password=f00dcafe;Encrypt=True",
        ["f00dcafe"]
      ),
      ("host=db password=f00dcafe dbname=x", ["f00dcafe"]),
      (
        "https://acct.blob.core.windows.net/c?sv=2024&sig=f00d%2Fcafe%3D",
        ["f00d%2Fcafe%3D", "f00d/cafe="]
      ),
      (
        #"{"auths":{"ghcr.io":{"auth":"YXBwOmYwMGQtY2FmZQ=="}}}"#,
        ["app:f00d-cafe", "f00d-cafe"]
      ),
      ("Authorization: Basic YXBwOmYwMGQtY2FmZQ==", ["f00d-cafe"]),
      ("kind: Secret\ndata:\n  key: ZjAwZC1jYWZlCg==\n", ["f00d-cafe"]),
    ])
  func `a password in a URL, field, connection or base64 is hidden by itself`(
    value: String, parts: [String]
  ) throws {
    let pieces = try MaskPatternTests.pieces(value)
    for part in parts {
      #expect(pieces.contains(part), "\(part) is not in \(pieces)")
      #expect(try MaskFilterTests.masked([value], "is \(part).") == "is ***.")
    }
  }

  @Test(
    .promise(.maskedLittleElse),
    arguments: [
      ("PORT=3306\nMODE=fast\n", ["3306", "fast"]), ("https://example.com/path", ["example.com"]),
      ("ssh://git@host/x", ["git@host"]), ("a=b", ["b"]), ("12:34:56", ["34:56", "56"]),
      ("dGVzdA==", ["dGVzdA"]), ("hello-world-token", ["hello", "token"]),
    ])
  func `what only looks like a part is none`(value: String, parts: [String]) throws {
    let pieces = try MaskPatternTests.pieces(value)
    for part in parts { #expect(!pieces.contains(part), "\(part) is in \(pieces)") }
  }

  static let credentials = """
    {
      "clientId": "6d1f2a10-0000-4000-8000-000000000003",
      "clientSecret": "s3cr3t~value",
      "tenantId": "11112222-3333-4444-5555-666677778888",
      "mode": "Production", "on": "true"
    }
    """

  @Test(.promise(.maskedLittleElse))
  func `mask-except: what is no secret stays readable, alone and in its line`() throws {
    let except = ["clientId", "tenantId"]
    let automaton = try MaskFilterTests.automaton([Self.credentials], except: except)
    func masked(_ text: String) -> String {
      String(decoding: MaskFilterTests.masked(automaton, [Array(text.utf8)]), as: UTF8.self)
    }
    let plain = """
      az login 6d1f2a10-0000-4000-8000-000000000003 in 11112222-3333-4444-5555-666677778888
        "clientId": "6d1f2a10-0000-4000-8000-000000000003",
      """
    #expect(masked(plain) == plain)
    #expect(masked("with s3cr3t~value") == "with ***")
    #expect(masked(Self.credentials) == "***")
    // Not valid JSON, and dotenv: the same.
    for value in [
      Self.credentials + ",", "clientId=6d1f2a10-0000-4000\nclientSecret=s3cr3t~value\n",
    ] {
      let pieces = try MaskPatternTests.pieces(value, except: except)
      #expect(!pieces.contains { $0 != value && $0.hasPrefix("6d1f2a10") }, "\(pieces)")
      #expect(pieces.contains("s3cr3t~value"))
    }
    // Under another name it is a secret as any.
    let other = #"{"clientId":"shared-value","password":"shared-value"}"#
    #expect(try MaskPatternTests.pieces(other, except: except).contains("shared-value"))
  }

  @Test(.promise(.maskedLittleElse))
  func `mask-words: common words stay readable, and are told once`() throws {
    let values = [Self.credentials, "production", #"["PRODUCTION",true,"localhost"]"#]
    let patterns = try MaskPatterns(MaskValues(all: values.map { try SecretBuffer(text: $0) }))
    #expect(patterns.words == ["localhost", "production", "true"])
    let log = "deploying to production on localhost: true"
    #expect(try MaskFilterTests.masked(values, log) == log)
    #expect(
      MaskNote.words(patterns.words)
        == "these common words stay readable, although secrets contain them: localhost, production, true"
    )
    #expect(MaskNote.words([]) == nil && MaskNote.short([]) == nil)
    #expect(
      MaskNote.short(["PIN"])?.hasPrefix("PIN is not masked: values shorter than 4") == true)
    #expect(
      CommonWord.all.allSatisfy { $0.utf8.count >= MaskPieces.least && $0 == $0.lowercased() })
  }
}
