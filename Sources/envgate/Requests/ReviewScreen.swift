import VaultClient
import VaultProtocol

/// What a reviewer is shown before they answer.
enum ReviewScreen {
  /// Fetches a request and shows it on stderr; what a reviewer answers is what was shown.
  static func show(
    _ id: Int64, of host: HostName?, on connection: Connection
  ) throws -> RequestView {
    let request = try connection.call(
      .requestGet(TicketedRequest(request: id)), as: RequestView.self)
    Console.show(
      ReviewText(
        request: request, variables: try connection.variableFacts(of: request), host: host?.text))
    return request
  }
}
