import SecretMemory
import StrictJSON
import VaultProtocol

/// `{"environment":…,"name":…,"version":…,"value":…}` and a newline: what `secret.get` answers.
///
/// Carries every value: `value` is a string, or `{"base64":"…"}` where it is not UTF-8 or would be longer
/// escaped than in base64; a reader accepts both.
enum JSONFormat {
  static func text(of answer: SecretValueView) throws -> SecretBuffer {
    var writer = JSONWriter()
    answer.write(to: &writer)
    writer.newline()
    // Safety: the writer lends its bytes for the call, and wipes them at its end.
    return try unsafe writer.withUnsafeBytes { try unsafe .line(around: $0) }
  }
}
