import Glibc
import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// Asks for all secrets of an environment, waits for its reviewers, uses them, and says how it went:
/// `run-approved SOCKET ENVIRONMENT REASON`.
@main
enum RunApproved {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count == 4 else { fail("run-approved SOCKET ENVIRONMENT REASON") }
    do {
      try run(arguments[1], EnvironmentName(arguments[2]), reason: arguments[3])
    } catch let refusal as WireError {
      fail("\(refusal.reason): \(refusal.message)")
    } catch let fault as ClientFault {
      fail("\(fault.reason): \(fault.sentence)")
    } catch {
      fail("\(error)")
    }
  }

  private static func run(
    _ socket: String, _ environment: EnvironmentName, reason: String
  ) throws {
    // One connection from beginning to end: the request and its grant are held by it, and end with it.
    let vault = try Connection(path: socket)
    let created = try vault.call(
      .requestCreate(
        RequestCreate(
          environment: environment, context: RequestContext(reason: reason), attended: true)),
      as: RequestCreatedView.self)
    say("request \(created.id) is \(created.state)")

    var request = try vault.call(
      .requestGet(TicketedRequest(request: created.id)), as: RequestView.self)
    while request.state == "waiting" {
      // Answers with each change of the request; a review may be one of several.
      request = try vault.wait(for: request.id, revision: request.revision, deadline: nil)
    }
    guard request.state == "approved" else { fail("request \(request.id) is \(request.state)") }

    // The whole gate is judged again here. From now on the grant's clock runs.
    _ = try vault.call(.grantActivate(GrantActivate(request: request.id)), as: RequestView.self)
    do {
      use(try read(request.id, vault))
    } catch {
      _ = try? vault.call(
        .grantClose(GrantClose(request: request.id, outcome: .failure)), as: RequestView.self)
      throw error
    }
    _ = try vault.call(
      .grantClose(GrantClose(request: request.id, outcome: .success)), as: RequestView.self)
  }

  /// All values of a grant, which come in pages that fit the protocol's lines.
  private static func read(_ request: Int64, _ vault: Connection) throws -> [ReleasedSecret] {
    var secrets: [ReleasedSecret] = []
    var after: SecretName?
    repeat {
      let page = try vault.call(
        .grantRead(GrantRead(request: request, after: after)), as: GrantPageView.self)
      secrets += page.items
      after = try page.next.map { try SecretName($0) }
    } while after != nil
    return secrets
  }

  /// What your program would do. A buffer shows its size and nothing else, however it is printed.
  private static func use(_ secrets: [ReleasedSecret]) {
    for secret in secrets { print("\(secret.name) \(secret.version) \(secret.value)") }
  }

  private static func fail(_ text: String) -> Never {
    say("run-approved: \(text)")
    exit(1)
  }

  private static func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = write(STDERR_FILENO, line, line.count)
  }
}
