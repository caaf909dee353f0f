import Glibc
import StrictJSON
import VaultCore

/// Reads the configuration file: JSON with `//` comments, checked to the last key.
///
/// Nothing is guessed: an unknown or repeated key, a wrong type, a number out of its range, a
/// principal that does not exist, or a file that others may write, is an error with its place in
/// the file.
struct ConfigurationReader {
  private static let longestFile = 1 << 20

  let principals: ConfiguredPrincipals

  /// - Parameter accounts: where principals are looked up; this may block as long as it does.
  init(accounts: AccountSource = .system, overflow: OverflowIDs = .ofKernel()) {
    principals = ConfiguredPrincipals(accounts: accounts, overflow: overflow)
  }

  /// Reads a file.
  func read(_ path: String) throws(ConfigurationFault) -> Configuration {
    try configuration(try Self.bytes(path), path)
  }

  // MARK: The file

  private static func bytes(_ path: String) throws(ConfigurationFault) -> [UInt8] {
    do {
      let file = try OpenFile(path)
      if let unfit = unfitness(try file.status(path), path) { throw unfit }
      return try file.bytes(path, limit: longestFile)
    } catch let fault as ConfigurationFault {
      throw fault
    } catch {
      throw ConfigurationFault(path: path, position: nil, sentence: "\(error)")
    }
  }

  private static func unfitness(_ status: stat, _ path: String) -> ConfigurationFault? {
    func refuse(_ sentence: String) -> ConfigurationFault {
      ConfigurationFault(path: path, position: nil, sentence: sentence)
    }
    guard status.st_mode.kind == S_IFREG else { return refuse("this is not a regular file") }
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      return refuse("owned by uid \(status.st_uid): run: chown root '\(path)'")
    }
    guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
      return refuse(
        "other accounts may write it (mode \(status.st_mode.octal)): run: chmod go-w '\(path)'")
    }
    return nil
  }

  private func configuration(
    _ text: [UInt8], _ path: String
  ) throws(ConfigurationFault) -> Configuration {
    func refuse(_ offset: Int, _ sentence: String) -> ConfigurationFault {
      // Safety: the array is lent for this call.
      let place = unsafe text.withUnsafeBytes {
        unsafe JSONFault(.empty, at: offset).position(in: $0)
      }
      return ConfigurationFault(
        path: path,
        position: ConfigurationFault.Position(line: place.line, column: place.column),
        sentence: sentence)
    }
    var reader = JSONReader(options: .file)
    do {
      // Safety: the array is lent for this call; strings are copied out of it.
      return try unsafe text.withUnsafeBytes { bytes in
        try unsafe reader.read(bytes) { root in try configuration(root) }
      }
    } catch let fault as JSONFault {
      throw refuse(fault.offset, fault.sentence)
    } catch let fault as Misconfiguration {
      throw refuse(fault.offset, fault.sentence)
    } catch {
      throw refuse(0, "this cannot be read")
    }
  }

  // MARK: The keys

  private func configuration(_ root: JSONValue) throws -> Configuration {
    let section = try ConfigurationSection(root, known: Configuration.file.known)
    try checkGateChanges(section["gate_changes"])
    let socket = try socket(section)
    let stateDirectory = try FilePath.read(section.required("state_directory"))
    let jobSockets = try JobSockets.read(
      section["job_sockets"], beside: socket, stateDirectory: stateDirectory, principals)
    let credentials = try UnitCredentials.read(section)
    if credentials.path == socket.path
      || jobSockets.contains(where: { $0.path == credentials.path })
    {
      throw Misconfiguration(
        at: section["credentials_socket"]?.offset ?? root.offset,
        "the socket for credentials needs a path of its own, like \(Configuration.Credentials.usualPath)"
      )
    }
    let metrics = Configuration.Metrics(
      file: try section["metrics_file"].map { try FilePath.read($0) },
      socket: try section["metrics_socket"].map { try FilePath.readSocket($0) },
      group: try section["metrics_group"].map { try principals.group($0) })
    let rootKey = try rootKey(section.required("root_key"), outside: stateDirectory)
    let standing = Standing(
      admins: try principals.list(section["admins"]),
      auditors: try principals.list(section["auditors"]))
    return Configuration(
      socket: socket, jobSockets: jobSockets, credentials: credentials, metrics: metrics,
      stateDirectory: stateDirectory, rootKey: rootKey,
      standing: standing,
      people: try principals.people(section["people"]),
      serviceAccounts: Set(try principals.accounts(section["service_accounts"]).map(\.uid)),
      limits: try Configuration.Limits(section["limits"]))
  }

  private func checkGateChanges(_ value: JSONValue?) throws {
    guard let value else { return }
    switch try value.string() {
    case "immediate": return
    case "gated":
      throw Misconfiguration(
        at: value.offset, "\"gated\" is not available in this version: write \"immediate\"")
    default: throw Misconfiguration(at: value.offset, "this must be \"immediate\"")
    }
  }

  private func socket(_ section: ConfigurationSection) throws -> Configuration.Socket {
    let path = try FilePath.readSocket(section.required("socket"))
    let group = try section["socket_group"].map { try principals.group($0) }
    let mode = try section["socket_mode"].map { try FilePath.mode($0) }
    return Configuration.Socket(
      path: path, mode: mode ?? (group == nil ? 0o600 : 0o660), group: group)
  }

  private func rootKey(
    _ value: JSONValue, outside stateDirectory: String
  ) throws -> Configuration.RootKey {
    let section = try ConfigurationSection(value, known: Configuration.rootKeySource.known)
    switch (section["file"], section["credential"]) {
    case (let file?, nil):
      let path = try FilePath.read(file)
      guard !FilePath.contains(stateDirectory, path) else {
        throw Misconfiguration(
          at: file.offset,
          "the root key must lie outside the state directory, so that no copy of the directory holds both"
        )
      }
      return .file(path)
    case (nil, let credential?):
      let name = try credential.string()
      guard UnitCredential.isID(name) else {
        throw Misconfiguration(
          at: credential.offset,
          "a credential's name must be a file name without a slash (systemd.exec(5))")
      }
      return .credential(name)
    default:
      throw Misconfiguration(at: value.offset, "this must hold either \"file\" or \"credential\"")
    }
  }
}
