import Testing
import VaultCalls
import VaultCore
import VaultEngine
import VaultProtocol

@testable import VaultServer

/// Calls that come to their answer in more than one trip: which one an answer belongs to is the entry's to know.
@Suite struct `the trips of a call` {
  private static let caller = Caller(
    uid: 1, kernelGroups: [], isOverflow: false, connection: 1, account: .nobody)

  private static func entry(_ call: Call) -> Conversation.Entry {
    Conversation.Entry(id: .integer(1), work: .call(call, call.traits))
  }

  private static func calls() throws -> [Call] {
    let name = try EnvironmentName("production")
    return [
      .environmentCreate(
        EnvironmentCreate(name: name, requesters: nil, protection: .unprotected)),
      .environmentUpdate(EnvironmentUpdate(name: name)),
      .principalGet(PrincipalGet(principal: .uid(1))),
      .principalRemove(PrincipalRemove(principal: .uid(1))),
      .auditList(AuditList()), .auditVerify, .auditKey, .backupRead(BackupRead(after: 0)),
      .eventsSubscribe(EventsSubscribe()),
    ]
  }

  @Test func `the first one reads, is short, and lets nobody whom the method does not`() throws {
    let calls = try Self.calls()
    #expect(
      Set(calls.map(\.method)) == Set(Method.allCases.filter { $0.traits.way != .decided }))
    for call in calls {
      let command = try #require(Self.entry(call).command(by: Self.caller))
      switch command.action {
      // The record of a refusal names it.
      case .authorize(let method): #expect(method == call.method)
      case .status: #expect(call.traits.way == .followed)
      default: Issue.record("\(call) is decided at once")
      }
      #expect(command.traits.isReadOnly && command.traits.worth == 1)
      let permission = call.traits.way == .followed ? .everybody : call.traits.permission
      #expect(command.traits.permission == permission)
    }
  }

  @Test func `whom a call names is looked up where its way says so, and else nobody`() throws {
    for call in try Self.calls() {
      let mayName = call.traits.way == .named
      #expect(call.named.names.isEmpty || mayName, "\(call)")
      #expect(
        call.named.mayBeUnknown == (call.method == .principalGet || call.method == .principalRemove)
      )
    }
  }

  @Test func `a second one that could not be made begins with the first`() throws {
    var conversation = Conversation()
    conversation.isSerial = false
    conversation.append(Self.entry(.auditVerify))
    _ = conversation.next(replyBytes: 1)
    conversation.updateFirst { $0.isAuthorized = true }
    conversation.undoStart()
    #expect(conversation.first?.isAuthorized == false)
  }
}
