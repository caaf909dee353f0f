import Glibc
import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// Prints a secret of an environment that nothing protects: `read-secret SOCKET ENVIRONMENT NAME >file`.
@main
enum ReadSecret {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count == 4 else { fail("read-secret SOCKET ENVIRONMENT NAME") }
    do {
      let vault = try Connection(path: arguments[1])
      let answer = try vault.call(
        .secretGet(
          SecretGet(
            environment: EnvironmentName(arguments[2]), name: SecretName(arguments[3]))),
        as: SecretValueView.self)
      // The value lies in locked memory that is wiped with its last reference; lent, not copied.
      answer.secret.value.withUnsafeBytes { bytes in
        _ = write(STDOUT_FILENO, bytes.baseAddress, bytes.count)
      }
    } catch let refusal as WireError {
      // The vault says no: `reason` is for programs, `message` for people.
      fail("\(refusal.reason): \(refusal.message)")
    } catch let fault as ClientFault {
      // There was no answer: no daemon, no permission, a lost connection.
      fail("\(fault.reason): \(fault.sentence)")
    } catch {
      fail("that is no name: \(error)")
    }
  }

  private static func fail(_ text: String) -> Never {
    say("read-secret: \(text)")
    exit(1)
  }

  private static func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = write(STDERR_FILENO, line, line.count)
  }
}
