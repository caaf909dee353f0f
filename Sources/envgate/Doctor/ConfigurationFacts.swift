import StrictJSON

/// What the doctor takes from the daemon's configuration, where the caller may read it.
///
/// The daemon judges the file (`envgated --check`); here a key that is missing or of another type is one
/// that says nothing.
struct ConfigurationFacts {
  private(set) var stateDirectory: String?
  private(set) var keyFile: String?
  /// The names of accounts that stand for many.
  private(set) var serviceAccounts: [String] = []

  static let usualPath = "/etc/envgate/envgated.json"
  private static let longestFile = 1 << 20

  /// Nil where the file is not there, not readable or no JSON.
  init?(_ path: String) {
    guard let bytes = FileFacts.bytes(of: path, limit: Self.longestFile) else { return nil }
    var reader = JSONReader(options: .file)
    do {
      // Safety: the array is lent for this call; strings are copied out of it.
      try unsafe bytes.withUnsafeBytes { bytes in
        try unsafe reader.read(bytes) { root in try take(root) }
      }
    } catch { return nil }
  }

  private mutating func take(_ root: JSONValue) throws {
    var object = try root.object()
    stateDirectory = try? object.optional("state_directory")?.string()
    if let key = object.optional("root_key"), var key = try? key.object() {
      keyFile = try? key.optional("file")?.string()
    }
    if let accounts = try? object.optional("service_accounts")?.array() {
      serviceAccounts = accounts.compactMap { try? $0.string() }
        .filter { $0.hasPrefix("user:") }.map { String($0.dropFirst(5)) }
    }
  }
}
