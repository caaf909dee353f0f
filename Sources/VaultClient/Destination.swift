/// Where a vault is: behind a socket on this host, or on another host that ssh signs in to.
public struct Destination: Sendable {
  enum Place: Hashable, Sendable {
    case socket(path: String)
    case host(HostName)
  }

  let place: Place
  /// Whether ssh may ask somebody for a passphrase or about a new host.
  let mayAsk: Bool
  /// Told each line that ssh and the far end say beside the protocol. Foreign text: it can hold anything.
  let tell: @Sendable (_ line: String) -> Void

  /// A daemon's socket: at most 107 bytes (unix(7)).
  public static func socket(path: String) -> Destination {
    Destination(place: .socket(path: path), mayAsk: false, tell: { _ in })
  }

  /// A host that runs the vault: `ssh HOST envgate proxy` with the user's own configuration of ssh.
  /// - Parameters:
  ///   - mayAsk: whether ssh may ask on the terminal or by its askpass.
  ///   - tell: told each line that ssh and the far end say. Foreign text: it can hold anything.
  public static func host(
    _ name: HostName, mayAsk: Bool = false,
    tell: @escaping @Sendable (_ line: String) -> Void = { _ in }
  ) -> Destination {
    Destination(place: .host(name), mayAsk: mayAsk, tell: tell)
  }

  /// The host; nil for a socket.
  public var host: HostName? {
    if case .host(let name) = place { name } else { nil }
  }
}

extension Destination: Hashable {
  /// Whether both are the same place; who is told what is said does not matter.
  public static func == (left: Destination, right: Destination) -> Bool {
    left.place == right.place
  }
  /// The place alone.
  public func hash(into hasher: inout Hasher) { hasher.combine(place) }
}
