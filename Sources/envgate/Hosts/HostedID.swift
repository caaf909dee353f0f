import ArgumentParser
import VaultClient

/// A request's number as it is typed: `42`, or `build1:42` on another host.
struct HostedID: ExpressibleByArgument, Hashable {
  /// The host that is named with it; nil where it is the one that the command is about anyhow.
  let host: HostName?
  let number: Int64

  /// Split at the last colon: an address holds some itself.
  init?(argument: String) {
    let colon = argument.lastIndex(of: ":")
    let digits = colon.map { argument[argument.index(after: $0)...] } ?? argument[...]
    guard let number = Int64(digits) else { return nil }
    var host: HostName?
    if let colon {
      host = HostName(String(argument[..<colon]))
      if host == nil { return nil }
    }
    self.host = host
    self.number = number
  }
}

extension ConnectionOptions {
  /// Where a request is.
  func destination(of id: HostedID) throws -> Destination {
    try destination(of: id, isAlone: true)
  }

  func destination(of id: HostedID, isAlone: Bool) throws -> Destination {
    try id.host.map { .desk($0, isAlone: isAlone) } ?? destination
  }

  func connect(for id: HostedID) throws -> Connection { try Connection(destination(of: id)) }
}

/// The vaults that several requests lie in, each connected to once and all of them side by side.
struct HostedConnections {
  private var connections: [Destination: Result<Connection, any Error>] = [:]
  private let options: ConnectionOptions

  init(_ options: ConnectionOptions, for ids: [HostedID]) throws {
    self.options = options
    let isAlone = Set(try ids.map(options.destination)).count == 1
    for id in ids {
      let destination = try options.destination(of: id, isAlone: isAlone)
      if connections[destination] == nil {
        connections[destination] = Result { try Connection(destination) }
      }
    }
  }

  /// The connection to where a request is.
  func connection(for id: HostedID) throws -> Connection {
    let destination = try options.destination(of: id)
    return try connections[destination]?.get() ?? Connection(destination)
  }
}
