import StrictJSON
import VaultProtocol

/// What was found where the doctor looked.
struct Finding: Hashable {
  enum Verdict: String {
    case ok
    /// Works, but not as one would want it.
    case warn
    /// Does not work, or lets somebody in.
    case fail

    var style: Style {
      switch self {
      case .ok: .good
      case .warn: .waiting
      case .fail: .bad
      }
    }
  }

  /// What was looked at, in one word.
  let check: String
  let verdict: Verdict
  /// How it is.
  let sentence: String
  /// What to do; nil where nothing is to be done.
  let advice: String?

  private init(_ check: String, _ verdict: Verdict, _ sentence: String, _ advice: String?) {
    self.check = check
    self.verdict = verdict
    self.sentence = PlainText.shown(sentence)
    self.advice = advice.map(PlainText.shown)
  }

  static func ok(_ check: String, _ sentence: String) -> Finding {
    Finding(check, .ok, sentence, nil)
  }

  static func warn(_ check: String, _ sentence: String, _ advice: String) -> Finding {
    Finding(check, .warn, sentence, advice)
  }

  static func fail(_ check: String, _ sentence: String, _ advice: String? = nil) -> Finding {
    Finding(check, .fail, sentence, advice)
  }

  /// What could not be read is no all-clear.
  static func notLookedAt(
    _ check: String, _ what: String, _ why: String, _ advice: String = "run envgate doctor as root"
  ) -> Finding {
    .warn(check, "could not check \(what): \(why)", advice)
  }

  /// In one line, without the verdict.
  var text: String { "\(check): \(sentence)" + (advice.map { "; \($0)" } ?? "") }

  /// All of them as a JSON array, in a line.
  static func json(_ findings: [Finding]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for finding in findings {
      writer.beginObject()
      writer.key("check")
      writer.string(finding.check)
      writer.key("verdict")
      writer.string(finding.verdict.rawValue)
      writer.key("sentence")
      writer.string(finding.sentence)
      writer.key("advice")
      if let advice = finding.advice { writer.string(advice) } else { writer.null() }
      writer.endObject()
    }
    writer.endArray()
    // Safety: the writer lends its bytes for the call; they are copied.
    return unsafe writer.withUnsafeBytes { unsafe Array($0) } + [UInt8(ascii: "\n")]
  }
}
