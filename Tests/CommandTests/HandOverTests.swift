import Glibc
import Promises
import Testing

/// How a command gets its secrets, with the programs that ship.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct HandOverTests {
  static let azure =
    #"{"clientId":"the-id","clientSecret":"s3~cr\"et","tenantId":"the-tenant","subscriptionId":"the-sub"}"#

  /// A daemon with an unprotected environment for the account of jobs.
  static func stage(_ secrets: [String: String] = ["KEY": "the value\nof two lines"]) throws
    -> TestDaemon
  {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "dev", "--requester", "user:daemon", "--unprotected",
    ])
    for (name, value) in secrets {
      try daemon.must(["secret", "set", name, "-e", "dev", "--raw"], input: value)
    }
    return daemon
  }

  static func exec(
    _ daemon: TestDaemon, _ options: [String], _ script: String,
    environment: [String: String] = [:]
  ) throws -> Finished {
    try daemon.envgate(
      ["exec", "-e", "dev"] + options + ["--", "/bin/sh", "-c", script], as: TestDaemon.runner.uid,
      environment: environment)
  }

  @Test(.promise(.filesForTheOwnerAlone), arguments: ["fd", "file"])
  func `a file holds every byte, for its owner alone, and can be read twice`(form: String) throws {
    let daemon = try Self.stage(["KEY": "a\0b\nc\n"])
    let done = try Self.exec(
      daemon, ["--as", form],
      """
      test -z "${KEY+x}" || exit 9
      od -An -c "$KEY_FILE" | tr -d ' '; od -An -c "$KEY_FILE" | tr -d ' '
      stat -L -c '%a %u' "$KEY_FILE"
      (echo more >>"$KEY_FILE") 2>/dev/null && exit 8
      exit 0
      """)
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == #"a\0b\nc\n"# + "\n" + #"a\0b\nc\n"# + "\n400 1\n")
  }

  @Test(.promise(.filesForTheOwnerAlone))
  func `a descriptor's file is sealed even against root`() throws {
    let daemon = try Self.stage()
    try daemon.must(["environment", "edit", "dev", "--add-requester", "uid:0"])
    let done = try daemon.envgate([
      "exec", "-e", "dev", "--as", "fd", "--", "/bin/sh", "-c",
      "(printf x >\"$KEY_FILE\") 2>/dev/null && exit 8; cat \"$KEY_FILE\"",
    ])
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == "the value\nof two lines")
  }

  @Test(.promise(.filesForTheOwnerAlone))
  func `a file lies in a tmpfs in a closed folder, and is gone afterwards`() throws {
    let daemon = try Self.stage()
    let done = try Self.exec(
      daemon, ["--as", "file"],
      """
      folder=$(dirname "$KEY_FILE")
      stat -c '%a %u' "$folder"; stat -f -c %T "$folder"; echo "$folder"
      """)
    #expect(done.code == 0, "\(done.stderr)")
    let lines = done.text.split(separator: "\n").map(String.init)
    #expect(lines.prefix(2) == ["500 1", "tmpfs"])
    #expect(lines.count == 3)
    #expect(access(lines.last ?? "/", F_OK) == -1, "\(done.text)")
  }

  @Test(.promise(.filesForTheOwnerAlone), arguments: [SIGKILL, SIGTERM])
  func `a file is gone when envgate is killed`(signal: Int32) throws {
    let daemon = try Self.stage()
    let job = try daemon.startEnvgate(
      [
        "exec", "-e", "dev", "--as", "file", "--", "/bin/sh", "-c",
        "echo \"folder $(dirname $KEY_FILE) end\" >&2; exec sleep 60",
      ], as: TestDaemon.runner.uid)
    let said = try job.readErrors(until: " end")
    let folder = String(said.split(separator: " ").dropFirst().first ?? "")
    #expect(folder.hasPrefix("/dev/shm/envgate-"))
    #expect(access(folder, F_OK) == 0)
    job.signal(signal)
    job.wait()
    #expect(eventually { access(folder, F_OK) == -1 }, "\(folder)")
  }

  @Test func `Azure's credentials become the variables that its tools read`() throws {
    let daemon = try Self.stage(["AZURE_CREDENTIALS": Self.azure, "KEY": "other"])
    let script = """
      test -z "${AZURE_CREDENTIALS+x}" || exit 9
      for name in CLIENT_ID CLIENT_SECRET TENANT_ID SUBSCRIPTION_ID; do
        eval "printf '%s|%s\\n' \\"\\$AZURE_$name\\" \\"\\$ARM_$name\\""
      done
      printf %s "$KEY"
      """
    let done = try Self.exec(daemon, ["--as", "azure"], script)
    #expect(done.code == 0, "\(done.stderr)")
    #expect(
      done.text == """
        the-id|the-id
        s3~cr"et|s3~cr"et
        the-tenant|the-tenant
        the-sub|the-sub
        other
        """)
  }

  @Test(arguments: [
    (
      #"{"appId":"i","displayName":"d","password":"s","tenant":"t"}"#,
      "CLIENT_ID=i CLIENT_SECRET=s TENANT_ID=t"
    ),
    (
      #"{"clientId":"i","clientCertificate":"/etc/sp.pem","tenantId":"t","subscriptionId":"u"}"#,
      "CLIENT_CERTIFICATE_PATH=/etc/sp.pem CLIENT_ID=i SUBSCRIPTION_ID=u TENANT_ID=t"
    ),
    (
      #"{"appId":"i","fileWithCertAndPrivateKey":"/home/a/tmp.pem","password":null,"tenant":"t"}"#,
      "CLIENT_CERTIFICATE_PATH=/home/a/tmp.pem CLIENT_ID=i TENANT_ID=t"
    ),
  ])
  func `each form in which az prints a service principal is taken`(
    value: String, variables: String
  ) throws {
    let daemon = try Self.stage(["AZURE_CREDENTIALS": value])
    let done = try Self.exec(
      daemon, ["--as", "azure"], "env | grep -E '^(AZURE|ARM)_' | LC_ALL=C sort")
    let expected = ["ARM_", "AZURE_"].flatMap { prefix in
      variables.split(separator: " ").map { prefix + $0 }
    }
    #expect(done.text.split(separator: "\n").map(String.init) == expected, "\(done.stderr)")
  }

  @Test(arguments: [
    ("https://login.microsoftonline.com", "AzureCloud", "public"),
    ("https://login.microsoftonline.us/", "AzureUSGovernment", "usgovernment"),
    ("https://login.chinacloudapi.cn", "AzureChinaCloud", "china"),
  ])
  func `Azure's credentials name the cloud that they are for`(
    address: String, az: String, terraform: String
  ) throws {
    let daemon = try Self.stage([
      "AZURE_CREDENTIALS":
        #"{"clientId":"i","clientSecret":"s","tenantId":"t","activeDirectoryEndpointUrl":"\#(address)"}"#
    ])
    let done = try Self.exec(
      daemon, ["--as", "azure"],
      #"echo "$AZURE_AUTHORITY_HOST $AZURE_CLOUD_NAME $ARM_ENVIRONMENT""#)
    let host = address.hasSuffix("/") ? String(address.dropLast()) : address
    #expect(done.text == "\(host) \(az) \(terraform)\n", "\(done.stderr)")
  }

  @Test(
    .promise(.nothingHalfIsStarted),
    arguments: [
      (#"{"clientId":"x"}"#, "it needs clientId, tenantId and clientSecret"),
      ("CANARY", "not a JSON object"),
      (#"{"clientId":"","clientSecret":"CANARY","tenantId":"t","subscriptionId":"s"}"#, "is empty"),
      (#"{"clientId":"c","clientSecret":null,"tenantId":"t"}"#, "clientSecret is not a string"),
      (#"{"clientId":"c","clientSecret":{"value":"CANARY"},"tenantId":"t"}"#, "is not a string"),
      (#"{"clientId":"c","clientSecret":["CANARY"],"tenantId":"t"}"#, "is not a string"),
      (#"{"clientId":"c","clientSecret":12,"tenantId":"t"}"#, "is not a string"),
      (#"{"appId":"c","password":"CANARY","tenant":true}"#, "tenant is not a string"),
      (
        #"{"appId":"c","password":null,"tenant":"t"}"#,
        "it needs clientId, tenantId and clientSecret"
      ),
      (
        #"{"clientId":"c","clientSecret":"CANARY","tenantId":"t","subscriptionId":null}"#,
        "subscriptionId is not a string"
      ),
      (
        #"{"clientId":"c","clientSecret":"CANARY","tenantId":"t","activeDirectoryEndpointUrl":"https://evil.example"}"#,
        "not the sign-in address of a cloud"
      ),
      (
        #"{"clientId":"i","clientCertificate":"-----BEGIN PRIVATE KEY-----\nCANARY\n","tenantId":"t"}"#,
        "clientCertificate is not a path"
      ),
      (
        #"{"appId":"i","fileWithCertAndPrivateKey":"/tmp/a\nCANARY","password":null,"tenant":"t"}"#,
        "fileWithCertAndPrivateKey is not a path"
      ),
      (
        #"{"clientId":"CANARY","appId":"b","clientSecret":"s","tenantId":"t"}"#,
        "clientId and appId contradict each other"
      ),
      (
        #"{"clientId":"a","appId":"a","clientSecret":"CANARY","password":"s","tenantId":"t"}"#,
        "clientSecret and password contradict each other"
      ),
    ])
  func `what are no Azure credentials is refused before the command starts`(
    value: String, says: String
  ) throws {
    let daemon = try Self.stage(["AZURE_CREDENTIALS": value])
    let done = try Self.exec(daemon, ["--as", "azure"], "echo started")
    #expect(done.code == 125)
    #expect(done.text.isEmpty)
    #expect(done.stderr.contains("value.field") && done.stderr.contains(says), "\(done.stderr)")
    #expect(!done.stderr.contains("CANARY"))
  }

  @Test func `without Azure's credentials nobody is asked`() throws {
    let daemon = try Self.stage()
    let done = try Self.exec(daemon, ["--as", "azure"], "echo started")
    #expect(done.code == 125 && done.text.isEmpty)
    #expect(done.stderr.contains("envgate: secret.missing: "), "\(done.stderr)")
    let named = try Self.exec(daemon, ["--as", "azure", "-s", "KEY"], "echo started")
    #expect(named.stderr.contains("KEY does not hold Azure credentials"), "\(named.stderr)")

    try daemon.must([
      "environment", "create", "prod", "--requester", "user:daemon", "--reviewer", "user:bin",
    ])
    for name in ["KEY", "OTHER"] {
      try daemon.must(["secret", "set", name, "-e", "prod"], input: "value")
    }
    func ask(_ options: [String]) throws {
      let done = try daemon.envgate(
        ["exec", "-e", "prod", "--as", "azure", "--timeout", "9s"] + options + ["--", "/bin/true"],
        as: TestDaemon.runner.uid)
      #expect(done.code == 125 && done.stderr.contains("secret.missing"), "\(done.stderr)")
    }
    let before = try daemon.must(["request", "list", "--json"])
    // Nobody is asked: what there is is known before the request is made.
    try ask(["-s", "KEY", "-s", "OTHER"])
    try ask([])
    #expect(try daemon.must(["request", "list", "--json"]) == before)
  }

  @Test(.promise(.nothingHalfIsStarted), arguments: ["env", "fd", "file"])
  func `a member goes over in each form, and a missing one stops all`(form: String) throws {
    let daemon = try Self.stage(["SP": Self.azure])
    let show = form == "env" ? "printf %s \"$SP\"" : "cat \"$SP_FILE\""
    let done = try Self.exec(
      daemon, ["-s", "SP", "--field", "clientSecret", "--as", form], show)
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == #"s3~cr"et"#)
    let missing = try Self.exec(
      daemon, ["-s", "SP", "--field", "nothing", "--as", form], "echo started")
    #expect(missing.code == 125 && missing.text.isEmpty)
    #expect(missing.stderr.contains(#"has no member "nothing""#), "\(missing.stderr)")
  }

  @Test(
    .promise(.nothingHalfIsStarted),
    arguments: [
      (["--as", "fd"], "KEY_FILE"), (["--as", "file"], "KEY_FILE"), ([], "KEY"),
    ])
  func `a variable that is there is kept, unless told otherwise`(
    options: [String], name: String
  ) throws {
    let daemon = try Self.stage()
    let refused = try Self.exec(
      daemon, options, "echo started", environment: [name: "mine"])
    #expect(refused.code == 125 && refused.text.isEmpty)
    #expect(refused.stderr.contains("environment.conflict: \(name) is already"))
    let done = try Self.exec(
      daemon, options + ["--override"], "test \"$\(name)\" != mine", environment: [name: "mine"])
    #expect(done.code == 0, "\(done.stderr)")
  }

  @Test(.promise(.nothingHalfIsStarted))
  func `two things of one name are refused, and so is a path that would steer the job`()
    throws
  {
    let daemon = try Self.stage([:])
    let steering = try daemon.envgate(["secret", "set", "SSL_CERT", "-e", "dev"], input: "x")
    #expect(steering.code == 65 && steering.stderr.contains("name.reserved"), "\(steering)")
    try daemon.must(["variable", "set", "KEY_FILE", "-e", "dev", "--value", "/etc/passwd"])
    try daemon.must(["secret", "set", "KEY", "-e", "dev"], input: "x")
    let twice = try Self.exec(daemon, ["--as", "file", "-s", "KEY"], "echo started")
    #expect(twice.code == 125 && twice.text.isEmpty)
    #expect(
      twice.stderr.contains("two values would become the variable KEY_FILE"), "\(twice.stderr)")
  }

  @Test(.promise(.nothingHalfIsStarted))
  func `a NUL goes over in a file and not in a variable`() throws {
    let daemon = try Self.stage(["KEY": "CAN\0ARY"])
    let refused = try Self.exec(daemon, [], "echo started")
    #expect(refused.code == 125 && refused.text.isEmpty)
    #expect(refused.stderr.contains("--as fd") && !refused.stderr.contains("CAN"))
  }
}
