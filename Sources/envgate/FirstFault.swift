import VaultClient

/// Goes on where one of several things fails: each fault is told, and the first is what the command ends with.
struct FirstFault {
  private var first: (any Error)?

  /// Takes what one of them threw. A fault is told at once, but for the first one, which ``end()`` throws.
  /// - Parameters:
  ///   - host: the host that it is about, where one was named.
  ///   - request: the request that it is about, where there are several.
  /// - Throws: what ends a command whatever else it had to do: a signal, or that nobody reads its output.
  mutating func take(_ error: any Error, on host: HostName? = nil, request: Int64? = nil) throws {
    if error is Interrupted || error is Console.ReaderGone { throw error }
    guard var fault = Failure.fault(error) else { throw error }
    if let request, !fault.sentence.contains("request \(request)") {
      fault = fault.saying("request \(request): \(fault.sentence)")
    }
    if let host { fault = fault.named(error, on: host) }
    // A fault of this host's vault stays what it is: what was probably meant is said with it.
    if first == nil {
      first = host == nil && request == nil ? error : fault
    } else {
      Console.report(fault)
    }
  }

  /// Ends the command as the first that failed says; to be called once what came was printed.
  func end() throws { if let first { throw first } }
}

extension CommandFault {
  /// The same fault with the host that it is about.
  fileprivate func named(_ error: any Error, on host: HostName) -> CommandFault {
    // Those of ssh name it already.
    let isNamed = error is ClientFault && reason.hasPrefix("host.")
    return isNamed ? self : saying("\(host.text): \(sentence)")
  }
}
