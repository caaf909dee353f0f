import SecretMemory
import StrictJSON
import VaultCore

/// What `backup.open` answers.
public struct BackupOpenedView: DescribedView, Hashable {
  /// The vault's id, in hexadecimal.
  public let vault: String
  /// The bytes of the whole file.
  public let size: Int64
  /// The moment that it is of, in milliseconds since the epoch.
  public let time: Int64
  /// The last audit record in it.
  public let audit: Int64
  /// Whether a recovery key opens it. The root key does always.
  public let recoveryKey: Bool

  /// Its members.
  public static let shape = Shape<BackupOpenedView>(
    Member("vault", \.vault, .text),
    Member("size", \.size, .integer),
    Member("time", \.time, .time),
    Member("audit", \.audit, .integer),
    Member("recovery_key", \.recoveryKey, .bool),
    as: BackupOpenedView.init(vault:size:time:audit:recoveryKey:))
}

extension BackupOpenedView {
  /// Makes the view.
  /// - Parameter vault: the vault's id, 16 bytes.
  public init(vault: [UInt8], size: Int64, time: Int64, audit: Int64, recoveryKey: Bool) {
    self.init(
      vault: Hexadecimal.text(vault), size: size, time: time, audit: audit,
      recoveryKey: recoveryKey)
  }
}

/// What `backup.read` answers: the next bytes.
public struct BackupPageView: DescribedView, Hashable {
  /// The bytes.
  public let data: [UInt8]
  /// What `after` takes to read on; nil where these were the last.
  public let next: Int64?
  /// `sha256:…` of the whole file, with its last bytes.
  public let digest: String?

  /// Its members.
  public static let shape = Shape<BackupPageView>(
    Member("data", \.data, .base64),
    Member("next", \.next, .nullable(.integer)),
    Member(optional: "sha256", \.digest, .text),
    as: BackupPageView.init(data:next:digest:))
}

extension BackupPageView {
  /// Makes the view.
  /// - Parameter digest: of the whole file, 32 bytes, with its last bytes.
  public init(data: [UInt8], next: Int64?, sha256: [UInt8]?) {
    self.init(data: data, next: next, digest: sha256.map { Digest($0).text })
  }
}

extension Kind where Value == [UInt8] {
  /// `{"base64":"…"}`.
  static var base64: Self {
    Kind { value, _ in
      var object = try value.object()
      let bytes = try object.required("base64").base64Secret()
      // Safety: the buffer lends its bytes for the call, which copies them. They are ciphertext.
      return unsafe bytes.withUnsafeBytes { unsafe Array($0) }
    } write: {
      $1.base64($0)
    }
  }
}
