import Glibc

/// Why there was no answer from the vault. What the vault itself answers is not here.
public enum ClientFault: Error, Hashable, Sendable {
  /// There is no socket at the path (ENOENT).
  case noDaemon(path: String)
  /// A socket without a listener: the daemon was killed (ECONNREFUSED, unix(7)).
  case staleSocket(path: String)
  /// Something that is no socket lies at the path.
  case notASocket(path: String)
  /// The socket's mode or its folder keeps this account out (EACCES).
  case noPermission(path: String)
  /// The path does not fit `sun_path` (unix(7)); the limit is in bytes.
  case pathTooLong(limit: Int)
  /// The listener's queue was full for as long as the client waits.
  case busy(path: String)
  /// Somebody who may not see a value listens; nothing was sent.
  case untrustedServer(path: String, uid: UInt32)
  /// The connection ended before the reply was whole.
  case connectionLost
  /// The deadline passed before the reply.
  case timedOut
  /// The daemon has answered nothing for so long, while something was waited for.
  case daemonSilent(seconds: Int64)
  /// A reply without an end within this many bytes.
  case replyTooLong(limit: Int)
  /// A reply that is not the protocol's; the text says what was expected, never what came.
  case replyInvalid(String)
  /// The daemon speaks a newer protocol, and this client does not understand its answer.
  case protocolNewer(daemon: Int64, client: Int64)
  /// There is no ssh to reach another host with.
  case noSSH
  /// ssh could not reach the host, or not sign in there.
  case hostUnreachable(host: String)
  /// The host has no `envgate` for this account.
  case hostWithoutEnvgate(host: String)
  /// `envgate proxy` on the host has run, and has said why it does not connect.
  case hostRefused(host: String)
  /// What ran on the host was not `envgate proxy`: it ended with this code.
  case hostEnded(host: String, code: Int32)
  /// What ran on the host spoke, but not the protocol.
  case hostInvalid(host: String)
  /// No locked memory for a value.
  case memoryExhausted
  /// A system call failed.
  case system(call: String, error: Int32)

  /// A stable slug, in the manner of the wire's `data.reason`.
  public var reason: String {
    switch self {
    case .noDaemon: "daemon.absent"
    case .staleSocket: "daemon.stale"
    case .notASocket: "daemon.not_a_socket"
    case .noPermission: "daemon.permission"
    case .pathTooLong: "daemon.path"
    case .busy: "daemon.busy"
    case .untrustedServer: "daemon.untrusted"
    case .connectionLost: "connection.lost"
    case .timedOut: "connection.timeout"
    case .daemonSilent: "daemon.silent"
    case .replyTooLong, .replyInvalid: "reply.invalid"
    case .protocolNewer: "daemon.protocol"
    case .noSSH: "host.no_ssh"
    case .hostUnreachable: "host.unreachable"
    case .hostWithoutEnvgate: "host.no_envgate"
    case .hostRefused: "host.refused"
    case .hostEnded, .hostInvalid: "host.invalid"
    case .memoryExhausted: "limit.memory"
    case .system: "system"
    }
  }

  /// One sentence for a person, lower case, without a full stop, with what to do next.
  public var sentence: String {
    switch self {
    case .noDaemon(let path):
      "no daemon: there is no socket at \(path); start envgated, or give its socket with --socket"
    case .staleSocket(let path):
      "stale socket: no daemon listens at \(path); start envgated again"
    case .notASocket(let path):
      "\(path) is not a socket; give the daemon's socket with --socket"
    case .noPermission(let path):
      "no permission to connect to \(path); ask an admin to add your account to the socket's group"
    case .pathTooLong(let limit):
      "the socket's path is longer than \(limit) bytes; use a shorter one"
    case .busy(let path):
      "the daemon at \(path) accepts no more connections now; try again"
    case .untrustedServer(let path, let uid):
      "uid \(uid) listens at \(path), but it is neither root, nor you, nor a system account that owns the "
        + "socket; nothing was sent"
    case .connectionLost: "the daemon ended the connection before it answered"
    case .timedOut: "no answer came in time"
    case .daemonSilent(let seconds):
      "the daemon runs, but has not answered for \(seconds)s; as root, run: systemctl restart envgated"
    case .replyTooLong(let limit): "the reply is longer than \(limit) bytes"
    case .replyInvalid(let expected): "the reply does not follow the protocol: \(expected)"
    case .protocolNewer(let daemon, let client):
      "the daemon speaks protocol \(daemon), this client \(client); install the client "
        + "of the daemon's version"
    case .noSSH: "there is no ssh in PATH; install the OpenSSH client"
    case .hostUnreachable(let host):
      "ssh cannot reach \(host), or \(host) refuses you; try: ssh \(host) envgate proxy"
    case .hostWithoutEnvgate(let host):
      "ssh finds no envgate on \(host); install it there, in /usr/bin"
    case .hostRefused(let host):
      "envgate on \(host) cannot reach the vault there; its message is above"
    case .hostEnded(let host, let code):
      "the command on \(host) ended with code \(code) and was not envgate proxy; try: "
        + "ssh \(host) envgate proxy"
    case .hostInvalid(let host):
      "the answer of \(host) does not come from a vault; check whether a login script there prints something; try: "
        + "ssh \(host) envgate proxy </dev/null"
    case .memoryExhausted: "no locked memory is left for a value; raise the limit of locked memory"
    case .system(let call, let error): "\(call) failed: \(Self.text(error))"
    }
  }

  private static func text(_ error: Int32) -> String {
    // Safety: strerror returns a string that libc owns; it is copied before any other call.
    guard let message = unsafe strerror(error) else { return "error \(error)" }
    return unsafe String(cString: message)
  }
}
