import Glibc

/// How many descriptors this process may have, as many as it is allowed (setrlimit(2)).
enum DescriptorLimit {
  /// What the daemon needs beside its connections: the vault's files, sockets, threads, look-ups, and the
  /// processes of peers that it holds while it looks at them.
  static let reserve = 128 + LookQueue.most + Lobby.most

  /// Takes what the hard limit allows, up to what is wanted, and answers what there is then.
  static func raise(to wanted: Int) -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return 1_024
    }
    let target = min(rlim_t(wanted), limit.rlim_max)
    if target > limit.rlim_cur {
      var raised = limit
      raised.rlim_cur = target
      if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 {
        limit = raised
      }
    }
    return Int(min(limit.rlim_cur, rlim_t(Int32.max)))
  }

  /// The connections that a number of descriptors carries: one each, besides what else is needed.
  static func connections(_ wanted: Int, of descriptors: Int) -> Int {
    min(wanted, max(16, descriptors - reserve))
  }
}
