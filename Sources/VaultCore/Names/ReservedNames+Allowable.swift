/// Names that an admin may allow for one environment: a job may well need one of these, and whoever sets
/// it steers the job's tools. Endings first: each tool has names of its own, and they end alike.
extension ReservedNames {
  /// Credentials' own names within the families: they are what a vault is for.
  static let spared = [
    "AZURE_CREDENTIALS", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID",
    "AZURE_SUBSCRIPTION_ID", "AZURE_USERNAME", "AZURE_PASSWORD", "AZURE_CLIENT_CERTIFICATE",
    "AZURE_DEVOPS_EXT_PAT", "AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY", "AZURE_STORAGE_SAS_TOKEN",
    "AZURE_STORAGE_CONNECTION_STRING", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_TENANT_ID",
    "ARM_SUBSCRIPTION_ID", "ARM_ACCESS_KEY", "ARM_SAS_TOKEN", "ARM_CLIENT_CERTIFICATE",
    "ARM_CLIENT_CERTIFICATE_PASSWORD", "KUBERNETES_TOKEN",
  ]

  /// Terraform reads these as inputs of a plan, and nothing else reads them.
  static let sparedBeginnings = ["TF_VAR_"]

  static let allowable: [Family] = [
    Family(
      steers: "the arguments of a tool",
      names: [
        "BZIP", "BZIP2", "DIFF", "GZIP", "JQ_COLORS", "LESS", "LZOP", "MANOPT", "MORE", "TAPE",
        "UNZIP", "XZ_DEFAULTS", "XZ_OPT", "ZIPINFO", "ZIPOPT",
      ], endings: ["FLAGS", "OPTIONS", "_ARGS", "_ARGUMENTS", "_OPT", "_OPTS"]),
    Family(
      steers: "the program that a tool runs",
      names: [
        "AR", "AS", "AWK", "BROWSER", "CC", "CHROME_PATH", "CONFIG_SITE", "CPP", "CXX", "EDITOR",
        "FC",
        "HGEDITOR", "HGMERGE", "HOMEBREW_RUBY_PATH", "HOSTCC", "LESSCLOSE", "LESSOPEN", "LEX",
        "LIBTOOL", "M4", "MAKE", "MAKESHELL", "MANPAGER", "NM", "PAGER", "PERL",
        "PKG_CONFIG", "PYTHON", "RANLIB", "RUSTC", "RUSTDOC", "SED", "TERMINAL", "VISUAL", "YACC",
      ],
      endings: [
        "_ASKPASS", "_BIN", "_BINARY", "_BINARY_PATH", "_BROWSER", "_CMD", "_COMMAND", "_COMMANDS",
        "_COMPILER",
        "_EDITOR", "_EXE", "_EXEC", "_EXECUTABLE", "_EXECUTABLE_PATH", "_HELPER", "_HOOK", "_HOOKS",
        "_INTERPRETER",
        "_LAUNCHER", "_LINKER", "_LOADER", "_PAGER", "_PASSCOMMAND", "_PLUGIN", "_PLUGINS",
        "_PRELOAD", "_PRELUDE", "_PROG", "_PROGRAM", "_RSH", "_RUNNER", "_SCRIPT", "_SHELL", "_SSH",
        "_STARTUP", "_TOOLCHAIN", "_WRAPPER",
      ]),
    Family(
      steers: "the configuration or code that a tool loads",
      names: [
        "ANDROID_HOME", "ANT_HOME", "ASDF_DATA_DIR", "AWKLIBPATH", "AWKPATH", "CHARSET",
        "CLASSPATH",
        "COMPILER_PATH", "COMPOSE_FILE", "CPATH", "CPLUS_INCLUDE_PATH", "C_INCLUDE_PATH", "DISPLAY",
        "DJANGO_SETTINGS_MODULE", "EXINIT", "GROOVY_HOME", "ICEAUTHORITY", "INFOPATH", "IPYTHONDIR",
        "JAVA_HOME", "JRE_HOME", "KOTLIN_HOME", "KUBECONFIG", "LANG", "LANGUAGE", "LIBRARY_PATH",
        "MAGIC", "MANPATH", "MPLBACKEND", "MPLCONFIGDIR", "MYSQL_HOME", "MYVIMRC", "NETRC",
        "OBJC_INCLUDE_PATH", "N_PREFIX", "ODBCINI", "ODBCSYSINI", "ORACLE_HOME", "SCALA_HOME",
        "SCREENDIR",
        "TCLLIBPATH", "TERM", "TERMCAP", "TERMINFO", "TERMINFO_DIRS", "TNS_ADMIN", "TZ", "VIM",
        "VIMRUNTIME", "VOLTA_HOME", "XAUTHORITY",
      ], beginnings: ["LC_", "XDG_"],
      endings: [
        "RC", "PYTHONPATH", "_CONFIG_DIR", "_CONFIG_FILE", "_CONFIG_HOME", "_CONFIG_LOCATION",
        "_CONFIG_PATH", "_DOTENV", "_EXEC_PATH", "_INCLUDE_PATH", "_INIT_FILE", "_LIBRARY_PATH",
        "_LIB_PATH", "_LOAD_PATH", "_MODULE_PATH", "_PLUGIN_PATH", "_SEARCH_PATH", "_STARTUP_FILE",
      ]),
    Family(
      steers: "the place that a credential is sent to",
      names: [
        "GCE_METADATA_IP", "GH_HOST", "GITLAB_HOST", "GITLAB_URI", "GOOGLE_CLOUD_UNIVERSE_DOMAIN",
        "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "MYSQL_HOST", "MYSQL_TEST_LOGIN_FILE",
        "MYSQL_UNIX_PORT", "NNTPSERVER", "PGHOST", "PGHOSTADDR", "PGPASSFILE", "PGSERVICE",
        "PGSERVICEFILE", "PGSYSCONFDIR", "NEXUS_URL", "OCTOPUS_URL", "PROXY", "PUB_HOSTED_URL",
        "PULUMI_BACKEND_URL",
        "REGISTRY_AUTH_FILE", "RESTIC_REPOSITORY", "BORG_REPO", "SENTRY_URL", "SOCKS_SERVER",
        "TURBO_API", "TWINE_REPOSITORY", "COSIGN_REPOSITORY", "ARGOCD_SERVER", "VSPHERE_SERVER",
      ], beginnings: ["KUBERNETES_", "SONAR_SCANNER_"],
      endings: [
        "_ADDR", "_API_URL", "_AUTHORITY", "_AUTH_URL", "_AUTHORITY_HOST",
        "_BASE_URL", "_ENDPOINT",
        "_ENDPOINTS", "_ENDPOINT_URL", "_HOST_URL", "_INDEX_URL", "_METADATA_HOST", "_METADATA_URL",
        "_MIRROR",
        "_MIRRORS", "_NAMESERVER", "_PROXY", "_REGISTRY", "_REGISTRY_URL", "_REPOSITORY_URL",
        "_SERVER_URL",
      ]),
    Family(
      steers: "the peers that a program trusts",
      names: [
        "GNUPGHOME", "INSECURE", "SSH_AUTH_SOCK", "SSH_KNOWN_HOSTS", "SSLVERIFY", "TWINE_CERT",
      ],
      beginnings: ["GPG_AGENT", "KRB5", "OPENSSL_", "SSL_CA", "SSL_CERT"],
      endings: [
        "PGSSLMODE", "PGSSLROOTCERT", "_CACERT", "_CACERTS", "_CAFILE", "_CAINFO", "_CAPATH",
        "_CA_BUNDLE", "_CA_CERT", "_CA_CERTS", "_CA_FILE", "_CA_PATH", "_CERTS_DIR", "_CERT_DIR",
        "_CIPHERS", "_HOST_KEY_CHECKING", "_INSECURE", "_KEYRING", "_KNOWN_HOSTS", "_NO_VERIFY",
        "_REJECT_UNAUTHORIZED", "_ROOTS_FILE_PATH", "_ROOT_CERT", "_SKIP_VERIFY", "_SSLMODE",
        "_SSLROOTCERT",
        "_STRICT_SSL", "_TRUSTSTORE", "_TRUST_STORE", "_VERIFY", "_VERIFY_SSL", "_VERIFY_TLS",
      ]),
    Family(
      steers: "the contents of a log",
      names: [
        "DEBUG", "LOGLEVEL", "LOG_LEVEL", "SSLKEYLOGFILE", "TRACE", "VERBOSE", "WERKZEUG_DEBUG_PIN",
        "XTRACE",
      ],
      endings: [
        "_COVERAGE", "_COVERAGE_FILE", "_CRASH_DIR", "_DEBUG", "_DEBUGGER", "_DUMP", "_DUMP_DIR",
        "_DUMP_FILE", "_HISTFILE", "_KEYLOGFILE", "_LOG", "_LOGFILE", "_LOGGER", "_LOGGING",
        "_LOGLEVEL", "_LOGS", "_LOG_DIR", "_LOG_FILE", "_LOG_LEVEL", "_LOG_PATH", "_PROFILER",
        "_TELEMETRY", "_TRACE", "_TRACE_FILE", "_VERBOSE", "_VERBOSITY",
      ]),
    Family(
      steers: "an interpreter or its package manager",
      names: [
        "BUNDLER_VERSION", "CAMLRUNPARAM", "DART_VM_OPTIONS", "FLASK_APP", "FLASK_ENV",
        "FLUTTER_ROOT", "GEM_HOME", "GEM_HOST", "GEM_PATH", "GEM_SKIP", "GEM_SPEC_CACHE", "GOARCH",
        "GOAUTH", "GOBIN", "GOCACHE", "GODEBUG", "GOENV", "GOEXPERIMENT", "GOINSECURE",
        "GOMODCACHE", "GONOPROXY", "GONOSUMCHECK", "GONOSUMDB", "GOOS", "GOPATH", "GOPRIVATE",
        "GOPROXY", "GOROOT", "GOSUMDB", "GOTMPDIR", "GOTOOLCHAIN", "GOTRACEBACK", "GOVCS", "GOWORK",
        "GRADLE_HOME", "GRADLE_USER_HOME", "HEX_CACERTS_PATH", "HEX_HOME", "MAVEN_BASEDIR",
        "MAVEN_CONFIG", "MAVEN_HOME", "MAVEN_PROJECTBASEDIR", "MAVEN_SKIP_RC",
        "MICRONAUT_CONFIG_FILES", "NODE_COMPILE_CACHE", "NODE_ICU_DATA", "NODE_PATH",
        "NODE_REDIRECT_WARNINGS", "NODE_TEST_CONTEXT", "NODE_USE_ENV_PROXY", "NODE_V8_COVERAGE",
        "NVM_DIR", "OCAMLRUNPARAM", "OPAMROOT", "OPAMSWITCH", "PSMODULEANALYSISCACHEPATH",
        "PSMODULEPATH", "PUB_CACHE", "RACK_ENV", "RAILS_ENV", "SDKMAN_DIR",
        "SPRING_APPLICATION_JSON", "STACK_ROOT", "STACK_WORK", "STACK_YAML", "VIRTUAL_ENV",
        "WINEDLLOVERRIDES", "WINEPREFIX", "WORKON_HOME",
      ],
      beginnings: [
        "ASPNETCORE_", "BOOTSNAP_", "BUNDLE_", "BUN_", "CABAL_", "CARGO_", "CATALINA_", "CGO_",
        "COMPLUS_", "COMPOSER_", "CONDA_", "CORECLR_", "COREPACK_", "COR_", "DENO_", "DOTNET_",
        "ELECTRON_", "ELIXIR_", "EMACS", "ERL_", "GHC", "GUILE_", "GVIM", "HATCH_", "JAVA_",
        "JBOSS_", "JULIA_", "JUPYTER_", "JVM_", "LOG4J_", "LOGGING_", "LUA5", "LUA_", "M2_",
        "MAMBA_", "MIX_", "MONO_", "MSBUILD", "MVN_", "NODE_REPL_", "NODE_TLS_", "NOX_",
        "NPM_CONFIG_", "NUGET_", "NUMBA_", "NVIM_", "OCAML", "OPAM_", "ORG_GRADLE_", "PDM_", "PERL",
        "PHP_", "PIPENV_", "PIPX_", "PIP_", "PNPM_", "POETRY_", "POWERSHELL_", "PSEXECUTION",
        "PULUMI_CONFIG", "PULUMI_DOTNET", "PULUMI_HOME", "PULUMI_NODEJS", "PULUMI_PYTHON", "PUMA_",
        "PYENV_", "PYTEST_", "PYTHON", "RBENV_", "REBAR_", "RUBY", "RUST", "RVM_", "RYE_", "R_",
        "SBT_", "SPRING_CONFIG", "SPRING_MAIN_", "SPRING_PROFILES_", "SWIFTPM_", "SWIFT_", "TCL_",
        "TOX_", "TS_NODE_", "UV_", "VIMINIT", "YARN_", "ZIG_", "_JAVA_",
      ]),
    Family(
      steers: "a build tool",
      names: ["MAKEFILE", "MAKEFILES", "MAKEFILE_LIST", "MAKELEVEL", "MAKEOVERRIDES", "WAFDIR"],
      beginnings: [
        "ACLOCAL", "AUTOCONF", "AUTOHEADER", "AUTOM4TE", "AUTOMAKE", "BAZEL_", "BUCK_", "CCACHE_",
        "CCC_", "CLANG_", "CMAKE_", "DEB_", "DH_", "DISTCC_", "DPKG_", "GCC_", "GNUMAKE", "GUIX_",
        "ICECC_", "MESON_", "NINJA_", "NIX_", "PKG_CONFIG_", "RPM_", "SCCACHE_", "SCONS_",
      ]),
    Family(
      steers: "a tool that moves code or data",
      names: [
        "BORG_REMOTE_PATH", "CVSROOT", "HGENCODING", "HGPLAIN", "HGRCPATH", "HGUSER",
        "SSH_AGENT_PID", "SSH_ORIGINAL_COMMAND", "SVN_SSH",
      ],
      beginnings: [
        "APT_", "ARIA2_", "ASAN_", "BZR_", "CURL_", "CVS_", "DEBCONF_", "DEBIAN_", "FAKECHROOT",
        "FAKEROOT", "FTP_", "GAWK_", "GDB_", "GIT_", "GREP_", "HG_", "LESS", "LFTP_", "LIBMYSQL_",
        "LLDB_", "LSAN_", "MAN_", "MC_HOST_", "MSAN_", "PROXYCHAINS_", "PSQLRC", "PSQL_", "QEMU_",
        "RCLONE_",
        "REDISCLI_", "RSYNC_", "S3CMD_", "SOCKS_", "SQLITE_", "SSH_SK_", "SVN_", "TAR_",
        "TORSOCKS_", "TSAN_", "TSOCKS_", "UBSAN_", "VALGRIND_", "WGET_",
      ]),
    Family(
      steers: "a tool of clouds or containers",
      names: [
        "AWS_CREDENTIAL_FILE", "AWS_DATA_PATH", "AWS_DEFAULT_PROFILE", "AWS_PROFILE",
        "AWS_ROLE_ARN", "AWS_SDK_LOAD_CONFIG", "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_USE_FIPS_ENDPOINT", "CHECKPOINT_DISABLE", "CONTAINER_HOST", "DOCKER_API_VERSION",
        "DOCKER_BUILDKIT", "DOCKER_CERT_PATH", "DOCKER_CONFIG", "DOCKER_CONTEXT",
        "DOCKER_DEFAULT_PLATFORM", "DOCKER_HOST", "DOCKER_RAMDISK", "DOCKER_TLS", "KUBE_CONFIG",
      ],
      beginnings: [
        "ANSIBLE_", "ARM_", "AWS_CLI_", "AWS_CONFIG", "AWS_CONTAINER_", "AWS_EC2_", "AWS_ENDPOINT_",
        "AWS_LAMBDA_", "AWS_SHARED_", "AWS_STS_", "AWS_WEB_IDENTITY_", "AZURE_", "BUILDAH_",
        "BUILDKIT_", "BUILDX_", "CLOUDSDK_", "COMPOSE_", "CONTAINERD_", "CONTAINERS_",
        "DOCKER_CLI_", "DOCKER_CONTENT_TRUST", "GCLOUD_", "HELM_", "KUBECTL_", "KUSTOMIZE_",
        "OCI_CLI_", "OTEL_", "PACKER_", "PODMAN_", "SKOPEO_", "TERRAGRUNT_", "TF_", "TG_",
        "VAGRANT_",
      ]),
    Family(
      steers: "a CI runner",
      names: [
        "BUILD_ID", "BUILD_NUMBER", "BUILD_TAG", "BUILD_URL", "CI", "EXECUTOR_NUMBER", "GITLAB_CI",
        "JENKINS_HOME", "JENKINS_NODE_COOKIE", "JENKINS_URL", "JOB_NAME", "JOB_URL", "NODE_LABELS",
        "NODE_NAME", "RUN_DISPLAY_URL", "WORKSPACE",
      ],
      beginnings: [
        "ACTIONS_", "APPVEYOR", "BAMBOO_", "BITBUCKET_", "BUILDKITE_", "CIRCLECI", "CIRCLE_", "CI_",
        "CODEBUILD_", "DRONE_", "GITHUB_", "HUDSON_", "INPUT_", "RUNNER_", "SECUREFILE_",
        "SEMAPHORE_", "TEAMCITY_", "TRAVIS", "WOODPECKER_",
      ]),
    Family(
      steers: "a desktop or graphics library",
      names: ["GS_LIB"],
      beginnings: [
        "ALSA_", "CUDA_", "DBUS_", "EGL_", "FONTCONFIG_", "GCONF_", "GDK_", "GIO_", "GOMP_",
        "GSETTINGS_", "GST_", "GTK", "GVFS_", "KMP_", "LADSPA_", "LIBGL_", "LV2_", "MAGICK_",
        "MESA_", "MKL_", "OMP_", "OPENBLAS_", "PANGO_", "PULSE_", "QML", "QT_", "SDL_", "VK_ADD_",
        "VK_ICD", "VK_INSTANCE_", "VK_LAYER", "WAYLAND_", "XCURSOR_",
      ]),
  ]
}
