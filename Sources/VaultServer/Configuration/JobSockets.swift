import StrictJSON
import VaultCore

/// The `job_sockets` of a configuration: each in a folder of its own, which a container mounts, below a
/// folder that no other user of the host may enter.
enum JobSockets {
  /// More than these would be a thread and a watch for each of nothing.
  static let most = 64

  static func read(
    _ value: JSONValue?, beside main: Configuration.Socket, stateDirectory: String,
    _ principals: ConfiguredPrincipals
  ) throws -> [Configuration.JobSocket] {
    guard let value else { return [] }
    var sockets: [Configuration.JobSocket] = []
    for (name, value) in try value.object() {
      guard let name = SocketName(name) else {
        throw Misconfiguration(
          at: value.offset,
          "the name of a job socket has 1 to \(SocketName.longest) characters; allowed: letters, digits, _ - and ., "
            + "starting with a letter or digit")
      }
      let section = try ConfigurationSection(value, known: Configuration.jobSocket.known)
      let place = try section.required("path")
      let group = try section["group"].map { try principals.group($0) }
      let socket = Configuration.JobSocket(
        name: name, path: try FilePath.readSocket(place),
        mode: try section["mode"].map { try FilePath.mode($0) } ?? (group == nil ? 0o666 : 0o660),
        group: group, users: try section["users"].map { try users($0) } ?? .host,
        refusesHostUIDs: try section["host_uids"].map { try refusesHostUIDs($0) } ?? false)
      if let fault = fault(of: socket, beside: sockets, main, stateDirectory) {
        throw Misconfiguration(at: place.offset, fault)
      }
      sockets.append(socket)
      if sockets.count > most {
        throw Misconfiguration(
          at: value.offset, "too many job sockets; at most \(most) are allowed")
      }
    }
    return sockets
  }

  private static func users(_ value: JSONValue) throws -> Configuration.JobSocket.Users {
    guard let users = Configuration.JobSocket.Users(rawValue: try value.string()) else {
      throw Misconfiguration(
        at: value.offset,
        "this must be \"host\", for containers whose uids are the host's, or \"remapped\", for containers "
          + "in a user namespace")
    }
    return users
  }

  private static func refusesHostUIDs(_ value: JSONValue) throws -> Bool {
    guard try value.string() == "refuse" else {
      throw Misconfiguration(
        at: value.offset,
        "this must be \"refuse\", which refuses uids that are accounts of the host; leave it out to accept and "
          + "log them")
    }
    return true
  }

  private static func fault(
    of socket: Configuration.JobSocket, beside others: [Configuration.JobSocket],
    _ main: Configuration.Socket, _ stateDirectory: String
  ) -> String? {
    if socket.folderAbove == "/" {
      return
        "a job socket needs its own folder, inside a folder that holds nothing else, "
        + "like /run/envgate/jobs/\(socket.name.text)/envgate.sock"
    }
    // A container sees all that lies in the folder that it mounts.
    if FilePath.contains(socket.folder, main.path)
      || FilePath.contains(socket.folder, stateDirectory)
      || FilePath.contains(stateDirectory, socket.folder)
    {
      return
        "the container sees the whole folder '\(socket.folder)': put the job socket into a folder of its own"
    }
    if socket.folderAbove == FilePath.parent(main.path) {
      return
        "'\(socket.folderAbove)' also holds the main socket, so other accounts can open it: put the job socket "
        + "into a folder below, like \(socket.folderAbove)/jobs/\(socket.name.text)/envgate.sock"
    }
    if let other = others.first(where: { $0.folder == socket.folder }) {
      return
        "the job socket \(other.name.text) already uses this folder; give each job socket its own folder"
    }
    return nil
  }
}
