extension Configuration {
  /// The keys of the file itself.
  static let file = ConfigurationPart(
    title: "", preface: "",
    keys: [
      ConfigurationKey(
        "socket", .restart,
        "The path of the socket that callers connect to. The daemon makes its folder if only the last part "
          + "is missing. Other accounts must not be able to write to the folder. Required."),
      ConfigurationKey(
        "socket_mode", .restart,
        "The mode of the socket, as an octal number in quotes. It decides who can connect; gates decide the "
          + "rest. The default is 0600, or 0660 with a group. Ignored if systemd makes the socket."),
      ConfigurationKey(
        "socket_group", .restart,
        "The group of the socket, by its name. Ignored if systemd makes the socket."),
      ConfigurationKey(
        "job_sockets", .restart, "Sockets for containers, by their names; see Job sockets."),
      ConfigurationKey(
        "credentials", .reload,
        "Which secrets units of systemd get by LoadCredential=, by the name of the unit and the name of the "
          + "credential; see Credentials of units."),
      ConfigurationKey(
        "credentials_socket", .restart,
        "The path of the socket that systemd reads for LoadCredential=, with mode 0600. The default is "
          + "/run/envgate/credentials.sock. If systemd makes the socket, its unit must name the same path. "
          + "Otherwise the daemon makes it if there is this key or credentials."),
      ConfigurationKey(
        "credentials_without_pidfd", .reload,
        "With accept, units also get credentials on a kernel before Linux 6.5, where the daemon knows a process "
          + "only by its number and its start time. By default it refuses them there."),
      ConfigurationKey(
        "metrics_file", .restart,
        "The path of a file with the metrics, as OpenMetrics text. The daemon writes it again every 15 seconds and removes "
          + "it when it stops. Without the key there is no file."),
      ConfigurationKey(
        "metrics_socket", .restart,
        "The path of a socket that answers GET /metrics with the same text. Without the key there is no socket."
      ),
      ConfigurationKey(
        "metrics_group", .restart,
        "The group that can read file and socket, by its name; the daemon's account must be a member. Then released "
          + "secrets are counted by environment. By default only the daemon's account and root can read them, and they "
          + "name no environment."),
      ConfigurationKey(
        "state_directory", .restart,
        "The folder with the database, its log and its lock: mode 0700, files 0600, checked at each start. "
          + "Required."),
      ConfigurationKey(
        "root_key", .restart, "Where the root key comes from; see Root key. Required."),
      ConfigurationKey(
        "auditors", .reload, "A list of principals that read the audit records."),
      ConfigurationKey(
        "people", .reload,
        "Which accounts belong to one person, by the name of the person: rules count people; see People."
      ),
      ConfigurationKey(
        "service_accounts", .reload,
        "A list of accounts that many jobs share, such as the account of a CI runner. Reviewers are told when "
          + "such an account asks."),
      ConfigurationKey(
        "gate_changes", .reload,
        "When a change of a gate takes effect. The only value is immediate."),
      ConfigurationKey("limits", .reload, "How much the daemon accepts; see Limits."),
      ConfigurationKey(
        "admins", .reload,
        "A list of principals that create environments and store secrets. The role lets them read no secret. "
          + "Being root gives no role."),
    ])

  /// The keys of one job socket.
  static let jobSocket = ConfigurationPart(
    title: "Job sockets",
    preface:
      "The container runtime mounts the folder of a job socket into a container, read-only, never the file. "
      + "A caller that connects through it is socket:NAME, whatever uid the container shows. A gate can name "
      + "it as a requester and as nothing else. The folder above it is made with mode 0700 and must stay so.",
    keys: [
      ConfigurationKey(
        "path", .restart, "The path of the socket, in a folder of its own. Required."),
      ConfigurationKey(
        "mode", .restart,
        "The mode of the socket, as an octal number in quotes. The default is 0666, or 0660 with a group."
      ),
      ConfigurationKey(
        "group", .restart,
        "The group of the socket, by its name. The runtime gives this group to the container, as docker run "
          + "--group-add does; a caller without it cannot connect."),
      ConfigurationKey(
        "users", .restart,
        "With host, the default, the daemon accepts containers without a user namespace. With remapped, it "
          + "accepts containers with one, whose uids are not accounts of the host. It refuses all other "
          + "callers, processes of the host included."),
      ConfigurationKey(
        "host_uids", .restart,
        "With refuse, the daemon refuses a process whose uid, other than 0, is an account of the host. By "
          + "default it logs such a uid, at most once an hour."),
    ])

