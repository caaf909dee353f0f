/// What the core does with a value, once a kind.
extension GateRule {
  /// Whether these terms say nothing of the rule.
  package func isDefault(_ terms: GateTerms) -> Bool { isSame(terms, GateTerms()) }

  func isSame(_ left: GateTerms, _ right: GateTerms) -> Bool {
    switch value {
    case .flag(let path, _, _, _): left[keyPath: path] == right[keyPath: path]
    case .duration(let path, _): left[keyPath: path] == right[keyPath: path]
    case .period(let path, _): left[keyPath: path] == right[keyPath: path]
    case .limit(let path, _): left[keyPath: path] == right[keyPath: path]
    case .entries(let list): list.isSame(left, right)
    }
  }

  func check(_ terms: GateTerms) throws(GateFault) {
    switch value {
    case .flag: break
    case .duration(let path, let range):
      if !range.contains(terms[keyPath: path]) { throw .clock(text, in: range) }
    case .period(let path, let range):
      if let time = terms[keyPath: path], !range.contains(time) { throw .clock(text, in: range) }
    case .limit(let path, let most):
      if let number = terms[keyPath: path], !(1...most).contains(number) {
        throw .limit(text, number, most: most)
      }
    case .entries(let list): try list.check(terms)
    }
    if let fault = fault(terms) { throw fault }
  }

  func differences(from old: GateTerms, to new: GateTerms) -> [String] {
    if isSame(old, new) { return [] }
    switch value {
    case .flag(let path, _, let on, let off): return [new[keyPath: path] ? on : off]
    case .duration(let path, _):
      return [difference(duration(old[keyPath: path]), duration(new[keyPath: path]))]
    case .period(let path, _):
      return [difference(old[keyPath: path].map(duration), new[keyPath: path].map(duration))]
    case .limit(let path, _):
      return [difference(old[keyPath: path].map { "\($0)" }, new[keyPath: path].map { "\($0)" })]
    case .entries(let list): return list.differences(from: old, to: new)
    }
  }

  private func difference(_ old: String?, _ new: String?) -> String {
    "\(name): \(old ?? "none") -> \(new ?? "none")"
  }

  /// The sentence for a value that is weaker; nil where it is as strict. What has no order counts as weaker.
  func weakening(from old: GateTerms, to new: GateTerms) -> String? {
    if isSame(old, new) { return nil }
    switch weaker {
    case .judged(let judge): return judge(old, new)
    case .changed(let sentence): return sentence
    case .risen(let sentence):
      guard let (before, now) = levels(old, new) else { return sentence }
      return now > before ? sentence : nil
    case .fallen(let sentence):
      guard let (before, now) = levels(old, new) else { return sentence }
      return now < before ? sentence : nil
    }
  }

  private func levels(_ old: GateTerms, _ new: GateTerms) -> (Int64, Int64)? {
    guard let before = level(old), let now = level(new) else { return nil }
    return (before, now)
  }

  /// A scalar in its order. No limit is above every limit.
  private func level(_ terms: GateTerms) -> Int64? {
    switch value {
    case .flag(let path, _, _, _): terms[keyPath: path] ? 1 : 0
    case .duration(let path, _): terms[keyPath: path]
    case .period(let path, _): terms[keyPath: path] ?? .max
    case .limit(let path, _): terms[keyPath: path].map { min(Int64($0), .max - 1) } ?? .max
    case .entries: nil
    }
  }

  /// Puts the value of one into the other. A list is edited, not replaced.
  func copy(from source: GateTerms, to terms: inout GateTerms) {
    switch value {
    case .flag(let path, _, _, _): terms[keyPath: path] = source[keyPath: path]
    case .duration(let path, _): terms[keyPath: path] = source[keyPath: path]
    case .period(let path, _): terms[keyPath: path] = source[keyPath: path]
    case .limit(let path, _): terms[keyPath: path] = source[keyPath: path]
    case .entries: break
    }
  }

  /// The entries of a list.
  func entryTexts(of terms: GateTerms) -> [String] {
    if case .entries(let list) = value { list.texts(of: terms) } else { [] }
  }

  /// Where a scalar is; nil of a list.
  var path: AnyKeyPath? {
    switch value {
    case .flag(let path, _, _, _): path
    case .duration(let path, _): path
    case .period(let path, _): path
    case .limit(let path, _): path
    case .entries: nil
    }
  }
}
