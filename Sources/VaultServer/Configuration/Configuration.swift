import VaultCore

/// What root decided, with every name resolved to its number.
struct Configuration: Sendable {
  /// Where the daemon listens, and who may connect at all.
  struct Socket: Hashable, Sendable {
    var path: String
    /// Permission bits of the socket file.
    var mode: UInt32
    /// The group of the socket file; nil leaves it as it is born.
    var group: UInt32?
  }

  /// A socket for containers: the runtime mounts its folder, and whoever comes through it is
  /// `socket:NAME`.
  struct JobSocket: Hashable, Sendable {
    var name: SocketName
    var path: String
    /// Permission bits of the socket file; the folder above its own keeps the host's users away.
    var mode: UInt32
    /// The group of the socket file; nil leaves it as it is born.
    var group: UInt32?
    /// Whose uids the containers have that it is for.
    var users = Users.host
    var refusesHostUIDs = false

    /// Whose uids the processes of a container have.
    enum Users: String, CaseIterable {
      /// The host's, as Docker has it by default: no user namespace.
      case host
      /// Uids of their own, mapped by a user namespace.
      case remapped
    }

    /// The folder that a container mounts.
    var folder: String { FilePath.parent(path) }
    /// The folder that nobody but the daemon and root may enter.
    var folderAbove: String { FilePath.parent(folder) }
  }

  /// What units get by LoadCredential= (systemd.exec(5)), and where the service manager asks for it.
  struct Credentials: Hashable, Sendable {
    /// Where the socket unit has it, too.
    static let usualPath = "/run/envgate/credentials.sock"

    var path = Self.usualPath
    /// Whether the daemon makes the socket where the service manager does not.
    var isWanted = false
    var sources: [UnitCredential: CredentialSource] = [:]
    /// Whether a process may be known by its number and its start, on a kernel without SO_PEERPIDFD.
    var acceptsWithoutDescriptor = false
  }

  /// Where the metrics are shown, and to whom.
  struct Metrics: Hashable, Sendable {
    var file: String?
    var socket: String?
    /// The group that may read them; without one they are the daemon's account's alone and name no environment.
    var group: UInt32?
  }

  /// Where the root key comes from.
  enum RootKey: Hashable, Sendable {
    /// A file, by its path.
    case file(String)
    /// A systemd credential, by its name (systemd.exec(5)).
    case credential(String)

    /// Where the one is that is to replace it.
    var next: RootKey {
      switch self {
      case .file(let path): .file(path + ".next")
      case .credential(let name): .credential(name + ".next")
      }
    }

    /// The place, for a person.
    var place: String {
      switch self {
      case .file(let path): path
      case .credential(let name): "the credential \(name)"
      }
    }
  }

  /// How much of what. Bytes and numbers of things.
  struct Limits: Hashable, Sendable {
    var lineBytes = 131_072
    var valueBytes = 65_536
    var connections = 4_096
    var connectionsPerUID = 1_024
    var inFlight = 64
    var waitingPerEnvironment = VaultLimits.waitingPerEnvironment
    var waitingPerRequesterAndEnvironment = VaultLimits.waitingPerRequester
    /// Releases of one account or job socket, in the long run and at once.
    var releasesPerSecond = 200
    var releaseBurst = 2_000
    /// Reads of one account, job socket or unit without a request.
    var directReadsPerDay = VaultLimits.directReadsPerDay
    /// Calls of one account or job socket that leave something behind: requests, versions, edits.
    var changesPerSecond = 2
    var changeBurst = 5_000
  }

  var socket: Socket
  var jobSockets: [JobSocket] = []
  var credentials = Credentials()
  var metrics = Metrics()
  var stateDirectory: String
  var rootKey: RootKey
  var standing: Standing
  var people: People
  /// Accounts that many jobs share.
  var serviceAccounts: Set<UInt32>
  var limits: Limits
}

/// What is wrong with the configuration file, and where.
struct ConfigurationFault: Error, Hashable, CustomStringConvertible {
  /// A place in the file, both from 1; a column counts bytes.
  struct Position: Hashable {
    let line: Int
    let column: Int
  }

  let path: String
  /// Nil where the file itself is the trouble.
  let position: Position?
  /// What is wrong and what to do; words of ours and names that a principal may have, no other
  /// content.
  let sentence: String

  /// `FILE:LINE:COLUMN: sentence`, as compilers say it.
  var description: String {
    guard let position else { return "\(path): \(sentence)" }
    return "\(path):\(position.line):\(position.column): \(sentence)"
  }
}
