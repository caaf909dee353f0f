public import StrictJSON
public import VaultCore

/// Where a request came from: what the kernel and the daemon know, and no message says.
public struct OriginView: WireView, Hashable {
  /// The number of its connection, in this life of the daemon.
  public let connection: Int64
  /// The pid that the kernel noted when that connection was made; nil where it shows none.
  public let process: Int64?

  /// Makes the view.
  public init(_ origin: RequestOrigin) {
    connection = Int64(clamping: origin.connection)
    process = origin.process.map { Int64($0) }
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("connection", connection)
    writer.nullable("process", process)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    connection = try object.required("connection").integer()
    process = try object.required("process").nullableInteger()
  }
}

/// Live requests that claim to be the same job, by its key: members of `claimed`, where the requester has set one.
public struct SameKeyView: Hashable, Sendable {
  /// The oldest of them, if it is older than this one.
  public let older: Int64?
  /// The newest of them, if it is newer.
  public let newer: Int64?
  /// How many others there are.
  public let count: Int64

  /// Makes the view.
  public init(_ sameKey: RequestLikeness.SameKey) {
    older = sameKey.older
    newer = sameKey.newer
    count = Int64(sameKey.count)
  }

  /// Reads the members; nil where there are none.
  init?(claimed value: JSONValue) throws {
    var object = try value.object()
    guard let count = try object.optional("same_key")?.integer() else { return nil }
    older = try object.optional("older")?.integer()
    newer = try object.optional("newer")?.integer()
    self.count = count
  }

  func writeMembers(to writer: inout JSONWriter) {
    writer.optional("older", older)
    writer.optional("newer", newer)
    writer.member("same_key", count)
  }
}

/// A live request of another connection with the same claims: what the vault knows of it.
public struct TwinView: WireView, Hashable {
  /// Its number.
  public let id: Int64
  /// Where it stands; `waiting`, `approved` or `active`.
  public let state: String
  /// Who made it.
  public let requester: AccountView
  /// When it was made, in milliseconds since the epoch.
  public let created: Int64
  /// Where it came from; nil where that is not known since a restart of the daemon.
  public let origin: OriginView?
  /// Whether it asks for the same versions of the same secrets.
  public let hasSameSecrets: Bool

  /// Makes the view.
  public init(_ twin: RequestLikeness.Twin) {
    id = twin.id
    state = twin.state
    requester = AccountView(twin.requester, account: twin.account)
    created = twin.created
    origin = twin.origin.map { OriginView($0) }
    hasSameSecrets = twin.hasSameSecrets
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("id", id)
    writer.member("state", state)
    writer.key("requester")
    requester.write(to: &writer)
    writer.member("created", time: created)
    writer.key("origin")
    if let origin { origin.write(to: &writer) } else { writer.null() }
    writer.member("same_secrets", hasSameSecrets)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    id = try object.required("id").integer()
    state = try object.required("state").string()
    requester = try AccountView(object.required("requester"))
    created = try object.required("created").time()
    let origin = try object.required("origin")
    self.origin = origin.isNull ? nil : try OriginView(origin)
    hasSameSecrets = try object.required("same_secrets").bool()
  }
}
