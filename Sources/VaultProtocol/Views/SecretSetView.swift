public import StrictJSON
public import VaultCore

/// What `secret.create` answers.
public struct SecretCreatedView: WireView, Hashable {
  /// The environment's name.
  public let environment: String
  /// The secret's name.
  public let name: String

  /// Makes the view.
  public init(environment: String, name: SecretName) {
    self.environment = environment
    self.name = name.text
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("environment", environment)
    writer.member("name", name)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    environment = try object.required("environment").string()
    name = try object.required("name").string()
  }
}

/// What `secret.set` and `secret.rollback` answer: the version that the value got, and what came with it.
public struct SecretSetView: WireView, Hashable {
  /// What became of the older versions, which have leaked.
  public struct Revocation: Hashable, Sendable {
    /// The versions that were disabled.
    public let disabled: [Int64]
    /// The requests whose grants were revoked.
    public let revoked: [Int64]
    /// Who had read the older versions.
    public let readers: [ReaderView]

    /// Makes it.
    public init(disabled: [Int64], revoked: [Int64], readers: [ReaderView]) {
      self.disabled = disabled
      self.revoked = revoked
      self.readers = readers
    }
  }

  /// The environment's name.
  public let environment: String
  /// The secret's name.
  public let name: String
  /// The new version.
  public let version: Int64
  /// Other environments' secrets that hold the same value, as `production/NAME`.
  public let sameValue: [String]
  /// The versions beyond the newest that were dropped.
  public let pruned: [Int64]
  /// What became of the older versions, where that was asked for.
  public let revocation: Revocation?

  /// Makes the view.
  public init(
    environment: String, name: SecretName, version: Int64, sameValue: [String] = [],
    pruned: [Int64] = [], revocation: Revocation? = nil
  ) {
    self.environment = environment
    self.name = name.text
    self.version = version
    self.sameValue = sameValue
    self.pruned = pruned
    self.revocation = revocation
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("environment", environment)
    writer.member("name", name)
    writer.member("version", version)
    if !sameValue.isEmpty { writer.member("same_value", sameValue) }
    if !pruned.isEmpty { writer.member("pruned", pruned) }
    if let revocation {
      writer.member("disabled", revocation.disabled)
      writer.member("revoked", revocation.revoked)
      writer.member("readers", revocation.readers)
    }
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    environment = try object.required("environment").string()
    name = try object.required("name").string()
    version = try object.required("version").integer()
    sameValue = try object.optional("same_value")?.strings() ?? []
    pruned = try object.optional("pruned")?.integers() ?? []
    if let disabled = object.optional("disabled") {
      revocation = Revocation(
        disabled: try disabled.integers(), revoked: try object.required("revoked").integers(),
        readers: try object.required("readers").views())
    } else {
      revocation = nil
    }
  }
}

/// Somebody who has read a version.
public struct ReaderView: WireView, Hashable {
  /// The version.
  public let version: Int64
  /// The account; nil for a job socket.
  public let uid: UInt32?
  /// Its name, where the account database had one; `socket:NAME` for a job socket.
  public let account: String?
  /// The first read, in milliseconds since the epoch.
  public let first: Int64
  /// The last read.
  public let last: Int64
  /// How many reads there were.
  public let count: Int64

  /// Makes the view.
  public init(
    version: Int64, uid: UInt32?, account: String?, first: Int64, last: Int64, count: Int64
  ) {
    self.version = version
    self.uid = uid
    self.account = account
    self.first = first
    self.last = last
    self.count = count
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("version", version)
    writer.nullable("uid", uid.map { Int64($0) })
    writer.nullable("account", account)
    writer.member("first", time: first)
    writer.member("last", time: last)
    writer.member("count", count)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    version = try object.required("version").integer()
    uid = try object.required("uid").nullableAccountNumber()
    account = try object.required("account").nullableString()
    first = try object.required("first").time()
    last = try object.required("last").time()
    count = try object.required("count").integer()
  }
}
