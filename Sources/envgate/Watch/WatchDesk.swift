import VaultClient
import VaultProtocol

/// What a reviewer asks of the vaults, and tells them: on connections of its own, so that it does not
/// stand behind what the feeds ask.
final class WatchDesk {
  private let places: [WatchPlace]
  private let vigil: Vigil
  private var connections: [String?: Connection] = [:]

  /// Seconds that a person waits for an answer.
  private static let patience: Int64 = 10

  init(_ places: [WatchPlace], vigil: Vigil) {
    self.places = places
    self.vigil = vigil
  }

  /// The whole of a request, as it is by now.
  func text(of key: WatchKey) throws -> ReviewText {
    try on(key) { connection in
      let request = try connection.call(
        .requestGet(TicketedRequest(request: key.id)), as: RequestView.self, deadline: Self.deadline
      )
      return ReviewText(
        request: request, variables: try connection.variableFacts(of: request), host: key.host)
    }
  }

  /// Approves exactly what has this digest.
  /// - Returns: what has become of it, in words.
  func approve(_ key: WatchKey, digest: String, comment: String) throws -> String {
    let digest = try Self.bytes(digest)
    let request = try on(key) { connection in
      try connection.call(
        .requestApprove(RequestApprove(request: key.id, digest: digest, comment: comment)),
        as: RequestView.self, deadline: Self.deadline)
    }
    return request.waitingSentence(now: WallClock.now).map { "approved \(key.text); \($0)" }
      ?? PlainText.shown("approved; request \(key.text) is \(request.state)")
  }

  /// Rejects what has this digest, finally.
  func reject(_ key: WatchKey, digest: String, comment: String) throws -> String {
    let digest = try Self.bytes(digest)
    let request = try on(key) { connection in
      try connection.call(
        .requestReject(RequestReject(request: key.id, comment: comment, digest: digest)),
        as: RequestView.self, deadline: Self.deadline)
    }
    return PlainText.shown("request \(key.text) is \(request.state)")
  }

  private static var deadline: WaitDeadline { WaitDeadline(secondsFromNow: patience) }

  private static func bytes(_ digest: String) throws -> [UInt8] {
    guard let digest = Digest(digest) else {
      throw CommandFault(.replyInvalid, "the request came without a digest")
    }
    return digest.bytes
  }

  /// On the connection to the request's host; on a new one where that has ended meanwhile.
  ///
  /// Nothing is said twice: whether a call that was not answered has been heard is for the next look at
  /// the request to say.
  private func on<R>(_ key: WatchKey, _ body: (Connection) throws -> R) throws -> R {
    let known = connections[key.host].flatMap { $0.isAlive ? $0 : nil }
    do { return try body(try known ?? connect(key.host)) } catch {
      if !(error is WireError) { connections[key.host] = nil }
      throw error
    }
  }

  private func connect(_ host: String?) throws -> Connection {
    guard let place = places.first(where: { $0.host == host }) else {
      throw CommandFault(.usage, "watch does not follow that host")
    }
    let connection = try place.connect()
    connection.vigil = vigil
    connections[host] = connection
    return connection
  }
}
