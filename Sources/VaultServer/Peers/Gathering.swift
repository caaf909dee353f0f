/// Answers about several uids that come one by one, on any thread.
final class Gathering<Answer: Sendable>: Sendable {
  private let answers = Locked<[UInt32: Answer]>([:])
  private let count: Int

  private init(count: Int) { self.count = count }

  /// Asks about each uid once, and completes once, when all are answered.
  static func gather(
    _ uids: [UInt32], _ ask: (UInt32, @escaping @Sendable (Answer) -> Void) -> Void,
    _ completion: @escaping @Sendable ([UInt32: Answer]) -> Void
  ) {
    let wanted = Set(uids)
    guard !wanted.isEmpty else {
      completion([:])
      return
    }
    let answers = Gathering(count: wanted.count)
    for uid in wanted {
      ask(uid) { answer in
        if let all = answers.add(uid, answer) { completion(all) }
      }
    }
  }

  /// All answers, with the last one.
  private func add(_ uid: UInt32, _ answer: Answer) -> [UInt32: Answer]? {
    answers.withLock { answers in
      answers[uid] = answer
      return answers.count == count ? answers : nil
    }
  }
}
