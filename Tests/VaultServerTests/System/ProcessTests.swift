import Glibc
import Testing

@testable import VaultServer

/// PR_GET_DUMPABLE (prctl(2)), which Swift does not see, since it is variadic.
func dumpable() -> Int32 {
  typealias Function = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
  guard let symbol = dlsym(nil, "prctl") else { return -1 }
  return unsafeBitCast(symbol, to: Function.self)(3, 0, 0, 0, 0)
}

@Suite struct `the daemon's process` {
  @Test func `leaves no core, keeps its files private and its descriptors to itself`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let inherited = open("/dev/null", O_RDONLY)
      let most = try HardenProcess.apply()
      var core = rlimit()
      var files = rlimit()
      #expect(getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core) == 0)
      #expect(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0)
      let isUndumpable = dumpable() == 0
      let isPrivate = umask(0) == 0o077
      let isClosedOnExec = fcntl(inherited, F_GETFD) & FD_CLOEXEC != 0
      let isRaised = files.rlim_cur == files.rlim_max && most == Int(clamping: files.rlim_cur)
      let hasNoCore = core.rlim_cur == 0 && core.rlim_max == 0
      exit(isUndumpable && isPrivate && isClosedOnExec && isRaised && hasNoCore ? 0 : 1)
    }
  }

  @Test(arguments: [0, 0o777] as [mode_t])
  func `gives its files the modes that are meant, whatever the umask is`(mask: mode_t) async {
    await #expect(processExitsWith: .exitCode(0)) { [mask] in
      // The folder goes with the scope; exit would leave it.
      func isMeant() throws -> Bool {
        let scratch = try Scratch()
        umask(mask)
        _ = try RootKeyFile.create(scratch.file("root.key"))
        let socket = try SocketFile(path: scratch.file("run/s"), mode: 0o660, group: nil)
        close(socket.descriptor)
        return scratch.mode("root.key") == S_IFREG | 0o600
          && scratch.mode("run") == S_IFDIR | 0o755
          && scratch.mode("run/s") == S_IFSOCK | 0o660
      }
      exit(try isMeant() ? 0 : 1)
    }
  }

  @Test func `fills a standard stream that was closed`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      close(STDIN_FILENO)
      try HardenProcess.apply()
      let next = open("/dev/null", O_RDONLY)
      exit(fcntl(STDIN_FILENO, F_GETFD) >= 0 && next > STDERR_FILENO ? 0 : 1)
    }
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `is stopped by SIGTERM and SIGINT, reloaded by SIGHUP, and not ended by SIGPIPE`(
    signal: Int32
  ) async {
    await #expect(processExitsWith: .exitCode(0)) { [signal] in
      try Signals.block()
      // Sent to this thread, where they wait until they are asked for.
      raise(SIGPIPE)
      raise(SIGHUP)
      let first = Signals.next()
      raise(signal)
      exit(first == .reload && Signals.next() == .stop(signal) ? 0 : 1)
    }
  }

  @Test func `a failed call says what was tried, on what, and why`() {
    #expect(
      SystemFault("open", "/x", code: ENOENT).description
        == "cannot open '/x': No such file or directory")
    #expect(
      SystemFault("block signals", code: EINVAL).description
        == "cannot block signals: Invalid argument")
  }
}
