public import StrictJSON
public import VaultCore

/// The daemon, and who the caller is to it.
public struct StatusView: WireView, Hashable {
  /// `running`.
  public let state: String
  /// The daemon's version.
  public let version: String
  /// The version of the protocol; raised only by what a client must know.
  public let protocolVersion: Int64
  /// The vault's id, in hexadecimal.
  public let vault: String
  /// Who the caller is.
  public let you: You
  /// Whether the memory of secrets is locked and cannot be swapped out.
  public let memoryLocked: Bool
  /// The number of the last audit record.
  public let audit: Int64
  /// `ok`, or what is wrong with the vault's disk: `scarce`, `full`, `read_only`, `gone` or `failing`.
  public let storage: String

  /// What an admin should look at; empty for whoever is neither admin nor auditor.
  public let warnings: [Warning]

  /// Something that is not as it should be, until it is over.
  public struct Warning: WireView, Hashable {
    /// A word that stays the same, as `socket.replaced` or `clock.behind`.
    public let reason: String
    /// What it is and what to do, for a person.
    public let text: String

    /// Makes the view.
    public init(reason: String, text: String) {
      self.reason = reason
      self.text = text
    }

    /// Writes the value as the wire has it.
    public func write(to writer: inout JSONWriter) {
      writer.beginObject()
      writer.member("reason", reason)
      writer.member("text", text)
      writer.endObject()
    }

    /// Reads the value as the wire has it.
    public init(_ value: JSONValue) throws {
      var object = try value.object()
      reason = try object.required("reason").string()
      text = try object.required("text").string()
    }
  }

  /// The caller, as the kernel and the account database say.
  public struct You: WireView, Hashable {
    /// The uid; nil for a job socket.
    public let uid: UInt32?
    /// The account's name; nil where the account database has none, or does not answer. `socket:NAME` for
    /// a job socket.
    public let account: String?
    /// The roles by configuration; nil while the account database does not answer.
    public let roles: [String]?
    /// Why the caller may only ask, whatever roles its account has; nil where that is not so.
    public let confined: String?

    /// Makes the view.
    public init(uid: UInt32, account: String?, roles: Roles?) {
      self.uid = uid
      self.account = account
      self.roles = roles?.texts
      confined = nil
    }

    /// Makes the view.
    public init(_ caller: Caller, roles: Roles?) {
      let account = AccountView(caller.subject, account: caller.name)
      uid = account.uid
      self.account = account.account
      self.roles = roles?.texts
      confined = caller.confinement?.sentence
    }

    /// Writes the value as the wire has it.
    public func write(to writer: inout JSONWriter) {
      writer.beginObject()
      writer.nullable("uid", uid.map { Int64($0) })
      writer.nullable("account", account)
      if let roles {
        writer.member("roles", roles)
      } else {
        writer.key("roles")
        writer.null()
      }
      writer.nullable("confined", confined)
      writer.endObject()
    }

    /// Reads the value as the wire has it.
    public init(_ value: JSONValue) throws {
      var object = try value.object()
      uid = try object.required("uid").nullableAccountNumber()
      account = try object.required("account").nullableString()
      let roles = try object.required("roles")
      self.roles = roles.isNull ? nil : try roles.strings()
      confined = try object.optional("confined")?.nullableString()
    }
  }

  /// The word for a disk that is as it should be.
  public static let storageIsFine = "ok"

  /// The version of the protocol that this code speaks.
  public static let spoken: Int64 = 1

  /// Makes the view of a running daemon.
  /// - Parameter vault: the vault's id, 16 bytes.
  public init(
    version: String, vault: [UInt8], you: You, memoryLocked: Bool, audit: Int64,
    trouble: StorageTrouble? = nil, warnings: [Warning] = []
  ) {
    state = "running"
    self.version = version
    protocolVersion = Self.spoken
    self.vault = Digest.hexadecimal(vault)
    self.you = you
    self.memoryLocked = memoryLocked
    self.audit = audit
    storage = trouble?.rawValue ?? Self.storageIsFine
    self.warnings = warnings
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("state", state)
    writer.member("version", version)
    writer.member("protocol", protocolVersion)
    writer.member("vault", vault)
    writer.key("you")
    you.write(to: &writer)
    writer.member("memory_locked", memoryLocked)
    writer.member("audit", audit)
    writer.member("storage", storage)
    writer.key("warnings")
    writer.beginArray()
    for warning in warnings { warning.write(to: &writer) }
    writer.endArray()
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    state = try object.required("state").string()
    version = try object.required("version").string()
    protocolVersion = try object.required("protocol").integer()
    vault = try object.required("vault").string()
    you = try You(object.required("you"))
    memoryLocked = try object.required("memory_locked").bool()
    audit = try object.required("audit").integer()
    storage = try object.optional("storage")?.string() ?? Self.storageIsFine
    warnings = try object.optional("warnings")?.array().map { try Warning($0) } ?? []
  }
}
