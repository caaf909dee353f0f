import CLinux
import Glibc
import VaultCore

/// Why a socket that the service manager handed over is not taken, with what to do about it.
enum InheritedSocketFault: Error, Hashable, CustomStringConvertible {
  /// What stands in the variable is no number, or more names than there are descriptors, or fewer.
  case malformed(variable: String)
  case unknown(name: String, known: [String])
  case repeated(name: String)
  /// Not a Unix stream socket that somebody listens at.
  case notListening(name: String)
  case elsewhere(name: String, found: String, configured: String)

  var description: String {
    switch self {
    case .malformed(let variable):
      "\(variable) does not have a value that a service manager sets (sd_listen_fds(3)): unset it"
    case .unknown(let name, let known):
      "the service manager passes a descriptor with the unknown name \(ForeignText.quoted(name)): "
        + "set FileDescriptorName="
        + known.joined(separator: " or ")
    case .repeated(let name):
      "the service manager passes more than one descriptor named \(name): "
        + "keep one ListenStream= in its socket unit"
    case .notListening(let name):
      "the descriptor named \(name) is not a listening Unix stream socket: "
        + "write ListenStream= with a path, and no Accept=, in its socket unit"
    case .elsewhere(let name, let found, let configured):
      "the socket named \(name) listens at \(ForeignText.quoted(found)), but the configuration names "
        + "'\(configured)': write that path in ListenStream= of its socket unit"
    }
  }
}

/// The sockets that the service manager listens at for this process (sd_listen_fds(3)), by name: their
/// order says nothing.
///
/// They stay the manager's: it keeps a descriptor of each, so connections wait while no daemon runs.
/// Ours is closed when the daemon ends; shutdown(2) would end the manager's as well.
struct InheritedSockets {
  /// The first descriptor that is handed over.
  static let start: Int32 = 3

  private let named: [(name: String, descriptor: Int32)]

  /// - Parameters:
  ///   - variable: looks up what the manager has put into the environment of this process.
  ///   - pid: this process; what is meant for another is none of ours.
  init(
    _ variable: (String) -> String?, pid: Int32 = getpid(), start: Int32 = Self.start
  ) throws(InheritedSocketFault) {
    let (meant, count, names) =
      (variable("LISTEN_PID"), variable("LISTEN_FDS"), variable("LISTEN_FDNAMES"))
    guard let meant, let count else {
      named = []
      return
    }
    guard let meant = Int32(meant) else { throw .malformed(variable: "LISTEN_PID") }
    guard meant == pid else {
      named = []
      return
    }
    guard let count = Int32(count), (0...1_024).contains(count) else {
      throw .malformed(variable: "LISTEN_FDS")
    }
    let all = names?.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    // Without names, and with a name that a unit did not give, it is "unknown" (sd_listen_fds(3)).
    let each = all ?? [String](repeating: "unknown", count: Int(count))
    guard each.count == Int(count) || (count == 0 && each == [""]) else {
      throw .malformed(variable: "LISTEN_FDNAMES")
    }
    named = zip(each, start..<start + count).map { ($0, $1) }
  }

  /// Takes all of them, close-on-exec and non-blocking.
  ///
  /// - Parameter paths: where the socket of each name must listen. A name that is not among these is
  ///   refused: it is a door that nobody here watches.
  /// - Returns: the descriptors of those names that were handed over.
  func take(_ paths: [String: String]) throws(InheritedSocketFault) -> [String: Int32] {
    var taken: [String: Int32] = [:]
    for (name, descriptor) in named {
      guard let path = paths[name] else {
        throw .unknown(name: name, known: paths.keys.sorted())
      }
      guard taken[name] == nil else { throw .repeated(name: name) }
      guard let found = Self.listeningPath(descriptor) else { throw .notListening(name: name) }
      guard found == path else {
        throw .elsewhere(name: name, found: found, configured: path)
      }
      let flags = fcntl(descriptor, F_GETFL)
      guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0,
        fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
      else { throw .notListening(name: name) }
      // Stays with the socket, also while the manager alone has it.
      _ = envgate_refuse_descriptors(descriptor)
      taken[name] = descriptor
    }
    return taken
  }

  /// Where a Unix stream socket listens; nil where the descriptor is something else.
  private static func listeningPath(_ descriptor: Int32) -> String? {
    guard option(SO_DOMAIN, of: descriptor) == AF_UNIX,
      option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue),
      option(SO_ACCEPTCONN, of: descriptor) == 1
    else { return nil }
    var address = sockaddr_un()
    var size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let code = unsafe withUnsafeMutablePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &size)
      }
    }
    guard code == 0 else { return nil }
    // Safety: the address is ours; the path is copied. One of 108 bytes has no NUL at its end (unix(7)).
    return unsafe withUnsafeBytes(of: &address.sun_path) { bytes in
      unsafe String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return unsafe getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
  }
}
