import Glibc
import SecretMemory
import VaultCore

/// A service principal, as `az ad sp create-for-rbac` prints it with or without `--json-auth` and azure/login
/// takes it, as the variables that Azure's tools read.
///
/// `AZURE_*` is what the Azure SDKs read (EnvironmentCredential) and `ARM_*` what Terraform's provider does. The
/// cloud comes with the credentials: without it the secret would be sent to the public one.
enum AzureCredentials {
  /// What a variable is made of: members in the order in which they are looked for.
  private struct Part {
    let members: [String]
    let variable: String
    var isRequired = true
  }

  private static let identity = [
    Part(members: ["clientId", "appId"], variable: "CLIENT_ID"),
    Part(members: ["tenantId", "tenant"], variable: "TENANT_ID"),
    // Credentials of a tenant have none.
    Part(members: ["subscriptionId"], variable: "SUBSCRIPTION_ID", isRequired: false),
  ]
  private static let secret = Part(
    members: ["clientSecret", "password"], variable: "CLIENT_SECRET")
  private static let certificate = Part(
    members: ["clientCertificate", "fileWithCertAndPrivateKey"], variable: "CLIENT_CERTIFICATE_PATH"
  )
  private static let authority = "activeDirectoryEndpointUrl"

  /// The clouds by the host that signs in: what az and what Terraform calls them.
  private static let clouds: [(host: String, az: String, terraform: String)] = [
    ("login.microsoftonline.com", "AzureCloud", "public"),
    ("login.microsoftonline.us", "AzureUSGovernment", "usgovernment"),
    ("login.chinacloudapi.cn", "AzureChinaCloud", "china"),
    ("login.partner.microsoftonline.cn", "AzureChinaCloud", "china"),
  ]

  private static let prefixes = ["AZURE_", "ARM_"]
  private static let parts = identity + [secret, certificate]

  /// The names of all variables, of which not all are set.
  static let names =
    prefixes.flatMap { prefix in parts.map { prefix + $0.variable } }
    + ["AZURE_AUTHORITY_HOST", "AZURE_CLOUD_NAME", "ARM_ENVIRONMENT"]

  /// - Throws: ``CommandFault`` `value.field` where the value is not a JSON object, lacks a member, has two that
  ///   contradict each other, or has one that is empty, not a string, the text of a key where a path is meant, or of no
  ///   known cloud.
  static func variables(
    of value: SecretBuffer, named name: SecretName
  ) throws -> [HandOver.Variable] {
    do {
      // Beside a certificate `az ad sp create-for-rbac --create-cert` prints `"password": null`.
      let texts = try FieldReader.texts(
        parts.flatMap(\.members) + [authority], of: value, nullable: ["password"])
      for part in parts { try texts.requireAgreement(of: part.members) }
      var found: [HandOver.Variable] = []
      for part in identity + [texts[secret.members] == nil ? certificate : secret] {
        guard let (member, text) = texts[part.members] else {
          guard part.isRequired else { continue }
          throw CommandFault(
            .valueField,
            "it needs clientId, tenantId and clientSecret (or appId, tenant and password)")
        }
        guard text.count > 0 else {
          throw CommandFault(.valueField, "its member \(member) is empty")
        }
        // Azure's libraries quote the path in their errors: a key there would stand in a log.
        if part.members == certificate.members, !text.isPath {
          throw CommandFault(
            .valueField,
            "its member \(member) is not a path, but Azure's tools need the path of a file; write the "
              + "certificate to a file that only the job's account can read and put its path here, or use "
              + "--as file")
        }
        found += prefixes.map { ($0 + part.variable, text) }
      }
      if let host = texts[authority] { found += try cloud(host) }
      return found
    } catch let fault as CommandFault {
      throw fault.saying(
        "\(name.text) does not hold Azure credentials: \(fault.sentence)")
    }
  }

  private static func cloud(_ authority: SecretBuffer) throws -> [HandOver.Variable] {
    let hosts = clouds.filter { cloud in
      ["https://\(cloud.host)", "https://\(cloud.host)/"].contains { authority.holds($0) }
    }
    guard let cloud = hosts.first else {
      throw CommandFault(
        .valueField,
        "its member \(Self.authority) is not the sign-in address of a cloud that --as azure knows; "
          + "use --as env")
    }
    return [
      ("AZURE_AUTHORITY_HOST", try .copying(text: "https://\(cloud.host)")),
      ("AZURE_CLOUD_NAME", try .copying(text: cloud.az)),
      ("ARM_ENVIRONMENT", try .copying(text: cloud.terraform)),
    ]
  }
}

extension [String: SecretBuffer] {
  /// The first of the members that is there.
  fileprivate subscript(members: [String]) -> (name: String, text: SecretBuffer)? {
    members.lazy.compactMap { name in self[name].map { (name, $0) } }.first
  }

  /// Refuses two names of the same thing that do not say the same: which one is meant, nobody can tell.
  fileprivate func requireAgreement(of members: [String]) throws {
    let there = members.compactMap { name in self[name].map { (name, $0) } }
    for (name, text) in there.dropFirst() where !text.constantTimeEquals(there[0].1) {
      throw CommandFault(
        .valueField, "its members \(there[0].0) and \(name) differ; keep one of them"
      )
    }
  }
}

extension SecretBuffer {
  /// Whether it can be the path of a file (limits.h: PATH_MAX), and is not the text of a certificate or a key.
  fileprivate var isPath: Bool {
    // Safety: the buffer lends its bytes for the closure.
    unsafe withUnsafeBytes { bytes in
      unsafe bytes.count < Int(PATH_MAX) && !bytes.starts(with: "-----".utf8)
        && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
  }

  fileprivate func holds(_ text: String) -> Bool {
    // Safety: the buffer lends its bytes for the closure.
    unsafe withUnsafeBytes { unsafe $0.elementsEqual(text.utf8) }
  }
}
