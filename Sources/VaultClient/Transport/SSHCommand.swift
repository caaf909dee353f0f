/// How ssh is called. The user's own configuration decides whatever is not said here.
enum SSHCommand {
  /// - Parameter mayAsk: whether ssh may ask somebody; without a terminal it would fail late or hang.
  static func arguments(to host: HostName, mayAsk: Bool) -> [String] {
    var arguments = ["ssh"]
    // No terminal, no X11, no agent over there: the far end gets a stream of bytes, and nothing that it
    // could use in the name of whoever calls.
    arguments += ["-T", "-x", "-a"]
    var options = [
      "ClearAllForwardings=yes", "PermitLocalCommand=no", "RemoteCommand=none", "Tunnel=no",
      // A connection that is there already is used; one that others came to ride on would end with us.
      "ControlMaster=no",
      // A host that is gone is noticed within a minute, so that a waiting job connects anew.
      "ServerAliveInterval=15", "ServerAliveCountMax=3", "ConnectTimeout=20",
    ]
    if !mayAsk { options.append("BatchMode=yes") }
    for option in options { arguments += ["-o", option] }
    // Behind -- nothing is an option.
    return arguments + ["--", host.text, "envgate", "proxy"]
  }

  /// Whether ssh is given a variable of ours: `SendEnv` would carry it to the far end, which has its own.
  static func passes(variable: String) -> Bool { !variable.hasPrefix("ENVGATE_") }
}
