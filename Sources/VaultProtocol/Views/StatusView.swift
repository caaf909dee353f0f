public import VaultCore

/// The daemon, and who the caller is to it.
public struct StatusView: DescribedView, Hashable {
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
  /// When the last backup was made, in milliseconds since the epoch; nil where none was, and for whoever is neither
  /// admin nor auditor.
  public let lastBackup: Int64?
  /// What an admin should look at; empty for whoever is neither admin nor auditor.
  public let warnings: [Warning]
  /// Whether there is a recovery key; nil for whoever is neither admin nor auditor, and of an older daemon.
  public let recoveryKey: Bool?

  /// The word for a disk that is as it should be.
  public static let storageIsFine = "ok"

  /// The version of the protocol that this code speaks.
  public static let spoken: Int64 = 1

  /// What a vault without a recovery key is told.
  public static let noRecoveryKey =
    "no recovery key: a lost root key loses everything; stop the daemon and run envgated recovery-key as root"

  /// Its members; an older daemon does not say the last three.
  public static let shape = Shape<StatusView>(
    Member("state", \.state, .text),
    Member("version", \.version, .text),
    Member("protocol", \.protocolVersion, .integer),
    Member("vault", \.vault, .text),
    Member("you", \.you, .view),
    Member("memory_locked", \.memoryLocked, .bool),
    Member("audit", \.audit, .integer),
    Member("storage", \.storage, .text, default: storageIsFine),
    Member("last_backup", \.lastBackup, .nullable(.time), default: nil),
    Member("warnings", \.warnings, .list(.view), default: []),
    Member("recovery_key", \.recoveryKey, .nullable(.bool), default: nil),
    as: StatusView.init)

  /// Something that is not as it should be, until it is over.
  public struct Warning: DescribedView, Hashable {
    /// A word that stays the same, as `socket.replaced` or `clock.behind`.
    public let reason: String
    /// What it is and what to do, for a person.
    public let text: String

    /// Makes the view.
    public init(reason: String, text: String) {
      self.reason = reason
      self.text = text
    }

    /// Its members.
    public static let shape = Shape<Warning>(
      Member("reason", \.reason, .text), Member("text", \.text, .text),
      as: Warning.init(reason:text:))
  }

  /// The caller, as the kernel and the account database say.
  public struct You: DescribedView, Hashable {
    /// The uid; nil for a job socket.
    public let uid: UInt32?
    /// The account's name; nil where the account database has none, or does not answer. `socket:NAME` for
    /// a job socket.
    public let account: String?
    /// The roles by configuration; nil while the account database does not answer.
    public let roles: [String]?
    /// Why the caller may only ask, whatever roles its account has; nil where that is not so.
    public let confined: String?

    /// Its members.
    public static let shape = Shape<You>(
      Member("uid", \.uid, .nullable(.accountNumber)),
      Member("account", \.account, .nullable(.text)),
      Member("roles", \.roles, .nullable(.list(.text))),
      Member("confined", \.confined, .nullable(.text), default: nil),
      as: You.init)
  }
}

extension StatusView.You {
  /// Makes the view.
  public init(uid: UInt32, account: String?, roles: Roles?) {
    self.init(uid: uid, account: account, roles: roles?.texts, confined: nil)
  }

  /// Makes the view.
  public init(_ caller: Caller, roles: Roles?) {
    let account = AccountView(caller.subject, account: caller.name)
    self.init(
      uid: account.uid, account: account.account, roles: roles?.texts,
      confined: caller.confinement?.sentence)
  }
}

extension StatusView {
  /// Makes the view of a running daemon.
  /// - Parameter vault: the vault's id, 16 bytes.
  public init(
    version: String, vault: [UInt8], you: You, memoryLocked: Bool, audit: Int64,
    trouble: StorageTrouble? = nil, lastBackup: Int64? = nil, warnings: [Warning] = [],
    recoveryKey: Bool? = nil
  ) {
    self.init(
      state: "running", version: version, protocolVersion: Self.spoken,
      vault: Hexadecimal.text(vault), you: you, memoryLocked: memoryLocked, audit: audit,
      storage: trouble?.rawValue ?? Self.storageIsFine, lastBackup: lastBackup,
      warnings: warnings, recoveryKey: recoveryKey)
  }
}
