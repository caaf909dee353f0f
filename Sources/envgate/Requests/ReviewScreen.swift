import VaultClient
import VaultProtocol

/// What a reviewer is shown before they answer.
enum ReviewScreen {
  /// Fetches a request and shows it on stderr; what a reviewer answers is what was shown.
  static func show(_ id: Int64, on connection: Connection) throws -> RequestView {
    let request = try connection.call(
      .requestGet(RequestGet(request: id)), as: RequestView.self)
    Console.show(request.lines(now: WallClock.now) + (try connection.variableLines(of: request)))
    return request
  }
}
