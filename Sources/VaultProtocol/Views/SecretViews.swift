public import StrictJSON
public import VaultCore

/// A secret in a list: everything but its value.
public struct SecretView: ListItem, Hashable {
  /// The secret's name.
  public let name: String
  /// Its current version.
  public let version: Int64
  /// What may be done with that version: `enabled`, `disabled`, `destroyed`.
  public let state: String
  /// When that version was set, in milliseconds since the epoch.
  public let updated: Int64
  /// The uid that set it.
  public let updatedBy: UInt32

  /// What `after` takes to continue behind this one.
  public var cursor: String { name }

  /// Makes the view.
  public init(secret: Secret, state: SecretVersion.State) {
    name = secret.name.text
    version = secret.current
    self.state = state.text
    updated = secret.updated
    updatedBy = secret.updater
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("name", name)
    writer.member("version", version)
    writer.member("state", state)
    writer.member("updated", time: updated)
    writer.member("updated_by", Int64(updatedBy))
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    name = try object.required("name").string()
    version = try object.required("version").integer()
    state = try object.required("state").string()
    updated = try object.required("updated").time()
    updatedBy = try object.required("updated_by").accountNumber()
  }
}

/// A secret at one version, named in a request or an audit record.
public struct PinnedSecretView: WireView, Hashable {
  /// The secret's name.
  public let name: String
  /// The version.
  public let version: Int64

  /// Makes the view.
  public init(_ secret: PinnedSecret) {
    name = secret.name.text
    version = secret.version
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("name", name)
    writer.member("version", version)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    name = try object.required("name").string()
    version = try object.required("version").integer()
  }
}
