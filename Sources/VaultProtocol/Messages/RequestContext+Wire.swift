import StrictJSON
import VaultCore

extension RequestContext {
  /// What a requester says: members of a call, and of what a view tells as claimed.
  static let shape = Shape<RequestContext>(
    Member(optional: "reason", \.reason, .text),
    Member(optional: "ref", \.ref, .text),
    Member(optional: "commit", \.commit, .text),
    Member(optional: "run_url", \.runURL, .text),
    Member(unlessEmpty: "command", \.command, .list(.text)),
    Member(optional: "delivery", \.delivery, .text),
    Member(optional: "key", \.key, .text),
    as: RequestContext.init)

  /// The bytes that it takes on the wire.
  var wireSize: Int {
    var writer = JSONWriter()
    Self.shape.write(object: self, to: &writer)
    return writer.count
  }
}
