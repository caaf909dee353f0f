import SecretMemory
import StrictJSON
import Testing
import VaultCore

@testable import VaultProtocol

/// The views of what happens to environments, secrets and requests after they were made.
@Suite struct LifeViewTests {
  static func version(_ state: SecretVersion.State) throws -> SecretVersion {
    SecretVersion(
      environment: 3, name: try Samples.secretName("A"), version: 2, revision: 1, state: state,
      recordDigest: Samples.digest, fingerprint: Samples.digest, created: Samples.time,
      creator: 1_000)
  }
  static let reader = ReaderView(
    version: 2, uid: 998, account: "runner", first: Samples.time, last: Samples.time + 5, count: 9)

  @Test func `an environment and what became of it read as they were written`() throws {
    let environment = Environment(
      id: 3, name: try EnvironmentName("production"), revision: 4,
      gate: Gate(
        protection: .reviewers([ReviewerRule(reviewers: [.uid(7)], required: 1)]),
        requesters: .principals([.uid(8)]), writers: [.user(name: "w", uid: 9)], exclusive: true,
        inOrder: true, maxReads: 2), created: Samples.time, creator: 0)
    let view = EnvironmentView(environment: environment, roles: [.writer])
    #expect(try Wire.roundTrip(view) == view)
    #expect(view.writers == ["user:w"] && view.terms.exclusive && view.terms.inOrder)
    #expect(view.terms.maxReads == 2)
    #expect(view.cursor == 3 && view.roles == ["writer"])
    let changed = EnvironmentChangedView(
      environment: view, changes: ["one grant at a time"], reset: 2)
    #expect(try Wire.roundTrip(changed) == changed)
    for isErased in [true, false] {
      let deleted = EnvironmentDeletedView(
        name: "production", secrets: 3, variables: 1, cancelled: 2, isErased: isErased)
      #expect(try Wire.roundTrip(deleted) == deleted)
    }
  }

  @Test func `where somebody is named reads as it was written`() throws {
    for environment in [nil, "production"] {
      let place = PrincipalPlaceView(
        cursor: 3, environment: environment, roles: ["reviewer of rule 1"],
        stored: "user:bob (uid 7)", isStale: true, requests: [1, 2], reviews: [3])
      #expect(try Wire.roundTrip(place) == place)
    }
    let removed = PrincipalRemovedView(
      principal: "user:bob", environments: ["production"], reset: 1, cancelled: 2, revoked: 3,
      standing: ["admin"])
    #expect(try Wire.roundTrip(removed) == removed)
  }

  @Test func `somebody who is everywhere still fits a line`() throws {
    let place = PrincipalPlaceView(
      cursor: .max >> 10, environment: String(repeating: "e", count: 255),
      roles: (1...10).map { "reviewer of rule \($0)" },
      stored: String(repeating: "s", count: 13 * 290), isStale: false,
      requests: Array(repeating: .max >> 10, count: 5_000),
      reviews: Array(repeating: .max >> 10, count: 5_000))
    #expect(Wire.reply(place).count <= ProtocolLimits().line)
    let removed = PrincipalRemovedView(
      principal: "user:" + String(repeating: "b", count: 255),
      environments: Array(repeating: String(repeating: "e", count: 255), count: 10_000), reset: 1,
      cancelled: 2, revoked: 3, standing: ["admin"])
    #expect(Wire.reply(removed).count <= ProtocolLimits().line)
  }

