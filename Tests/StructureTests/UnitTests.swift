import Promises
import Testing

/// The units of the service, beside what the daemon and its configuration say.
@Suite struct `the units` {
  static let service = settings("systemd/envgated.service")
  static let socket = settings("systemd/envgated.socket")

  /// Every assignment of a unit, in order.
  static func settings(_ path: String) -> [(name: String, value: String)] {
    Checkout.lines(path).filter { !$0.hasPrefix("#") }.compactMap { line in
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
  }

  static func values(_ name: String, in unit: [(name: String, value: String)]) -> [String] {
    unit.filter { $0.name == name }.map { $0.value }
  }

  @Test(.promise(.peersAreVisible))
  func `kernel-identity: nothing of the service hides who its peers are`() {
    #expect(Self.service.count > 40)
    for name in ["PrivateUsers", "PrivatePIDs", "DynamicUser", "ProtectProc", "ProcSubset"] {
      #expect(Self.values(name, in: Self.service).isEmpty, "\(name)= changes whom the daemon sees")
    }
    // The account database is asked over Unix sockets.
    #expect(Self.values("RestrictAddressFamilies", in: Self.service) == ["AF_UNIX"])
  }

  @Test(.promise(.noCore))
  func `no-echo: the service leaves no core, no crash report and nothing in swap`() {
    #expect(Self.values("LimitCORE", in: Self.service) == ["0"])
    #expect(Self.values("MemorySwapMax", in: Self.service) == ["0"])
    #expect(Self.values("WatchdogSignal", in: Self.service) == ["SIGKILL"])
    #expect(Self.values("Environment", in: Self.service) == ["SWIFT_BACKTRACE=enable=no"])
  }

  @Test func `the socket has the path of the configuration and the name that the daemon knows`() {
    let path = "/run/envgate/envgate.sock"
    #expect(Self.values("ListenStream", in: Self.socket) == [path])
    #expect(
      Checkout.text("config/envgated.json")?.contains("\"socket\": \"\(path)\"") == true)
    #expect(Self.values("FileDescriptorName", in: Self.socket) == ["envgate"])
    #expect(
      Checkout.text("Sources/VaultServer/Daemon/ListeningSocket.swift")?
        .contains("static let name = \"envgate\"") == true)
    #expect(Self.values("SocketMode", in: Self.socket) == ["0660"])
  }

  @Test func `the socket for credentials is root's alone, at the path that the daemon expects`() {
    let unit = Self.settings("systemd/envgated-credentials.socket")
    #expect(Self.values("ListenStream", in: unit) == ["/run/envgate/credentials.sock"])
    #expect(Self.values("FileDescriptorName", in: unit) == ["credentials"])
    #expect(Self.values("Service", in: unit) == ["envgated.service"])
    #expect(Self.values("SocketMode", in: unit) == ["0600"])
    #expect(Self.values("SocketUser", in: unit).isEmpty)
    #expect(
      Checkout.text("Sources/VaultServer/Configuration/Configuration.swift")?
        .contains("static let usualPath = \"/run/envgate/credentials.sock\"") == true)
    #expect(
      Checkout.text("Sources/VaultServer/Daemon/ListeningSocket.swift")?
        .contains("static let credentials = \"credentials\"") == true)
  }

  @Test func `the example of a unit does not start without its credential`() {
    let unit = Self.settings("config/examples/systemd/web.service")
    #expect(
      Self.values("LoadCredential", in: unit) == ["database:/run/envgate/credentials.sock"])
    #expect(Self.values("ExecStartPre", in: unit) == ["/usr/bin/test -s %d/database"])
  }

  @Test func `the account, its group and its folders are the ones that are made for it`() {
    for name in ["User", "Group"] {
      #expect(Self.values(name, in: Self.service) == ["envgate"])
      #expect(Self.values("Socket" + name, in: Self.socket) == ["envgate"])
    }
    let accounts = Checkout.lines("systemd/sysusers.d/envgate.conf")
    #expect(accounts.contains { $0.hasPrefix("u envgate ") })
    let folders = Checkout.lines("systemd/tmpfiles.d/envgate.conf")
    #expect(folders.contains("d /etc/envgate 0755 root root"))
    #expect(folders.contains("d /var/lib/envgate 0700 envgate envgate"))
    #expect(
      Checkout.text("config/envgated.json")?
        .contains("\"state_directory\": \"/var/lib/envgate\"") == true)
  }
}
