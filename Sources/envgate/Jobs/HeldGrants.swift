import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// The grants of exclusive environments that the commands around this one hold: `exec` names them to its
/// child in `$ENVGATE_HELD`, so that a job inside is not let wait for its own end.
///
/// A word is a request's number, its environment and its digest, which no other vault has. Nothing else is believed
/// of the variable: whether a grant is active, and of which environment, the daemon says. The digest it says only to
/// whoever may see the whole request, which a command inside often may not.
struct HeldGrants {
  static let variable = "ENVGATE_HELD"
  /// No more words are looked at: each is a call.
  private static let most = 16

  private let words: [String]

  init(_ text: String? = ProcessContext.variable(variable)) {
    words = (text ?? "").split(separator: " ").suffix(Self.most).map(String.init)
  }

  /// The variable for a child that is given one more grant.
  func variable(with request: RequestView) throws -> HandOver.Variable {
    let text = (words + [Self.word(request)]).suffix(Self.most).joined(separator: " ")
    return HandOver.Variable(name: Self.variable, value: try SecretBuffer.copying(text: text))
  }

  private static func word(_ request: RequestView) -> String {
    "\(request.id):\(request.environment):\(request.digest)"
  }

  private static func isSame(_ request: RequestView, _ word: String) -> Bool {
    request.isPartial
      ? word.hasPrefix("\(request.id):\(request.environment):") : Self.word(request) == word
  }

  /// The requests whose grants are active still.
  func active(on connection: Connection) throws -> [RequestView] {
    try words.compactMap { word in
      guard let id = word.split(separator: ":").first.flatMap({ Int64($0) }), id > 0 else {
        return nil
      }
      do {
        let request = try connection.call(
          .requestGet(TicketedRequest(request: id)), as: RequestView.self)
        return request.state == "active" && Self.isSame(request, word) ? request : nil
      } catch let error as WireError where error.known != nil && error.retryAfter == nil {
        // Of another vault, or not to be seen from here.
        return nil
      }
    }
  }

  /// Refuses a job in an environment that a command around it holds.
  static func refuse(_ environment: EnvironmentName, inside held: [RequestView]) throws {
    guard
      let own = held.first(where: {
        (try? EnvironmentName(argument: $0.environment)) == environment
      })
    else { return }
    throw CommandFault(
      .grantNested,
      PlainText.shown(
        "this command runs under request \(own.id) of \(own.environment), which has one grant at a time, "
          + "so it would wait for itself; use the secrets that the outer command was given"))
  }
}
