import Promises
import Testing
import VaultCore

/// The table of reserved names: whole families, in two grades.
@Suite struct `Reserved names` {
  @Test(.promise(.newNamesAreTyped))
  func `known names that steer a job are reserved, whoever has heard of them`() {
    #expect(SteeringNames.all.count >= 488 && Set(SteeringNames.all).count >= 488)
    for name in SteeringNames.all {
      #expect(ReservedNames.reservation(of: name) != nil, "\(name) is free")
    }
  }

  @Test(arguments: SteeringNames.honest)
  func `names of honest secrets and settings are free`(name: String) {
    #expect(ReservedNames.reservation(of: name) == nil)
  }

  @Test(
    .promise(.namesThatRunCode),
    arguments: [
      ("LD_PRELOAD", .never), ("PATH", .never), ("BASH_ENV", .never), ("ENVGATE_HOST", .never),
      ("GNUMAKEFLAGS", .allowable), ("TAR_OPTIONS", .allowable), ("X_OPTS", .allowable),
      ("X_PAGER", .allowable), ("X_EDITOR", .allowable), ("X_LAUNCHER", .allowable),
      ("X_WRAPPER", .allowable), ("X_COMMAND", .allowable), ("X_PROXY", .allowable),
      ("DOTNET_X", .allowable), ("COMPLUS_X", .allowable), ("CARGO_X", .allowable),
      ("MSBUILDX", .allowable), ("NUGET_X", .allowable), ("BUNDLE_X", .allowable),
      ("UV_X", .allowable), ("GIT_X", .allowable), ("TF_X", .allowable), ("AZURE_X", .allowable),
      ("ARM_X", .allowable), ("CI_X", .allowable), ("KUBECONFIG", .allowable),
    ] as [(String, ReservedNames.Grade)])
  func `a family has its grade`(name: String, grade: ReservedNames.Grade) {
    #expect(ReservedNames.reservation(of: name)?.grade == grade)
  }

  @Test(
    .promise(.namesThatRunCode),
    arguments: [
      ("COMPOSE", "COMPOSE_FILE", .allowable), ("PIP_CONFIG", "PIP_CONFIG", .allowable),
      ("X_CONFIG", "X_CONFIG_FILE", .allowable), ("LD", "LD_FILE", .never),
      ("ENVGATE", "ENVGATE_FILE", .never),
    ] as [(String, String, ReservedNames.Grade)])
  func `a name is judged by what a form of delivery makes of it, too`(
    name: String, variable: String, grade: ReservedNames.Grade
  ) {
    let reservation = ReservedNames.reservation(of: name)
    #expect(reservation?.variable == variable && reservation?.grade == grade)
  }

  @Test func `a family's bare beginning is free, and so is a credential's file`() {
    for name in ["GIT", "GITHUB", "AZURE", "TF", "AZURE_CREDENTIALS_FILE", "ARM_CLIENT_ID_FILE"] {
      #expect(ReservedNames.reservation(of: name) == nil, "\(name)")
    }
    #expect(ReservedNames.reservation(of: "AZURE_CREDENTIALS_FILES") != nil)
  }

  @Test func `a job maps to every variable but those of the grade never, in whatever case`() {
    for name in ["PATH", "Path", "ld_preload", "ENVGATE_SOCKET", "envgate_socket", "bash_env"] {
      #expect(ReservedNames.never(name)?.grade == .never, "\(name)")
    }
    for name in ["KUBECONFIG", "http_proxy", "GIT_TOKEN", "npm_config_registry", "TOKEN"] {
      #expect(ReservedNames.never(name) == nil, "\(name)")
    }
  }
}
