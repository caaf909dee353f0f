public import StrictJSON
public import VaultCore

/// A secret in a list: everything but its value.
public struct SecretView: ListItem, Hashable {
  /// The secret's name.
  public let name: String
  /// Its current version; 0 where nobody has set it yet.
  public let version: Int64
  /// What may be done with that version: `enabled`, `disabled`, `destroyed`; `empty` where there is none.
  public let state: String
  /// How strictly its name is reserved: `never` or `allowable`; nil where it is free, or its gate allows it.
  public let reserved: String?
  /// What a variable of that name steers, where it is reserved.
  public let steers: String?
  /// When that version was set, or the name made, in milliseconds since the epoch.
  public let updated: Int64
  /// The uid that did.
  public let updatedBy: UInt32

  /// What `after` takes to continue behind this one.
  public var cursor: String { name }

  /// Makes the view.
  /// - Parameters:
  ///   - state: that of the current version; nil where there is none yet.
  ///   - reservation: why the name is reserved, where it is and its gate does not allow it.
  public init(
    secret: Secret, state: SecretVersion.State?, reservation: ReservedNames.Reservation? = nil
  ) {
    name = secret.name.text
    version = state == nil ? 0 : secret.current
    self.state = state?.text ?? "empty"
    reserved = reservation?.grade.rawValue
    steers = reservation?.steers
    updated = secret.updated
    updatedBy = secret.updater
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("name", name)
    writer.member("version", version)
    writer.member("state", state)
    writer.nullable("reserved", reserved)
    writer.nullable("steers", steers)
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
    reserved = try object.required("reserved").nullableString()
    steers = try object.required("steers").nullableString()
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
  /// Whether no approved request of the environment has held that name.
  public let isNew: Bool
  /// `disabled`, `destroyed` or `deleted` where that version cannot be read, and so the request cannot be used as it
  /// is; nil where it can.
  public let state: String?
  /// The current version of that secret, where it is another one.
  public let current: Int64?

  /// Makes the view.
  public init(
    _ secret: PinnedSecret, isNew: Bool = false, state: String? = nil, current: Int64? = nil
  ) {
    self.isNew = isNew
    self.state = state
    self.current = current
    name = secret.name.text
    version = secret.version
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("name", name)
    writer.member("version", version)
    if isNew { writer.member("new", true) }
    if let state { writer.member("state", state) }
    if let current { writer.member("current", current) }
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    name = try object.required("name").string()
    version = try object.required("version").integer()
    isNew = try object.optional("new")?.bool() ?? false
    state = try object.optional("state")?.string()
    current = try object.optional("current")?.integer()
  }
}