  /// The keys of one credential of a unit.
  static let credentialSource = ConfigurationPart(
    title: "Credentials of units",
    preface:
      "A unit gets only the credentials that are written here; from a protected environment only under a standing "
      + "approval of its reviewers. The gate of the environment need not name it. The name of the unit is its full name, such as web.service or "
      + "web@1.service.",
    keys: [
      ConfigurationKey("environment", .reload, "The environment of the secret. Required."),
      ConfigurationKey("secret", .reload, "The secret. Required."),
      ConfigurationKey(
        "field", .reload,
        "The member of the value that is the credential, if the value is a JSON object. By default it is the "
          + "whole value."),
    ])

  /// The keys of `root_key`.
  static let rootKeySource = ConfigurationPart(
    title: "Root key",
    preface:
      "Give exactly one of these. Anybody who has the root key and the state directory has every secret.",
    keys: [
      ConfigurationKey(
        "file", .restart,
        "The path of a file with 32 random bytes, mode 0600, outside the state directory. The command "
          + "envgated init makes it."),
      ConfigurationKey(
        "credential", .restart,
        "The name under which systemd passes the key to the service; see systemd.exec(5)."),
    ])

  /// The keys of one person.
  static let person = ConfigurationPart(
    title: "People",
    preface:
      "The name of a person has at most 64 characters: letters, digits, underscores, hyphens and dots.",
    keys: [
      ConfigurationKey(
        "accounts", .reload,
        "A list of the accounts of this person, at least one. An account belongs to at most one person."
      )
    ])

  /// What holds for all limits.
  static let limitsPreface =
    "A connection keeps the longest line that it started with; every other limit applies at once."

  /// The keys of `limits`, in the order in which they are read: a value must fit a line.
  static let limitKeys = [
    LimitKey(
      "line_bytes", 4_096...4_194_304, \.lineBytes,
      "The longest line, replies included, in bytes. With less than the default, the largest requests cannot "
        + "be shown."),
    LimitKey(
      "value_bytes", 1...1_048_576, \.valueBytes,
      "The longest value, in bytes. As base64 it must fit a line."),
    LimitKey(
      "connections", 1...65_536, \.connections, "Connections of all callers together."),
    LimitKey(
      "connections_per_uid", 1...65_536, \.connectionsPerUID,
      "Connections of one account or job socket."),
    LimitKey("in_flight", 1...1_024, \.inFlight, "Unanswered calls of one connection."),
    LimitKey(
      "waiting_per_environment", 1...100_000, \.waitingPerEnvironment,
      "Waiting requests of one environment."),
    LimitKey(
      "waiting_per_requester_and_environment", 1...100_000, \.waitingPerRequesterAndEnvironment,
      "Waiting requests of one requester in one environment."),
    LimitKey(
      "releases_per_second", 1...10_000_000, \.releasesPerSecond,
      "Releases to one account or job socket, in the long run."),
    LimitKey(
      "release_burst", 1...10_000_000, \.releaseBurst,
      "Releases to one account or job socket, at once."),
    LimitKey(
      "direct_reads_per_day", 1...1_000_000_000, \.directReadsPerDay,
      "Reads without a request by one account, job socket or unit within 24 hours. Reads under a grant do not "
        + "count. Each read makes an audit record of about 300 bytes."),
    LimitKey(
      "changes_per_second", 1...10_000_000, \.changesPerSecond,
      "Calls of one account or job socket that leave something behind (requests, versions, edits), in the long "
        + "run. A call counts once for each KiB that it brings."),
    LimitKey("change_burst", 1...10_000_000, \.changeBurst, "The same calls, at once."),
  ]
}
