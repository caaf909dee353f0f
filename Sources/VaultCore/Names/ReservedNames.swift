/// The one table of environment variables that steer a loader, shell, interpreter, tool or CI runner.
///
/// A secret of such a name would turn whoever may write a secret into whoever may run code in the job
/// (glibc ld.so(8); bash(1) BASH_ENV; git(1); GitHub's reserved `GITHUB_` and `RUNNER_` prefixes).
public enum ReservedNames {
  static let prefixes: [String] = [
    "LD_", "DYLD_", "GLIBC_", "MALLOC_", "BASH_FUNC_", "GIT_CONFIG", "GITHUB_", "RUNNER_",
    "ACTIONS_",
    "ENVGATE_", "NPM_CONFIG_", "PIP_", "SUDO_", "SYSTEMD_", "XDG_", "LC_", "GIT_TRACE", "GIT_SSL_",
    "ANSIBLE_", "TF_CLI_",
  ]

  // An array, which lies in the program as it is: a job asks about few names, and a set would be made
  // anew by each.
  static let names: [String] = [
    // loader, libc
    "PATH", "GCONV_PATH", "GETCONF_DIR", "HOSTALIASES", "LOCALDOMAIN", "LOCPATH", "NIS_PATH",
    "NLSPATH", "RESOLV_HOST_CONF", "RES_OPTIONS", "TMPDIR", "TEMP", "TMP", "TZDIR", "LANG",
    "TERMINFO",
    "TERMINFO_DIRS", "TERMCAP", "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
    "CREDENTIALS_DIRECTORY",
    // shells
    "BASH_ENV", "ENV", "BASHOPTS", "SHELLOPTS", "IFS", "PS4", "PROMPT_COMMAND", "CDPATH",
    "GLOBIGNORE",
    "ZDOTDIR", "FPATH", "SHELL", "HOME", "USER", "LOGNAME", "PWD", "OLDPWD", "EDITOR", "VISUAL",
    "PAGER",
    "LESSOPEN", "LESSCLOSE", "BROWSER", "TERM",
    // interpreters
    "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONUSERBASE",
    "PYTHONBREAKPOINT",
    "PYTHONWARNINGS", "PYTHONEXECUTABLE", "PYTHONPYCACHEPREFIX", "NODE_OPTIONS", "NODE_PATH",
    "NODE_EXTRA_CA_CERTS", "PERL5LIB", "PERL5OPT", "PERLLIB", "PERL5DB", "RUBYOPT", "RUBYLIB",
    "GEM_PATH",
    "GEM_HOME", "BUNDLE_GEMFILE", "LUA_PATH", "LUA_CPATH", "LUA_INIT", "PHPRC", "PHP_INI_SCAN_DIR",
    "CLASSPATH", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS", "JAVA_HOME",
    "MAVEN_OPTS", "MAVEN_ARGS", "GRADLE_OPTS", "DOTNET_STARTUP_HOOKS", "DOTNET_ROOT",
    "CORECLR_PROFILER", "CORECLR_PROFILER_PATH", "CORECLR_ENABLE_PROFILING", "GOFLAGS", "GOPATH",
    "GOROOT", "GOPROXY", "GOTOOLCHAIN", "CARGO_HOME", "RUSTC", "RUSTC_WRAPPER", "RUSTFLAGS",
    "RUSTUP_HOME",
    "PSMODULEPATH", "AZURE_CONFIG_DIR", "AZURE_EXTENSION_DIR", "KUBECONFIG", "DOCKER_HOST",
    "DOCKER_CONFIG", "HELM_PLUGINS", "TF_REATTACH_PROVIDERS", "TF_LOG", "TF_LOG_PATH",
    "KUBE_EDITOR", "CLOUDSDK_PYTHON", "CLOUDSDK_CONFIG", "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE", "NODE_TLS_REJECT_UNAUTHORIZED", "NODE_DEBUG",
    // tools that run what a variable says
    "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EXEC_PATH", "GIT_TEMPLATE_DIR", "GIT_EDITOR",
    "GIT_SEQUENCE_EDITOR", "GIT_PAGER", "GIT_EXTERNAL_DIFF", "GIT_PROXY_COMMAND", "GIT_DIR",
    "GIT_WORK_TREE", "GIT_COMMIT", "RSYNC_RSH", "CVS_RSH", "SVN_SSH", "MAKEFLAGS", "MAKEFILES",
    "MFLAGS", "CC",
    "CXX", "CFLAGS", "LDFLAGS", "OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR", "SSLKEYLOGFILE", "CURL_HOME", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "WGETRC",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "GNUPGHOME", "NETRC",
    // runners
    "CI", "BUILD_URL", "BUILD_ID", "BUILD_NUMBER", "JOB_NAME", "WORKSPACE", "JENKINS_HOME",
    "JENKINS_URL", "JENKINS_NODE_COOKIE", "SSH_ASKPASS", "SSH_AUTH_SOCK", "SSH_ORIGINAL_COMMAND",
    "SWIFT_BACKTRACE", "GITLAB_CI",
  ]

  /// Whether a name, in upper case, may not be the name of a secret.
  public static func contains(_ upperCase: String) -> Bool {
    names.contains(upperCase) || prefixes.contains { upperCase.hasPrefix($0) }
  }
}
