import StrictJSON
import VaultCore

extension RequestContext {
  /// Writes what was said, and nothing for what was not.
  func writeMembers(to writer: inout JSONWriter) {
    writer.optional("reason", reason)
    writer.optional("ref", ref)
    writer.optional("commit", commit)
    writer.optional("run_url", runURL)
    if !command.isEmpty { writer.member("command", command) }
    writer.optional("delivery", delivery)
    writer.optional("key", key)
  }

  /// The bytes that it takes on the wire.
  var wireSize: Int {
    var writer = JSONWriter()
    writer.beginObject()
    writeMembers(to: &writer)
    writer.endObject()
    return writer.count
  }

  init(claimed value: JSONValue) throws {
    var object = try value.object()
    self.init(
      reason: try object.optional("reason")?.string(), ref: try object.optional("ref")?.string(),
      commit: try object.optional("commit")?.string(),
      runURL: try object.optional("run_url")?.string(),
      command: try object.optional("command")?.array().map { try $0.string() } ?? [],
      delivery: try object.optional("delivery")?.string(),
      key: try object.optional("key")?.string())
  }
}
