import SecretMemory
import Testing
import VaultCore

@testable import envgate

/// The secrets of JSON files, as other vaults write them.
@Suite struct JSONImportTests {
  private func read(_ text: String, mapsNames: Bool = false) throws -> ImportFile {
    try ImportFile.read(SecretBuffer(text: text), mapsNames: mapsNames)
  }

  private func told(_ text: String, mapsNames: Bool = false) throws -> [String] {
    try read(text, mapsNames: mapsNames).batches.flatMap { batch in
      batch.entries.map { entry in
        let value = entry.value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        return "\(batch.environment?.text ?? "-")/\(entry.name.text)=\(value)"
      }
    }
  }

  private func fault(_ text: String, mapsNames: Bool = false) -> String {
    do { _ = try told(text, mapsNames: mapsNames) } catch let fault as CommandFault {
      return "\(fault.reason): \(fault.sentence)"
    } catch { return "\(error)" }
    return "none"
  }

  @Test(
    arguments: [
      (#" {"A":"1","B":"x\ny\"z"}"#, ["-/A=1", "-/B=x\ny\"z"]),
      (
        #"{"production":{"A":"1"},"staging":{"A":"2","B":""}}"#,
        ["production/A=1", "staging/A=2", "staging/B="]
      ),
      (
        #"[{"name":"A","value":"1","tags":null,"id":"https://v.vault.azure.net/secrets/A/1"}]"#,
        ["-/A=1"]
      ),
      (
        #"{"attributes":{"enabled":true},"contentType":null,"id":"https://v/secrets/A","name":"A","value":"1"}"#,
        ["-/A=1"]
      ),
      (
        #"{"request_id":"r","lease_id":"","data":{"data":{"A":"1"},"metadata":{"version":2}},"warnings":null}"#,
        ["-/A=1"]
      ),
      (#"{"request_id":"r","lease_id":"","data":{"A":"1","B":"2"}}"#, ["-/A=1", "-/B=2"]),
    ] as [(String, [String])])
  func `are read in each form`(text: String, told: [String]) throws {
    #expect(try self.told(text) == told)
  }

  @Test func `have their names mapped where that was asked for, and each is told`() throws {
    let text = #"{"my-secret":"1","app.db/url":"2","B":"3"}"#
    #expect(
      fault(text)
        == #"name.case: byte 13: "my-secret" is not a valid name for a secret; rename it, or add --map-names to import it as MY_SECRET; nothing was imported"#
    )
    let file = try read(text, mapsNames: true)
    #expect(file.batches[0].entries.map(\.name.text) == ["MY_SECRET", "APP_DB_URL", "B"])
    #expect(file.mapped.map(\.from) == ["my-secret", "app.db/url"])
    #expect(
      fault(#"{"a-b":"1","a.b":"2"}"#, mapsNames: true).contains(
        #""a-b" and "a.b" both become A_B; rename one of them"#))
    #expect(fault(#"{"1a":"x"}"#, mapsNames: true).contains("is not a valid name for a secret"))
    // The upper case of a dotless i and of a long s is a letter of ASCII.
    for name in ["to\u{131}en", "\u{17F}ecret", "\u{FB01}le"] {
      #expect(
        fault("{\"\(name)\":\"x\"}", mapsNames: true).contains("is not a valid name for a secret"))
    }
  }

  @Test func `begin behind a byte order mark, as some programs of Windows write one`() throws {
    #expect(try told("\u{FEFF} {\"A\":\"x\"}") == told(#"{"A":"x"}"#))
  }

  @Test(
    arguments: [
      (#"{"A":7}"#, "byte 5: the value of A is not a string"),
      (#"{"A":null}"#, "byte 5: the value of A is not a string"),
      (#"{"p":{"A":"1"},"B":"topsecret"}"#, "byte 19: either every member is an environment"),
      (#"{"a b":{"A":"1"}}"#, "is not a valid environment name"),
      (#"{"A":"topsecret","A":"2"}"#, "duplicate_key"),
      (#"{"A":"topsecret""#, "not JSON that envgate can import"),
      (#"[{"name":"A"}]"#, "missing_member"),
      (#"["topsecret"]"#, "wrong_type"),
      (#"[{"name":["topsecret"],"value":"x"}]"#, "wrong_type"),
    ])
  func `are refused whole, at the byte, and no value is repeated`(text: String, sentence: String) {
    let fault = fault(text)
    #expect(fault.contains(sentence), "\(fault)")
    #expect(fault.hasSuffix("nothing was imported") && !fault.contains("topsecret"), "\(fault)")
  }
}
