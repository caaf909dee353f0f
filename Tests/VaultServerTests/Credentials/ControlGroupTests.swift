import Promises
import Testing
import VaultCore

@testable import VaultServer

/// What a process is to the service manager, and what the service manager says that it wants.
@Suite struct `the claims of a peer` {
  @Test(
    .promise(.unitIsItsControlGroup),
    arguments: [
      ("0::/system.slice/web.service\n", "web.service"),
      ("0::/system.slice/system-web.slice/web@1.service/.control\n", "web@1.service"),
      ("0::/web.service\n", "web.service"),
      // The kernel has files of that name.
      ("0::/system.slice/_memory.service\n", "memory.service"),
      ("0::/system.slice/__web.service\n", "_web.service"),
      // The manager's own hierarchy counts where it has one.
      (
        "4:memory:/other.service\n1:name=systemd:/system.slice/web.service\n0::/x.service\n",
        "web.service"
      ),
      // A user's manager, a container's, a container without one: each may call its groups as it likes.
      (
        "0::/user.slice/user-1000.slice/user@1000.service/app.slice/web.service\n",
        "user@1000.service"
      ),
      ("0::/machine.slice/machine-x.scope/payload/system.slice/web.service\n", "machine-x.scope"),
      ("0::/docker/8ae309/system.slice/web.service\n", "docker"),
      ("0::/../system.slice/web.service\n", ".."),
      ("0::/system.slice\n", nil), ("0::/\n", nil), ("", nil), ("4:memory:/web.service\n", nil),
      ("0::/system.slice/web.service (deleted)\n", "web.service (deleted)"),
    ])
  func `kernel-identity: the unit of a process is the first name below the slices`(
    text: String, unit: String?
  ) {
    #expect(ControlGroup.unit(in: Array(text.utf8)) == unit)
  }

  @Test func `the name of a caller has a number, the unit and the credential`() throws {
    let found = try #require(CredentialName.credential("6b07d80/unit/web@1.service/db.key".utf8))
    #expect(found.unit.text == "web@1.service")
    #expect(found.id == "db.key")
    for name in [
      "", "/unit/web.service/key", "x/unit/web.service/key", "AB/unit/web.service/key",
      "12345678901234567/unit/web.service/key", "1/unit/web.service", "1/unit/web.service/",
      "1/unit//key", "1/unit/web.service/a/b", "1/units/web.service/key", "1/unit/web/key",
      "1/unit/web.service/a:b", "1/unit/web.service/..", "1/unit/web.service/key\0",
      "1/unit/web.service/" + String(repeating: "k", count: 73),
    ] { #expect(CredentialName.credential(name.utf8) == nil, "\(name)") }
  }
}
