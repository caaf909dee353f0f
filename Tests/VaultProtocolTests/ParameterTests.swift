import Testing
import VaultCore

@testable import VaultProtocol

@Suite struct ParameterTests {
  @Test func `every method has a shape to be tested by`() {
    #expect(MethodShape.all.map(\.method) == Method.allCases)
  }

  @Test(arguments: MethodShape.all)
  func `what a method requires is enough, and all it takes is read`(_ shape: MethodShape) throws {
    for members in [shape.enough, shape.members, shape.members.reversed()] {
      #expect(
        try Wire.call(shape.method.rawValue, MethodShape.params(members)).method == shape.method)
    }
  }

  @Test(arguments: MethodShape.all)
  func `a call is written as it is read`(_ shape: MethodShape) throws {
    for members in [shape.enough, shape.members] {
      let call = try Wire.call(shape.method.rawValue, MethodShape.params(members))
      let line = Wire.line(call)
      guard case .call(id: .integer(1), let again) = Wire.incoming(line) else {
        Issue.record("\(line) was not read")
        return
      }
      #expect(Wire.line(again) == line)
      for member in members { #expect(line.contains("\"\(member.name)\":\(member.value)")) }
    }
  }

  @Test(arguments: MethodShape.cases)
  func `a member of another type is refused at its byte`(_ test: MethodShape.Case) throws {
    let params = test.params(with: test.member.wrong)
    let error = try Wire.error(test.shape.method.rawValue, params)
    let prefix =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\(test.shape.method.rawValue)\",\"params\":"
    let before = try #require(params.firstRange(of: "\"\(test.member.name)\":")).upperBound
    let offset = prefix.utf8.count + params[..<before].utf8.count
    #expect(error.known == .paramsInvalid)
    guard case .fault(_, let found) = error.details else {
      Issue.record("no fault for \(params)")
      return
    }
    #expect(found == offset, "\(params): \(error.message)")
  }

  @Test(arguments: MethodShape.cases)
  func `null is no value`(_ test: MethodShape.Case) throws {
    let error = try Wire.error(test.shape.method.rawValue, test.params(with: "null"))
    #expect(error.known == .paramsInvalid)
    #expect(error.message.contains("wrong type"), "\(error.message)")
  }

  @Test(arguments: MethodShape.cases.filter(\.member.isRequired))
  func `a required member is missed by name`(_ test: MethodShape.Case) throws {
    let error = try Wire.error(test.shape.method.rawValue, test.params(with: nil))
    #expect(error.known == .paramsInvalid)
    #expect(error.message.contains(test.member.name), "\(error.message)")
    guard case .fault("missing_member", _) = error.details else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: MethodShape.all)
  func `a member that the method does not take is refused`(_ shape: MethodShape) throws {
    let extra = MethodShape.optional("value_of_x", "\"hunter2\"", wrong: "")
    let params = MethodShape.params(shape.members + [extra])
    let error = try Wire.error(shape.method.rawValue, params)
    guard case .fault("unknown_member", let offset) = error.details else {
      Issue.record("\(error)")
      return
    }
    #expect(offset > 30)
    #expect(!error.message.contains("value_of_x") && !error.message.contains("hunter2"))
  }

  @Test(arguments: MethodShape.all)
  func `params that are no object are refused, and may be left out where nothing is required`(
    _ shape: MethodShape
  ) throws {
    for params in ["[]", "null", "\"x\"", "1"] {
      #expect(try Wire.error(shape.method.rawValue, params).known == .paramsInvalid)
    }
    let bare = Wire.incoming(#"{"jsonrpc":"2.0","id":1,"method":"\#(shape.method.rawValue)"}"#)
    if shape.required.isEmpty {
      guard case .call = bare else {
        Issue.record("\(bare)")
        return
      }
    } else {
      #expect(try Wire.error(bare).known == .paramsInvalid)
    }
  }
}
