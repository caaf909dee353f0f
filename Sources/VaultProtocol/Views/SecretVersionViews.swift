public import StrictJSON
public import VaultCore

/// A version of a secret in a list.
public struct SecretVersionView: ListItem, Hashable {
  /// Its number.
  public let version: Int64
  /// `enabled`, `disabled` or `destroyed`.
  public let state: String
  /// Whether new requests get it.
  public let isCurrent: Bool
  /// How many live requests are pinned to it.
  public let pinned: Int64
  /// When it was set, in milliseconds since the epoch.
  public let created: Int64
  /// The uid that set it.
  public let createdBy: UInt32
  /// Who has read it, the latest first; empty for those who need not know.
  public let readers: [ReaderView]
  /// How many more have.
  public let moreReaders: Int64

  /// What `after` takes to continue behind this one.
  public var cursor: Int64 { version }

  /// Makes the view.
  public init(
    version: SecretVersion, isCurrent: Bool, pinned: Int, readers: [ReaderView], moreReaders: Int
  ) {
    self.version = version.version
    state = version.state.text
    self.isCurrent = isCurrent
    self.pinned = Int64(pinned)
    created = version.created
    createdBy = version.creator
    self.readers = readers
    self.moreReaders = Int64(moreReaders)
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("version", version)
    writer.member("state", state)
    writer.member("current", isCurrent)
    writer.member("pinned", pinned)
    writer.member("created", time: created)
    writer.member("created_by", Int64(createdBy))
    writer.member("readers", readers)
    writer.member("more_readers", moreReaders)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    version = try object.required("version").integer()
    state = try object.required("state").string()
    isCurrent = try object.required("current").bool()
    pinned = try object.required("pinned").integer()
    created = try object.required("created").time()
    createdBy = try object.required("created_by").accountNumber()
    readers = try object.required("readers").views()
    moreReaders = try object.required("more_readers").integer()
  }
}

/// What `secret.disable`, `secret.enable` and `secret.destroy` answer.
public struct SecretChangedView: WireView, Hashable {
  /// The environment's name.
  public let environment: String
  /// The secret's name.
  public let name: String
  /// The version.
  public let version: Int64
  /// What may be done with it now.
  public let state: String
  /// Of a destroyed one: whether its ciphertext has left the write-ahead log too.
  public let isErased: Bool?

  /// Makes the view.
  public init(environment: String, version: SecretVersion, isErased: Bool?) {
    self.environment = environment
    name = version.name.text
    self.version = version.version
    state = version.state.text
    self.isErased = isErased
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("environment", environment)
    writer.member("name", name)
    writer.member("version", version)
    writer.member("state", state)
    writer.key("erased")
    if let isErased { writer.bool(isErased) } else { writer.null() }
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    environment = try object.required("environment").string()
    name = try object.required("name").string()
    version = try object.required("version").integer()
    state = try object.required("state").string()
    let erased = try object.required("erased")
    isErased = erased.isNull ? nil : try erased.bool()
  }
}

/// What `secret.delete` answers.
public struct SecretDeletedView: WireView, Hashable {
  /// The environment's name.
  public let environment: String
  /// The secret's name.
  public let name: String
  /// How many versions went with it.
  public let versions: Int64
  /// Whether their ciphertexts have left the write-ahead log too.
  public let isErased: Bool

  /// Makes the view.
  public init(environment: String, name: SecretName, versions: Int, isErased: Bool) {
    self.environment = environment
    self.name = name.text
    self.versions = Int64(versions)
    self.isErased = isErased
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("environment", environment)
    writer.member("name", name)
    writer.member("versions", versions)
    writer.member("erased", isErased)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    environment = try object.required("environment").string()
    name = try object.required("name").string()
    versions = try object.required("versions").integer()
    isErased = try object.required("erased").bool()
  }
}
