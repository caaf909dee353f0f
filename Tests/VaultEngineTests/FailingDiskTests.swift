import CFaultVFS
import Promises
import Testing
import VaultCore
import VaultEngine
import VaultStore

/// A disk that fails below the engine: no record, no release, nothing half done, and work again when the
/// disk does.
@Suite struct FailingDiskTests {
  static let faults: [(kind: fault_kind, name: String)] = [
    (FAULT_FULL, "full"), (FAULT_IO, "io"), (FAULT_SYNC, "sync"), (FAULT_TORN, "torn"),
  ]

  @Test(.promise(.failedReleaseLeavesNothing), arguments: 0..<faults.count)
  func `audit-before-release: a batch whose commit fails releases nothing and leaves nothing`(
    index: Int
  ) throws {
    let fault = Self.faults[index]
    let name = "engine-\(fault.name)"
    let vfs = try #require(fault_vfs_create(name))
    defer { fault_vfs_destroy(vfs) }
    var options = StoreOptions()
    options.vfs = name
    let vault = try Fixture(options: options)
    defer { vault.engine.close() }
    try vault.furnish()
    let runner = vault.caller(Fixture.runner)
    let read = try vault.getAction("development")
    let set = try vault.setAction("development", "AZURE_CREDENTIALS", "newer")
    #expect(vault.run(runner, read).released == ["value of development"])
    let records = try vault.audit().count

    for operation in 1...UInt64(4) {
      fault_vfs_reset_counts(vfs)
      fault_vfs_arm(vfs, fault.kind, operation, fault.kind == FAULT_IO ? 5 : 100, 7)
      let replies = vault.batch([
        (runner, read), (vault.caller(Fixture.admin), set), (runner, read),
      ])
      fault_vfs_disarm(vfs)
      if replies[0].released != nil { continue }  // the commit had fewer operations
      for reply in replies { #expect(reply.released == nil) }
      guard case .auditUnavailable = replies[0].refusal,
        case .storageUnavailable = replies[1].refusal
      else {
        Issue.record("\(fault.name) at \(operation): \(replies)")
        return
      }
      #expect(try vault.audit().count == records)
      // The disk is back, and so is the vault, at once and with what it had before.
      #expect(vault.run(runner, read).released == ["value of development"])
      #expect(try vault.verification().isVerified)
      return
    }
    Issue.record("no operation failed: \(fault.name)")
  }

  @Test(.promise(.failedReleaseLeavesNothing))
  func `a connection that ended while the disk was full is gone when the disk is back`()
    throws
  {
    let vfs = try #require(fault_vfs_create("engine-ended"))
    defer { fault_vfs_destroy(vfs) }
    var options = StoreOptions()
    options.vfs = "engine-ended"
    let vault = try Fixture(options: options)
    defer { vault.engine.close() }
    try vault.furnish()
    let makers = [vault.caller(Fixture.runner), vault.caller(Fixture.runner)]
    var ids: [Int64] = []
    for maker in makers {
      let (request, _) = try vault.approvedRequest(by: maker)
      #expect(vault.run(maker, .activate(request: request.id, ticket: nil)).state == "active")
      ids.append(request.id)
    }
    fault_vfs_reset_counts(vfs)
    fault_vfs_arm(vfs, FAULT_FULL, 1, 0, 7)
    for maker in makers { #expect(vault.run(maker, .connectionEnded).refusal != nil) }
    // What only reads is answered all the same.
    #expect(vault.run(vault.caller(Fixture.bob), .getRequest(ids[0])).state == "active")
    fault_vfs_disarm(vfs)
    _ = vault.run(makers[0], .tick)
    for id in ids {
      #expect(vault.run(vault.caller(Fixture.bob), .getRequest(id)).state == "closed")
    }
  }
}
