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

  private init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// There is no vault in the state directory yet.
  public static let notInitialized = EngineFault(
    .configuration, "there is no vault in the state directory yet; run: envgated init")
  /// There is one already.
  public static let alreadyInitialized = EngineFault(
    .configuration, "there is a vault already; nothing was changed")
  /// The root key is another vault's.
  public static let wrongRootKey = EngineFault(
    .data,
    "the root key belongs to another vault, so nothing was changed; put this vault's root key back")

  /// The fault that an error of the layers below amounts to.
  init(_ error: any Error) {
    switch error {
    case let fault as EngineFault: self = fault
    case let fault as StoreFault: self.init(Self.kind(of: fault), fault.description)
    case let tampering as Tampering:
      self.init(
        .data,
        "the vault does not open, because something other than envgated changed its database: \(tampering); "
          + "restore a backup, and find out who can write to the state directory")
    case CryptoFault.tooOldLibrary:
      self.init(.configuration, "libcrypto is too old (CVE-2023-5363); install 3.0.12 or newer")
    case let fault as CryptoFault: self.init(.software, "libcrypto failed: \(fault)")
    default: self.init(.software, "internal error: \(type(of: error))")
    }
  }

  private static func kind(of fault: StoreFault) -> Kind {
    switch fault {
    case .inUse, .busy, .full, .readOnly, .io, .memory: .unavailable
    case .openPermissions, .missing, .unreachable, .walUnavailable: .configuration
    case .corrupt, .notADatabase, .foreignDatabase, .newerSchema: .data
    case .settingRefused, .misuse, .closed: .software
    }
  }
}
