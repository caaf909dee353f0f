public import VaultCore

/// Who the caller is to this vault.
public struct StatusAnswer: Sendable {
  /// The vault's id, 16 bytes.
  public let vault: [UInt8]
  /// The roles by configuration; nil while the account database does not answer.
  public let roles: Roles?
  /// The last record of the audit chain.
  public let auditSequence: Int64
  /// What is wrong with the disk; nil where nothing is.
  public let trouble: StorageTrouble?
  /// Set where the vault does not simply go by the host's clock.
  public let clock: ClockDoubt?
  /// When the last backup was made, in milliseconds since the epoch; nil where none was.
  public let lastBackup: Int64?
  /// The gates that count only once an admin has looked at them; nil where all do.
  public let restored: RestoredGates?

  /// Whether there is a recovery key.
  public let hasRecoveryKey: Bool

  package init(
    vault: [UInt8], roles: Roles?, auditSequence: Int64, trouble: StorageTrouble?,
    clock: ClockDoubt?, hasRecoveryKey: Bool, lastBackup: Int64? = nil,
    restored: RestoredGates? = nil
  ) {
    self.hasRecoveryKey = hasRecoveryKey
    self.vault = vault
    self.roles = roles
    self.auditSequence = auditSequence
    self.trouble = trouble
    self.clock = clock
    self.lastBackup = lastBackup
    self.restored = restored
  }
}

/// Gates that came back with a backup.
public struct RestoredGates: Hashable, Sendable {
  /// The moment of the backup, in milliseconds since the epoch.
  public let asOf: Int64
  /// How many there are.
  public let count: Int
  /// The first of their environments.
  public let names: [String]

  /// Those that are named.
  package static let mostNamed = 5

  package init(asOf: Int64, count: Int, names: [String]) {
    self.asOf = asOf
    self.count = count
    self.names = names
  }
}
