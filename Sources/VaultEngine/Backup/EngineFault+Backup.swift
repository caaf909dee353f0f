import Glibc

/// Why a backup is not proven or restored, with what to do about it. Nothing was changed.
extension EngineFault {
  static func unreadableBackup(_ path: String, errno: Int32) -> EngineFault {
    let name = path.isEmpty ? "the backup" : "the backup '\(path)'"
    return errno == ENOENT
      ? EngineFault(.configuration, "\(name) does not exist; check its name")
      : EngineFault(.unavailable, "\(name) cannot be read (errno \(errno)); check it and its disk")
  }

  static let noBackup = EngineFault(
    .data,
    "the file is not a backup, was cut within its first bytes, or was written by a newer envgate; check its name"
  )
  /// A chunk does not open where it stands.
  static let damagedBackup = EngineFault(
    .data,
    "the backup was cut or changed after it was made, so nothing was restored; use another one")
  /// What it opens to is not a vault that verifies.
  static func unsoundBackup(_ what: String) -> EngineFault {
    EngineFault(
      .data,
      "the backup opens, but its content does not verify (\(what)); nothing was restored; use another one"
    )
  }
  static let foreignBackup = EngineFault(
    .data,
    "this root key does not open the backup: it is of another vault, or of a time with another root key; "
      + "name the recovery key with --recovery-key-file")
  static let otherRecoveryKey = EngineFault(
    .data,
    "this recovery key does not open the backup: it is of another vault, or of a time with another recovery key"
  )
  static let backupWithoutKey = EngineFault(
    .configuration,
    "there is no key for the backup: name a configuration with the root key, or the recovery key with "
      + "--recovery-key-file")
  static func unwritable(_ path: String, errno: Int32) -> EngineFault {
    switch errno {
    case ENOSPC, EDQUOT:
      EngineFault(
        .unavailable, "there is no room for '\(path)', so nothing was changed; free some space")
    case EEXIST: EngineFault(.unavailable, "'\(path)' exists already; look at it, and move it away")
    default: EngineFault(.unavailable, "'\(path)' cannot be written (errno \(errno))")
    }
  }
}
