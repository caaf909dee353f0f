import StrictJSON
import VaultCalls
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
    guard let form = Self.form[methods[index]] else {
      preconditionFailure("give \(methods[index].rawValue) a form of its parameters")
    }
    return call(methods[index].rawValue, Self.forms(ghost: count % 100_000)[form])
  }

  /// Parameters that name what does not exist, those that say the most first.
  private static func forms(ghost: Int) -> [String] {
    let name = #""name":"ghost-\#(ghost)""#
    let place = #""environment":"ghost-\#(ghost)""#
    let secret = place + #","name":"GHOST_\#(ghost)""#
    // Far above what the siege makes.
    let request = #""request":\#(1_000_000_000 + ghost)"#
    return [
      secret + #","value":"x""#, secret + #","version":1"#, secret + #","to":1"#, secret,
      name + #","requesters":["uid:1"],"unprotected":true"#, name + #","max_reads":3"#, name,
      request + #","digest":"sha256:\#(String(repeating: "0", count: 64))""#,
      request + #","comment":"no""#, request + #","outcome":"success""#, request,
      request + #","ticket":"egr1_\#(String(repeating: "A", count: 43))""#,
      #""principal":"uid:\#(70_000 + ghost)""#, place, "",
    ].map { "{\($0)}" }
  }

  /// Which of the forms a method takes: the first that is a call of it.
  private static let form: [Method: Int] = {
    var reader = JSONReader()
    var found: [Method: Int] = [:]
    for method in Method.allCases {
      found[method] = forms(ghost: 1).firstIndex { form in
        // Safety: nothing of the line is kept.
        let read = unsafe call(method.rawValue, form).dropLast().withUnsafeBytes {
          unsafe Incoming.decode($0, reader: &reader, limits: ProtocolLimits())
        }
        if case .call = read { return true }
        return false
      }
    }
    return found
  }()
}