  @Test func `what became of a secret reads as it was written`() throws {
    let name = try Samples.secretName("A")
    for view in [
      SecretSetView(environment: "p", name: name, version: 3, sameValue: ["q/B"], pruned: [1]),
      SecretSetView(
        environment: "p", name: name, version: 3,
        revocation: .init(disabled: [1, 2], revoked: [42], readers: [Self.reader])),
    ] { #expect(try Wire.roundTrip(view) == view) }
    for state in [SecretVersion.State.enabled, .disabled, .destroyed] {
      let listed = SecretVersionView(
        version: try Self.version(state), isCurrent: true, pinned: 4, readers: [Self.reader],
        moreReaders: 7)
      #expect(try Wire.roundTrip(listed) == listed)
      #expect(listed.state == state.text && listed.cursor == 2)
      for isErased in [nil, true, false] {
        let changed = SecretChangedView(
          environment: "p", version: try Self.version(state), isErased: isErased)
        #expect(try Wire.roundTrip(changed) == changed)
      }
    }
    let deleted = SecretDeletedView(environment: "p", name: name, versions: 9, isErased: false)
    #expect(try Wire.roundTrip(deleted) == deleted)
  }

  @Test func `what an import came to reads as it was written, and fits every line`() throws {
    let opened = SecretImportOpenView(environment: "p", names: 3, staged: 2)
    #expect(try Wire.roundTrip(opened) == opened)
    func view(_ count: Int, places: Int, dryRun: Bool = false) -> SecretImportedView {
      SecretImportedView(
        environment: "p", dryRun: dryRun, new: 1, changed: 2, same: count - 3,
        items: (0..<count).map { index in
          ImportedSecretView(
            environment: String(repeating: "e", count: 255),
            name: String(repeating: "N", count: 250) + "\(index)", version: 12, change: "changed",
            sameValue: Array(repeating: String(repeating: "s", count: 511), count: places),
            pruned: [1, 2])
        })
    }
    #expect(try Wire.roundTrip(view(3, places: 1)) == view(3, places: 1))
    #expect(try Wire.roundTrip(view(3, places: 0, dryRun: true)).dryRun)
    // A hundred of the longest names fit the usual line, without the places that are too many.
    func sent(_ view: SecretImportedView, line: Int) throws -> SecretImportedView {
      let reply = Wire.reply(view, limits: ProtocolLimits(line: line))
      #expect(reply.count <= line)
      return try Wire.read(reply, as: SecretImportedView.self)
    }
    let whole = try sent(view(100, places: 20), line: ProtocolLimits().line)
    #expect(whole.items.count == 100 && whole.more == 0 && whole.items[0].sameValue.isEmpty)
    let narrow = try sent(view(100, places: 20), line: 4_096)
    #expect(narrow.more > 0 && narrow.items.count + Int(narrow.more) == 100)
    #expect((narrow.new, narrow.changed, narrow.same) == (1, 2, 97))
  }

  @Test
  func `a version with all the readers that are named, and a leak with all of them, fit a line`()
    throws
  {
    let reader = ReaderView(
      version: .max >> 10, uid: .max, account: String(repeating: "a", count: 255),
      first: Samples.time, last: Samples.time, count: .max >> 10)
    let version = SecretVersionView(
      version: try Self.version(.enabled), isCurrent: true, pinned: 4,
      readers: Array(repeating: reader, count: 50), moreReaders: 7)
    #expect(Wire.reply(version).count <= ProtocolLimits().line)
    let leak = SecretSetView(
      environment: "p", name: try Samples.secretName("A"), version: 3,
      sameValue: Array(repeating: String(repeating: "e", count: 511), count: 20),
      revocation: .init(
        disabled: Array(1...500), revoked: Array(1...1_000),
        readers: Array(repeating: reader, count: 200)))
    #expect(Wire.reply(leak).count <= ProtocolLimits().line)
  }

  @Test func `a variable reads as it was written, and the largest fits a line`() throws {
    let name = try Samples.secretName(String(repeating: "V", count: 255))
    for value in [
      "", "zwölf \"x\"\n", String(repeating: "\u{1}", count: VaultLimits.variableBytes),
    ] {
      let view = VariableView(
        variable: Variable(
          environment: 3, name: name, revision: 1, value: value, updated: Samples.time, updater: 7)
      )
      #expect(try Wire.roundTrip(view) == view)
      #expect(Wire.reply(view).count <= ProtocolLimits().line)
    }
    let deleted = VariableDeletedView(environment: "p", name: name)
    #expect(try Wire.roundTrip(deleted) == deleted)
  }

  @Test func `a request says what is like it, and how its grant is held`() throws {
    let grant = Grant(
      activated: Samples.moment.reading, expires: Deadline(after: 1_000, from: Samples.moment),
      counted: [0], hold: .ticket, released: Samples.time, reads: [1, 0])
    var context = Samples.context
    context.key = "nightly"
    let view = RequestView(
      request: try Samples.request(state: .active, context: context, grant: grant), unmet: [],
      byServiceAccount: false, origin: Samples.origin,
      likeness: Samples.likeness(), isUnattended: true)
    let again = try Wire.roundTrip(view)
    #expect(again == view)
    #expect(again.sameKey?.newer == 43 && again.unattended && again.claimed.key == "nightly")
    #expect(again.twins.map(\.id) == [7, 8, .max >> 10] && again.moreTwins == 996)
    #expect(again.grant?.hold == "ticket" && again.grant?.reads == [1, 0])
    let revoked = RevokedView(revoked: [1, 2], more: true)
    #expect(try Wire.roundTrip(revoked) == revoked)
    let subscribed = SubscribedView(after: 41)
    #expect(try Wire.roundTrip(subscribed) == subscribed)
  }

  @Test func `a part of a request holds number, environment, state and account, no more`()
    throws
  {
    let request = try Samples.request(state: .active, context: Samples.context)
    let view = RequestView(partOf: request)
    let again = try Wire.roundTrip(view)
    #expect(again == view && again.isPartial)
    let line = String(decoding: Wire.reply(view), as: UTF8.self)
    #expect(
      line.contains(
        #"{"id":\#(request.id),"environment":"\#(request.environmentName.text)","state":"active","#
          + #""requester":{"uid":998,"account":"runner"},"partial":true}"#), "\(line)")
  }

  @Test func `an event reads as it was written, and is no answer`() throws {
    let event = EventView(
      sequence: .max >> 10, time: Samples.time, event: "grant.closed", request: .max >> 10,
      environment: String(repeating: "e", count: 255), state: "closed")
    var encoder = ReplyEncoder(limits: ProtocolLimits())
    encoder.encode(event: event)
    let line = encoder.withUnsafeBytes { Array($0) }
    #expect(line.last == 10 && line.count <= 1_024)
    var reader = JSONReader()
    let read = try line.dropLast().withUnsafeBytes { bytes in
      try Reply.decode(bytes, reader: &reader) { id, reply -> EventView? in
        #expect(id == nil)
        #expect(throws: JSONFault.self) { try reply.view(as: SubscribedView.self) }
        if case .event(let event) = reply { return event } else { return nil }
      }
    }
    #expect(read == event)
  }
}

/// What the parameters of an edit and a revocation mean beside their types.
@Suite struct LifeParameterTests {
  private func update(_ params: String) throws -> EnvironmentUpdate {
    guard case .environmentUpdate(let update) = try Wire.call("environment.update", params) else {
      throw Wire.Unexpected(line: params, incoming: .notification)
    }
    return update
  }

  @Test func `an edit names what it changes, and nothing else of it is set`() throws {
    let update = try update(
      #"{"name":"p","add_requesters":["uid:7"],"remove_requesters":["any"],"max_reads":null}"#)
    #expect(update.anyRequester == false && update.requesters.add == [.uid(7)])
    #expect(update.terms[\.maxReads] == .some(nil))
    #expect(update.principalNames == [.uid(7)])
    let edit = try update.edit([.uid(7)])
    #expect(edit.requesters.add == [.uid(7)] && edit.anyRequester == false)
    #expect(
      edit.protection == nil && edit.terms[\.exclusive] == nil
        && edit.terms[\.allowSelfReview] == nil)
    #expect(!update.isEmpty)
    #expect(throws: Refusal.principalUnknown("uid:7")) { try update.edit([]) }
  }

  @Test(arguments: [
    #"{"name":"p"}"#, #"{"name":"p","revision":2,"allow_weaken":true}"#,
    #"{"name":"p","add_writers":[],"remove_requesters":[]}"#,
  ])
  func `an edit that changes nothing is refused`(_ params: String) throws {
    let error = try Wire.error("environment.update", params)
    #expect(error.known == .paramsInvalid)
    #expect(error.message.contains("something to change"), "\(error.message)")
    let offset = #"{"jsonrpc":"2.0","id":1,"method":"environment.update","params":"#.utf8.count
    #expect(error.details == .fault("missing_member", offset: offset))
    #expect(EnvironmentUpdate(name: try EnvironmentName("p")).isEmpty)
  }

  @Test(arguments: [
    #"{"name":"p","rules":[],"unprotected":true}"#, #"{"name":"p","unprotected":false}"#,
    #"{"name":"p","add_requesters":["any","uid:7"]}"#,
    #"{"name":"p","add_requesters":["any"],"remove_requesters":["any"]}"#,
    #"{"name":"p","add_reviewers":["any"]}"#, #"{"name":"p","revision":0}"#,
  ])
  func `an edit that contradicts itself is refused`(_ params: String) throws {
    #expect(throws: Wire.Unexpected.self) { try update(params) }
  }

  @Test func `a revocation is of one request, or of all that narrow it`() throws {
    func target(_ params: String) throws -> RequestRevoke.Target {
      guard case .requestRevoke(let revoke) = try Wire.call("request.revoke", params) else {
        throw Wire.Unexpected(line: params, incoming: .notification)
      }
      return revoke.target
    }
    #expect(try target(#"{"request":7}"#) == .request(7))
    #expect(try target(#"{"all":true}"#) == .all(environment: nil, requester: nil))
    #expect(
      try target(#"{"all":true,"environment":"p","requester":"uid:7"}"#)
        == .all(environment: try EnvironmentName("p"), requester: .uid(7)))
    for refused in [
      "{}", #"{"all":false}"#, #"{"request":7,"all":true}"#, #"{"request":7,"environment":"p"}"#,
      #"{"environment":"p"}"#, #"{"all":true,"requester":"group:ops"}"#,
    ] {
      #expect(throws: Wire.Unexpected.self) { try target(refused) }
    }
  }

  @Test(arguments: [
    (#"{"request":7,"#, #""all":"#, "true}"), (#"{"request":7,"#, #""environment":"#, #""p"}"#),
    (#"{"request":7,"#, #""requester":"#, #""uid:7"}"#), ("{", #""all":"#, "false}"),
    ("{", #""all":"#, "1}"), (#"{"all":true,"#, #""environment":"#, "7}"),
    (#"{"all":true,"#, #""requester":"#, "[]}"),
    (#"{"all":true,"#, #""requester":"#, #""group:ops"}"#),
  ])
  func `a revocation that contradicts itself is refused at its byte`(
    _ before: String, _ member: String, _ value: String
  ) throws {
    let error = try Wire.error("request.revoke", before + member + value)
    #expect(error.known == .paramsInvalid)
    let start = #"{"jsonrpc":"2.0","id":1,"method":"request.revoke","params":"#
    guard case .fault(let fault, let offset) = error.details else {
      Issue.record("\(error)")
      return
    }
    #expect(fault == "out_of_range" || fault == "wrong_type")
    #expect(offset == (start + before + member).utf8.count, "\(error.message)")
  }

  @Test func `a revocation of all is written as it is read`() throws {
    for target in [
      RequestRevoke.Target.all(environment: nil, requester: nil),
      .all(environment: try EnvironmentName("p"), requester: .user("bob")),
    ] {
      let line = Wire.line(.requestRevoke(RequestRevoke(target)))
      guard case .call(_, .requestRevoke(let again)) = Wire.incoming(line) else {
        Issue.record("\(line) was not read")
        return
      }
      #expect(again.target == target)
    }
  }

  @Test func `a version is of a secret, and a hold is a word`() throws {
    for (method, params) in [
      ("request.list", #"{"version":2}"#), ("grant.activate", #"{"request":7,"hold":"me"}"#),
      ("request.create", #"{"environment":"p","supersede":{"request":7,"id":7}}"#),
      ("request.create", #"{"environment":"p","supersede":{}}"#),
      ("request.list", #"{"since":"2026-01-31"}"#),
    ] {
      #expect(try Wire.error(method, params).known == .paramsInvalid)
    }
  }

  @Test(arguments: [
    #"{"unit":"web","credential":"c","seconds":3600}"#,
    #"{"unit":"web@.service","credential":"c","seconds":3600}"#,
    #"{"unit":"web.service","credential":"a/b","seconds":3600}"#,
    #"{"unit":"web.service","credential":"a:b","seconds":3600}"#,
    #"{"unit":"web.service","credential":"","seconds":3600}"#,
    #"{"unit":"web.service","credential":"c","seconds":3599}"#,
    #"{"unit":"web.service","credential":"c","seconds":31622401}"#,
    #"{"unit":"web.service","credential":"c","seconds":9223372036854775}"#,
    #"{"unit":"web.service","credential":"c"}"#, #"{"unit":"web.service","seconds":3600}"#,
    #"{"unit":"web.service","credential":"c","seconds":3600,"until":1}"#, "{}", "null",
    #"{"unit":"web.service","credential":"\#(String(repeating: "c", count: 73))","seconds":3600}"#,
  ])
  func `a unit that asks is named whole, and for a time within bounds`(standing: String) throws {
    let params = #"{"environment":"p","standing":\#(standing)}"#
    #expect(try Wire.error("request.create", params).known == .paramsInvalid)
  }

  @Test func `nobody waits with a request for a unit, which is written as it is read`() throws {
    let standing = #"{"unit":"web.service","credential":"database","seconds":3600}"#
    let waited = #"{"environment":"p","standing":\#(standing),"attended":true}"#
    #expect(try Wire.error("request.create", waited).known == .paramsInvalid)
    let params = #"{"environment":"p","standing":\#(standing)}"#
    let call = try Wire.call("request.create", params)
    guard case .requestCreate(let create) = call else {
      Issue.record("another call")
      return
    }
    #expect(create.standing?.credential.unit.text == "web.service")
    #expect(create.standing?.length == 3_600_000)
    #expect(Wire.line(call).contains(standing))
  }
}
