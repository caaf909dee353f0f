/// Names that nobody makes: who sets one of these decides which code every program runs.
extension ReservedNames {
  static let never: [Family] = [
    Family(steers: "envgate itself", beginnings: ["ENVGATE_"]),
    // ld.so(8), malloc(3), iconv(3), catopen(3), setlocale(3), resolver(3)
    Family(
      steers: "the loader or the C library",
      names: [
        "GCONV_PATH", "GETCONF_DIR", "HOSTALIASES", "LOCALDOMAIN", "LOCPATH", "NIS_PATH", "NLSPATH",
        "RESOLV_HOST_CONF", "RES_OPTIONS", "TZDIR", "LIBC_FATAL_STDERR_", "OUTPUT_CHARSET",
        "POSIXLY_CORRECT", "SEGFAULT_SIGNALS", "SOTRUSS_WHICH",
      ], beginnings: ["LD_", "DYLD_", "GLIBC_", "MALLOC_", "_RLD", "LDR_", "GETTEXT"]),
    // bash(1), dash(1), zsh(1), ksh(1), environ(7)
    Family(
      steers: "a shell",
      names: [
        "PATH", "ENV", "IFS", "CDPATH", "GLOBIGNORE", "PS0", "PS1", "PS2", "PS3", "PS4",
        "PROMPT_COMMAND", "SHELLOPTS", "BASHOPTS", "BASH", "FPATH", "MODULE_PATH", "ZDOTDIR",
        "NULLCMD", "READNULLCMD", "FCEDIT", "HISTFILE", "HISTCMD", "EXECIGNORE", "KSH_VERSION",
        "SHELL", "HOME", "USER", "LOGNAME", "PWD", "OLDPWD", "TMPDIR", "TMP", "TEMP", "TEMPDIR",
        "TMPPREFIX", "INPUTRC", "XTRACEFD", "OPTIND", "OPTARG", "EUID", "UID",
        "PPID", "SHLVL", "MAILPATH", "MAILCHECK",
      ], beginnings: ["BASH_", "ZSH_", "FISH_"]),
    // systemd.exec(5), sd_listen_fds(3), sudo(8), doas(1)
    Family(
      steers: "the way the host starts a process",
      names: [
        "CREDENTIALS_DIRECTORY", "DOAS_USER", "INVOCATION_ID", "JOURNAL_STREAM", "NOTIFY_SOCKET",
        "SUDO_ASKPASS", "SUDO_COMMAND", "SUDO_EDITOR", "SUDO_GID", "SUDO_PROMPT", "SUDO_PS1",
        "SUDO_UID", "SUDO_USER",
      ], beginnings: ["LISTEN_", "MEMORY_PRESSURE_", "SYSTEMD_", "WATCHDOG_"]),
  ]
}
