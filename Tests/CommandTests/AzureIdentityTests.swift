import Glibc
import Testing

/// A Python that has Azure's library.
private enum AzurePython {
  static let path = getenv("ENVGATE_AZURE_PYTHON").map { String(cString: $0) }
}

/// What Azure's own library makes of the variables of `exec --as azure`. It comes from PyPI, so these tests run where
/// `ENVGATE_AZURE_PYTHON` names a Python that has it: `pip install azure-identity`. Nothing goes over the network.
@Suite(
  .enabled(if: Programs.isThere && Programs.isRoot, "skipped: needs ENVGATE_BIN and root"),
  .enabled(
    if: AzurePython.path != nil,
    "optional: ENVGATE_AZURE_PYTHON names no Python with azure-identity"))
struct AzureIdentityTests {
  /// Prints the credential that EnvironmentCredential chooses, and for which authority, tenant and client.
  private static let reader = """
    import socket
    def refuse(*given, **named): raise SystemExit("it goes over the network")
    socket.create_connection = socket.getaddrinfo = refuse
    from azure.identity import EnvironmentCredential
    chosen = EnvironmentCredential()._credential
    if chosen is None: raise SystemExit("the variables are not enough")
    secret = chosen._client_credential
    print(type(chosen).__name__, chosen._authority.removeprefix("https://"), chosen._tenant_id,
          chosen._client_id, secret if isinstance(secret, str) else "certificate")
    """

  @Test(arguments: [
    (
      #"{"clientId":"app","clientSecret":"s3~ 'x","tenantId":"T","subscriptionId":"u"}"#,
      "ClientSecretCredential login.microsoftonline.com T app s3~ 'x"
    ),
    (
      #"{"appId":"app","displayName":"d","password":"s","tenant":"T"}"#,
      "ClientSecretCredential login.microsoftonline.com T app s"
    ),
    (
      #"{"clientId":"app","clientSecret":"s","tenantId":"T","activeDirectoryEndpointUrl":"https://login.microsoftonline.us"}"#,
      "ClientSecretCredential login.microsoftonline.us T app s"
    ),
    (
      #"{"clientId":"app","clientSecret":"s","tenantId":"T","activeDirectoryEndpointUrl":"https://login.chinacloudapi.cn/"}"#,
      "ClientSecretCredential login.chinacloudapi.cn T app s"
    ),
    (
      #"{"clientId":"app","clientCertificate":"FILE","tenantId":"T","subscriptionId":"u"}"#,
      "CertificateCredential login.microsoftonline.com T app certificate"
    ),
    (
      #"{"appId":"app","fileWithCertAndPrivateKey":"FILE","password":null,"tenant":"T"}"#,
      "CertificateCredential login.microsoftonline.com T app certificate"
    ),
  ])
  func `Azure's library signs in as each form of a service principal says, at its cloud`(
    value: String, says: String
  ) throws {
    let tenant = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
    let folder = try OpenFolder()
    let file = folder.path + "/principal.pem"
    let made = try Programs.run([
      "/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=app",
      "-keyout", file, "-out", file + ".crt",
    ])
    #expect(made.code == 0, "\(made.stderr)")
    try write(
      String(decoding: readFile(file) + readFile(file + ".crt"), as: UTF8.self), file)
    let daemon = try HandOverTests.stage([
      "AZURE_CREDENTIALS": value.replacing("\"T\"", with: "\"\(tenant)\"")
        .replacing("FILE", with: file)
    ])
    try daemon.must([
      "environment", "edit", "dev", "--add-requester", "uid:\(geteuid())", "--json",
    ])
    let done = try daemon.envgate([
      "exec", "-e", "dev", "--as", "azure", "--", AzurePython.path ?? "", "-c", Self.reader,
    ])
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == says.replacing(" T ", with: " \(tenant) ") + "\n")
  }
}
