import VaultProtocol

/// Asks every method for what does not exist: each refusal may be worth a record.
struct Probing: Attack {
  static let name = "probing"
  static let tried =
    "64 connections, each 16 calls in the pipe: every method with names that do not exist"

  let connections = 64
  private let depth = 16
  private var count = 0

  mutating func opened(_ lane: inout Lane) {
    for _ in 0..<depth { lane.send(next()) }
  }

  mutating func answered(_ answer: Answer, on lane: inout Lane) {
    // An event.subscribe that is granted tells of what others do; that is no answer.
    if answer.outcome != .event { lane.send(next()) }
  }

  private mutating func next() -> [UInt8] {
    count += 1
    let methods = Method.allCases
    let index = count % (methods.count + 1)
    guard index < methods.count else { return call("ghost.ask") }
    // Other names each time, so that nothing that is remembered by name stays small.
    return call(methods[index].rawValue, Self.params(methods[index], ghost: count % 100_000))
  }

  private static func params(_ method: Method, ghost: Int) -> String {
    let name = #""name":"ghost-\#(ghost)""#
    let place = #""environment":"ghost-\#(ghost)""#
    let secret = place + #","name":"GHOST_\#(ghost)""#
    // Far above what the siege makes.
    let request = #""request":\#(1_000_000_000 + ghost)"#
    let digest = #""digest":"sha256:\#(String(repeating: "0", count: 64))""#
    let principal = #""principal":"uid:\#(70_000 + ghost)""#
    let members =
      switch method {
      case .serverStatus, .environmentList, .auditVerify, .eventsSubscribe: ""
      case .auditList, .secretList, .variableList, .requestList: place
      case .environmentCreate: name + #","requesters":["uid:1"],"unprotected":true"#
      case .environmentGet, .environmentDelete: name
      case .environmentUpdate: name + #","max_reads":3"#
      case .principalGet, .principalRemove: principal
      case .secretSet, .secretImport, .variableSet: secret + #","value":"x""#
      case .secretCreate, .secretGet, .secretVersions, .secretDelete, .variableDelete: secret
      case .secretDisable, .secretEnable, .secretDestroy: secret + #","version":1"#
      case .secretRollback: secret + #","to":1"#
      case .requestCreate: place
      case .requestGet, .requestWait, .requestCancel, .requestRevoke: request
      case .requestApprove: request + "," + digest
      case .requestReject: request + #","comment":"no""#
      case .grantActivate, .grantRead, .grantHold: request
      case .grantResume: request + #","ticket":"egr1_\#(String(repeating: "A", count: 43))""#
      case .grantClose: request + #","outcome":"success""#
      }
    return "{\(members)}"
  }
}
