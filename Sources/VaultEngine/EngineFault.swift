import VaultCrypto
import VaultStore

/// Why a vault does not open. The daemon says it and stays down: nothing is released by half a vault.
public struct EngineFault: Error, CustomStringConvertible {
  /// Whose turn it is to act.
  public enum Kind: Sendable {
    /// Whoever configures the daemon: paths, modes, a vault that is not there yet.
    case configuration
    /// Whoever keeps backups: the data, or the key to it, is not what it should be.
    case data
    /// Whoever runs the host: a full disk, a lock that somebody holds.
    case unavailable
    /// We.
    case software
  }

  /// Whose turn it is to act.
  public let kind: Kind
  /// One sentence: lower case, no full stop, what to do; never content.
  public let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// There is no vault in the state directory yet.
  public static let notInitialized = EngineFault(
    .configuration, "there is no vault in the state directory yet; run: envgated init")
  /// There is one already.
  public static let alreadyInitialized = EngineFault(
    .configuration, "there is a vault already; nothing was changed")
  /// The root key is another vault's, or was this one's before a rotation.
  public static let wrongRootKey = EngineFault(
    .data,
    "the root key belongs to another vault or was replaced by a newer one, so nothing was changed; put this vault's "
      + "root key back")

  /// It was the vault's root key once.
  static let replacedRootKey = EngineFault(
    .data,
    "this root key was replaced by a newer one, so nothing was changed; put the newer one in its place"
  )
  /// It is to be the vault's root key, and not every key is wrapped under it yet.
  static let unreadyRootKey = EngineFault(
    .data,
    "the rotation to this root key is not complete; put the old one back in its place"
  )

  /// A root key is to follow, and it is not in its place yet.
  static let rootKeyPending = EngineFault(
    .configuration,
    "a new root key is to replace the present one; put it in its place and start envgated, then try again"
  )

  /// The root key beside the present one does not open everything yet.
  static let rootKeyNotRotated = EngineFault(
    .configuration,
    "the next root key does not open the whole vault yet, so nothing was changed; start envgated, run envgate key rotate "
      + "--root as an admin, and wait until envgate key status shows that the next root key opens everything"
  )

  /// The rotation to the next root key was complete, and now it does not open everything.
  static let damagedNextRootKey = EngineFault(
    .data,
    "the next root key opened every key of this vault and now does not, because something other than envgated changed "
      + "its database, so nothing was changed; keep the old root key in its place, find out who can write to the state "
      + "directory, delete the next root key, and begin again with envgated rotate-root"
  )

  /// The fault that an error of the layers below amounts to.
  init(_ error: any Error) {
    switch error {
    case let fault as EngineFault: self = fault
    case let fault as StoreFault: self.init(Self.kind(of: fault), fault.description)
    case let tampering as Tampering:
      self.init(
        .data,
        "the vault does not open, because something other than envgated changed its database: \(tampering); "
          + "restore a backup with envgated restore, and find out who can write to the state directory"
      )
    case CryptoFault.tooOldLibrary:
      self.init(.configuration, "libcrypto is too old (CVE-2023-5363); install 3.0.12 or newer")
    case let fault as CryptoFault: self.init(.software, "libcrypto failed: \(fault)")
    default: self.init(.software, "internal error: \(type(of: error))")
    }
  }

  private static func kind(of fault: StoreFault) -> Kind {
    switch fault {
    case .inUse, .busy, .full, .noRoom, .readOnly, .io, .memory: .unavailable
    case .openPermissions, .missing, .unreachable, .walUnavailable: .configuration
    case .corrupt, .notADatabase, .foreignDatabase, .newerSchema: .data
    case .settingRefused, .misuse, .closed: .software
    }
  }
}
