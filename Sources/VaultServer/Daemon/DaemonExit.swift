/// What envgated tells its parent, by sysexits.h.
public enum DaemonExit: Int32, CaseIterable, Sendable {
  /// It stopped when it was told to.
  case stopped = 0
  /// The command line.
  case usage = 64
  /// The vault.
  case data = 65
  /// Another process.
  case unavailable = 69
  /// envgated itself.
  case software = 70
  /// What root wrote.
  case configuration = 78

  /// What it means, as the manual page and `--help` say it.
  public var meaning: String {
    switch self {
    case .stopped: "stopped, or the configuration is valid"
    case .usage: "the command line is wrong"
    case .data: "the vault is damaged, or the root key belongs to another vault"
    case .unavailable: "the socket or the state directory is in use"
    case .software: "internal error"
    case .configuration: "the configuration is wrong"
    }
  }
}
