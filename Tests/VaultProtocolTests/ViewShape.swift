import StrictJSON

@testable import VaultProtocol

/// The members of each view, in the order in which they are written: said once more, by hand.
struct ViewShape: Sendable, CustomStringConvertible {
  struct Member: Sendable {
    let name: String
    let value: String
    /// Whether it may be missing.
    var isOptional = false
    /// Whether it may be null.
    var isNullable = false
    /// Whether it is only there with the others of its group.
    var isGrouped = false
  }

  let description: String
  let members: [Member]
  /// Reads a text as the view, and writes that.
  let again: @Sendable (String) throws -> String

  private init<View: WireView>(_ view: View.Type, _ members: [Member]) {
    description = "\(view)"
    self.members = members
    again = { text in
      let line = #"{"jsonrpc":"2.0","id":1,"result":"# + text + "}\n"
      let reply = Wire.text(Wire.reply(try Wire.read(Array(line.utf8), as: View.self)))
      return String(reply.dropFirst(#"{"jsonrpc":"2.0","id":1,"result":"#.count).dropLast(2))
    }
  }

  static func text(_ members: [Member]) -> String {
    "{" + members.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",") + "}"
  }

  private static func always(_ name: String, _ value: String) -> Member {
    Member(name: name, value: value)
  }
  private static func nullable(_ name: String, _ value: String) -> Member {
    Member(name: name, value: value, isNullable: true)
  }
  private static func optional(_ name: String, _ value: String) -> Member {
    Member(name: name, value: value, isOptional: true)
  }
  /// What a newer daemon always writes and an older one does not.
  private static func later(_ name: String, _ value: String) -> Member {
    Member(name: name, value: value, isOptional: true, isNullable: true)
  }
  private static func grouped(_ name: String, _ value: String) -> Member {
    Member(name: name, value: value, isOptional: true, isGrouped: true)
  }

  private static let time = "\"2026-09-21T13:33:20.123Z\""
  private static let digest = "\"sha256:" + String(repeating: "0f", count: 32) + "\""

  private static let signedHead = [
    always("sequence", "9"), always("hash", digest), always("time", time),
    always("signature", "\"0f\""),
  ]
  private static let compared = [
    always("agreed", "2"), optional("first", "3"), optional("last", "9"), always("lost", "1"),
    optional("restored", "7"), always("unseen", "4"),
  ]
  private static let account = [nullable("uid", "998"), nullable("account", "\"runner\"")]
  private static let rule = [always("reviewers", "[\"uid:7\"]"), always("required", "1")]
  private static let environment = [
    always("id", "3"), always("name", "\"production\""), always("revision", "4"),
    always("unprotected", "false"), always("rules", "[\(text(rule))]"),
    always("requesters", "[\"any\"]"), always("writers", "[\"user:w\"]"),
    always("prevent_self_review", "true"), always("exclusive", "false"), always("in_order", "true"),
    nullable("max_reads", "2"), always("request_ttl", "60"), always("approval_ttl", "61"),
    always("grant_ttl", "62"), always("allowed_names", "[\"GIT_TOKEN\"]"),
    later("rotation_period", "7776000"), always("created", time),
    always("created_by", "4294967295"), always("roles", "[\"admin\"]"),
    always("explanation", "[\"a line\"]"),
  ]
  private static let place = [always("environment", "\"p\""), always("name", "\"A\"")]
  private static let version = always("version", "2")
  private static let reader =
    [version] + account + [always("first", time), always("last", time), always("count", "9")]
  private static let pinned = [
    always("name", "\"A\""), version, optional("new", "true"), optional("state", "\"disabled\""),
    optional("current", "3"),
  ]
  private static let imported =
    place + [
      version, always("change", "\"new\""), optional("same_value", "[\"q/B\"]"),
      optional("pruned", "[1]"),
    ]
  private static let review = [
    always("decision", "\"approved\""), always("uid", "7"), nullable("account", "\"bob\""),
    always("as", "[\"user:bob\"]"), always("comment", "\"\""), always("time", time),
    always("stale", "true"), always("lost", "[\"user:bob\"]"), nullable("returns_until", time),
  ]
  private static let grant = [
    always("activated", time), always("expires", time), nullable("released", time),
    always("hold", "\"ticket\""), always("reads", "[1,0]"),
  ]
  private static let absence = [always("since", time), always("ends", time)]
  private static let origin = [always("connection", "12"), nullable("process", "4711")]
  private static let twin = [
    always("id", "7"), always("state", "\"waiting\""), always("requester", text(account)),
    always("created", time), nullable("origin", text(origin)), always("same_secrets", "true"),
  ]
  private static let turn = [
    nullable("holder", "5"), nullable("since", time), always("before", "2"),
  ]
  private static let unmet = [
    always("rule", "1"), always("missing", "1"), always("required", "2"),
    always("from", "[\"uid:7\"]"),
  ]
  private static let claimed =
    #"{"reason":"r","ref":"f","commit":"c","run_url":"u","command":["sh"],"delivery":"env","#
    + #""key":"k","older":41,"newer":43,"same_key":2}"#
  private static let request = [
    always("id", "42"), always("environment", "\"p\""), always("state", "\"waiting\""),
    nullable("outcome", "\"success\""), always("requester", text(account)),
    always("secrets", "[\(text(pinned))]"), always("new_variables", "[\"V\"]"),
    optional("more_new_variables", "1"), always("digest", digest), always("gate_revision", "4"),
    always("revision", "5"), always("created", time), always("expires", time),
    nullable("approved_until", time), always("attended", "true"),
    optional("standing", #"{"unit":"web.service","credential":"database","seconds":3600}"#),
    always("claimed", claimed),
    always("reviews", "[\(text(review))]"), always("unmet", "[\(text(unmet))]"),
    nullable("grant", text(grant)), nullable("turn", text(turn)), nullable("outdated_by", "43"),
    nullable("origin", text(origin)), always("twins", "[\(text(twin))]"), always("more_twins", "0"),
    always("unattended", "false"), optional("left", text(absence)), always("notes", "[\"n\"]"),
    always("partial", "false"),
  ]
  private static let released = [always("name", "\"A\""), version, always("value", "\"v\"")]
  private static let you =
    account + [
      nullable("roles", "[\"admin\"]"),
      Member(name: "confined", value: "\"why\"", isOptional: true, isNullable: true),
    ]
  private static let warning = [always("reason", "\"clock.behind\""), always("text", "\"t\"")]

  static let all: [ViewShape] = [
    ViewShape(AccountView.self, account),
    ViewShape(EnvironmentView.RuleView.self, rule),
    ViewShape(EnvironmentView.self, environment),
    ViewShape(
      EnvironmentChangedView.self,
      [
        always("environment", text(environment)), always("changes", "[\"c\"]"),
        always("reset", "2"), always("made_by_writers", "[\"A\"]"), always("more_by_writers", "1"),
      ]),
    ViewShape(
      EnvironmentDeletedView.self,
      [
        always("name", "\"production\""), always("secrets", "3"), always("variables", "1"),
        always("cancelled", "2"), always("erased", "false"),
      ]),
    ViewShape(
      PrincipalPlaceView.self,
      [
        always("cursor", "3"), nullable("environment", "\"p\""), always("roles", "[\"writer\"]"),
        always("stored", "\"user:bob (uid 7)\""), always("stale", "true"),
        always("requests", "[1,2]"), always("reviews", "[3]"), always("stale_reviews", "[3]"),
      ]),
    ViewShape(
      PrincipalRemovedView.self,
      [
        always("principal", "\"user:bob\""), always("environments", "[\"p\"]"),
        always("reset", "1"), always("cancelled", "2"), always("revoked", "3"),
        always("standing", "[\"admin\"]"),
      ]),
    ViewShape(SecretCreatedView.self, place),
    ViewShape(VariableDeletedView.self, place),
    ViewShape(ReaderView.self, reader),
    ViewShape(
      SecretSetView.self,
      place + [
        version, optional("same_value", "[\"q/B\"]"), optional("pruned", "[1]"),
        grouped("disabled", "[1]"), grouped("revoked", "[42]"),
        grouped("readers", "[\(text(reader))]"),
      ]),
    ViewShape(
      SecretView.self,
      [
        optional("environment", "\"p\""), always("name", "\"A\""), version,
        always("state", "\"enabled\""), nullable("reserved", "\"never\""),
        nullable("steers", "\"s\""), always("updated", time),
        always("updated_by", "7"), optional("due", time),
      ]),
    ViewShape(
      SecretVersionView.self,
      [
        version, always("state", "\"enabled\""), always("current", "true"), always("pinned", "4"),
        always("created", time), always("created_by", "7"), always("readers", "[\(text(reader))]"),
        always("more_readers", "7"),
      ]),
    ViewShape(
      SecretChangedView.self,
      place + [version, always("state", "\"destroyed\""), nullable("erased", "true")]),
    ViewShape(SecretDeletedView.self, place + [always("versions", "9"), always("erased", "true")]),
    ViewShape(PinnedSecretView.self, pinned),
    ViewShape(
      SecretImportOpenView.self,
      [always("environment", "\"p\""), always("names", "3"), always("staged", "2")]),
    ViewShape(ImportedSecretView.self, imported),
    ViewShape(
      SecretImportedView.self,
      [
        always("environment", "\"p\""), always("dry_run", "true"), always("new", "1"),
        always("changed", "2"), always("same", "3"), always("items", "[\(text(imported))]"),
        always("more", "4"),
      ]),
    ViewShape(
      VariableView.self,
      [
        always("name", "\"V\""), always("value", "\"v\""), always("updated", time),
        always("updated_by", "7"),
      ]),
    ViewShape(ReviewView.self, review),
    ViewShape(GrantView.self, grant),
    ViewShape(AbsenceView.self, absence),
    ViewShape(OriginView.self, origin),
    ViewShape(TwinView.self, twin),
    ViewShape(TurnView.self, turn),
    ViewShape(UnmetView.self, unmet),
    ViewShape(RequestView.self, request),
    ViewShape(
      RequestCreatedView.self,
      [
        always("id", "42"), always("ticket", "\"egr1_abc\""), always("state", "\"waiting\""),
        always("digest", digest), always("environment", "\"p\""),
        always("unmet", "[\(text(unmet))]"), optional("secrets", "[\(text(pinned))]"),
        optional("left_out", "[\"B\"]"),
      ]),
    ViewShape(RevokedView.self, [always("revoked", "[1,2]"), always("more", "true")]),
    ViewShape(ReleasedSecret.self, released),
    ViewShape(SecretValueView.self, [always("environment", "\"p\"")] + released),
    ViewShape(
      GrantPageView.self,
      [
        always("environment", "\"p\""), always("items", "[\(text(released))]"),
        nullable("next", "\"B\""),
      ]),
    ViewShape(StatusView.You.self, you),
    ViewShape(StatusView.Warning.self, warning),
    ViewShape(
      StatusView.self,
      [
        always("state", "\"running\""), always("version", "\"0.1.0\""), always("protocol", "1"),
        always("vault", "\"0001\""), always("you", text(you)), always("memory_locked", "true"),
        always("audit", "12"), optional("storage", "\"full\""),
        Member(name: "last_backup", value: time, isOptional: true, isNullable: true),
        optional("warnings", "[\(text(warning))]"), later("recovery_key", "true"),
      ]),
    ViewShape(
      AuditRecordView.self,
      [
        always("sequence", "1"), always("time", time), always("boot_ms", "5"),
        always("event", "\"vault.created\""), optional("uid", "7"), optional("account", "\"bob\""),
        optional("environment", "\"p\""), optional("request", "42"),
        optional("secrets", "[\(text(pinned))]"), optional("details", #"{"a\"b":"c","d":"e"}"#),
        always("hash", digest), optional("canonical", "\"0f\""),
      ]),
    ViewShape(
      AuditKeyView.self,
      [
        always("vault", "\"0f\""), always("public_key", "\"ed25519:0f\""),
        nullable("head", text(signedHead)),
      ]),
    ViewShape(
      AuditVerificationView.self,
      [
        always("verified", "false"), always("records", "9"), always("head", digest),
        always("signed_through", "5"), nullable("fault", "\"f\""), nullable("first_bad", "6"),
        optional("after", "4"), optional("journal", text(compared)),
      ]),
    ViewShape(JournalComparisonView.self, compared),
    ViewShape(
      AuditExportView.self,
      [
        always("export", "1"), always("vault", "\"0f\""),
        always("public_key", "\"ed25519:0f\""), always("after", "4"),
        always("previous", digest), always("head", text(signedHead)),
      ]),
    ViewShape(
      KeyView.self,
      [
        always("cursor", "3"), always("key", "\"environment\""), nullable("environment", "\"p\""),
        nullable("generation", "2"), nullable("since", time), always("state", "\"rotating\""),
        optional("done", "1"), optional("total", "5"),
      ]),
    ViewShape(
      KeyRotatedView.self,
      [nullable("environment", "\"p\""), always("generation", "2"), always("complete", "false")]),
    ViewShape(
      BackupOpenedView.self,
      [
        always("vault", "\"0001\""), always("size", "97"), always("time", time),
        always("audit", "12"), always("recovery_key", "true"),
      ]),
    ViewShape(
      BackupPageView.self,
      [
        always("data", #"{"base64":"AAEC"}"#), nullable("next", "3"), optional("sha256", digest),
      ]),
    ViewShape(SubscribedView.self, [always("after", "41")]),
    ViewShape(
      EventView.self,
      [
        always("sequence", "9"), always("time", time), always("event", "\"grant.closed\""),
        always("request", "42"), always("environment", "\"p\""), always("state", "\"closed\""),
      ]),
  ]
}
