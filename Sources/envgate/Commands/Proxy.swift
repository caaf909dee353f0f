import ArgumentParser
import Glibc
import VaultClient

/// `envgate proxy`
struct Proxy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proxy",
    abstract:
      "Connect stdin and stdout to the daemon's socket, for --host and sshd's ForceCommand.",
    discussion: """
      The vault sees the account that runs this command. It connects only to the socket of this \
      host, whatever command the ssh client asked for.
      """)

  @OptionGroup var socket: SocketOption

  func run() throws {
    if isatty(STDIN_FILENO) == 1 {
      throw CommandFault(
        .usage,
        "stdin is a terminal, and the protocol is not for typing; run envgate --host on the other host"
      )
    }
    try VaultProxy.join(
      path: DaemonAddress.path(socket.path), input: STDIN_FILENO, output: STDOUT_FILENO)
  }
}
