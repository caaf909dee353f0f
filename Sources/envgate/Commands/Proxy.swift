import ArgumentParser
import Glibc
import VaultClient

/// `envgate proxy`
struct Proxy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proxy",
    abstract:
      "Join stdin and stdout to the daemon's socket, for --host and for sshd's ForceCommand.",
    discussion: """
      The vault sees the account that runs this. It leads to the socket of this host and nowhere else, \
      whatever command whoever signed in has asked for.
      """)

  @OptionGroup var socket: SocketOption

  func run() throws {
    if isatty(STDIN_FILENO) == 1 {
      throw CommandFault(
        .usage,
        "stdin is a terminal, and the protocol is not for typing; use envgate --host from the other end"
      )
    }
    try VaultProxy.join(
      path: DaemonAddress.path(socket.path), input: STDIN_FILENO, output: STDOUT_FILENO)
  }
}
