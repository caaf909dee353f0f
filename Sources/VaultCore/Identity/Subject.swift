/// Who somebody is to the vault: an account of the host, whoever comes through a job socket, or a unit that the
/// service manager loads a credential for.
///
/// Invariant (`kernel-identity`): taken from the kernel at accept, never from a message. What comes through
/// a job socket is that socket and no account, whatever uid the kernel shows: its accounts are those of a
/// container's image.
public enum Subject: Hashable, Sendable {
  /// An account, by its number.
  case account(UInt32)
  /// A job socket, by its name.
  case socket(SocketName)
  /// A unit, as its control group shows it; no connection of the protocol is one.
  case unit(UnitName)

  /// The uid; nil for what is no account.
  public var uid: UInt32? {
    if case .account(let uid) = self { uid } else { nil }
  }

  /// The text that names it: `uid:N`, `socket:NAME` or `unit:NAME`.
  public var text: String {
    switch self {
    case .account(let uid): "uid:\(uid)"
    case .socket(let name): "socket:\(name.text)"
    case .unit(let name): "unit:\(name.text)"
    }
  }

  /// Reads what ``text`` wrote.
  public init?(text: String) {
    switch PrincipalName(text) {
    case .uid(let uid)?: self = .account(uid)
    case .socket(let name)?: self = .socket(name)
    case .user?, .group?, .gid?: return nil
    case nil:
      // No principal is a unit: no gate names one.
      guard text.hasPrefix("unit:"), let name = UnitName(text.dropFirst(5)) else { return nil }
      self = .unit(name)
    }
  }
}

/// Why somebody keeps at most the role of a requester, though the kernel shows an account: what it shows
/// may be a container's. It only takes rights away (`kernel-identity`).
public enum Confinement: String, Hashable, Sendable, CaseIterable {
  /// In another pid namespace: a container, whose root is uid 0 to the kernel.
  case processNamespace = "pid_namespace"
  /// In another user namespace, whose ids are mapped.
  case userNamespace = "user_namespace"
  /// With another file system as its root: a container that shares the host's processes.
  case rootDirectory = "root_directory"
  /// The process that connected has ended, is hidden, or is another one by now.
  case processGone = "process_gone"
  /// With more mounts than are looked through.
  case mountList = "mount_list"
  /// Not found out in time. It holds for one call, and is found out anew for the next.
  case unanswered = "unanswered"

  /// Why, for whoever is refused by it.
  public var sentence: String {
    switch self {
    case .processNamespace: "your process is in another pid namespace, as in a container"
    case .userNamespace: "your process is in another user namespace, as in a container"
    case .rootDirectory: "your process has a root file system of its own, as in a container"
    case .processGone:
      "the process that opened this connection has ended or is hidden from envgated"
    case .mountList: "your process has more mounts than envgated reads"
    case .unanswered: "the host did not report in time where your process runs"
    }
  }
}
