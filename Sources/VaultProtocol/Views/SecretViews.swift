public import StrictJSON
public import VaultCore

/// What `secret.set` answers: the version that the value got.
public struct SecretSetView: WireView, Hashable {
  /// The environment's name.
  public let environment: String
  /// The secret's name.
  public let name: String
  /// The new version.
  public let version: Int64

  /// Makes the view.
  public init(environment: String, name: SecretName, version: Int64) {
    self.environment = environment
    self.name = name.text
    self.version = version
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("environment", environment)
    writer.member("name", name)
    writer.member("version", version)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    environment = try object.required("environment").string()
    name = try object.required("name").string()
    version = try object.required("version").integer()
  }
}

/// A secret in a list: everything but its value.
public struct SecretView: ListItem, Hashable {
  /// The secret's name.
  public let name: String
  /// Its current version.
  public let version: Int64
  /// When that version was set, in milliseconds since the epoch.
  public let updated: Int64
  /// The uid that set it.
  public let updatedBy: UInt32

  /// What `after` takes to continue behind this one.
  public var cursor: String { name }

  /// Makes the view.
  public init(secret: Secret) {
    name = secret.name.text
    version = secret.current
    updated = secret.updated
    updatedBy = secret.updater
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("name", name)
    writer.member("version", version)
    writer.member("updated", time: updated)
    writer.member("updated_by", Int64(updatedBy))
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    name = try object.required("name").string()
    version = try object.required("version").integer()
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
