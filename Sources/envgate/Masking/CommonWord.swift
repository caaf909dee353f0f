/// Words that stand in every log, and that are in many structured secrets beside what is secret: a log with
/// stars in their place can no longer be read, and says the word to whoever counts them.
enum CommonWord {
  /// Compared without regard to case. Each has at least ``MaskPieces/least`` bytes.
  static let all = [
    "true", "false", "null", "none", "undefined", "enabled", "disabled", "default",
    "production", "prod", "staging", "stage", "development", "testing", "test", "local",
    "localhost", "127.0.0.1", "0.0.0.0", "main", "master", "root", "admin", "user", "username",
    "http", "https", "postgres", "postgresql", "mysql", "redis", "mongodb", "info", "debug",
    "warn", "error", "service_account", "login", "require", "prefer", "disable", "public",
  ]

  /// The word that these bytes are; nil where they are none.
  static func equal(to bytes: UnsafeRawBufferPointer) -> String? {
    all.first { word in
      let word = word.utf8
      return unsafe word.count == bytes.count
        && zip(word, bytes).allSatisfy {
          $0 == $1 || ASCIIClass.isLetter($1) && $0 == $1 | 0x20
        }
    }
  }
}
