#include "server/commands.h"

#include <chrono>
#include <optional>
#include <string>

#include "base/log.h"
#include "server/command_output.h"
#include "server/demo.h"
#include "server/file_watch.h"
#include "server/local_client.h"
#include "server/process_signals.h"
#include "server/server.h"
#include "server/version.h"

namespace pinion::server {

namespace {

// How often the files of the certificate are looked at (API-96).
constexpr std::chrono::seconds kBetweenLooks{2};

// A new certificate and its key may not arrive at once, so a pair that does not fit is tried again
// with the next change.
void RunUntilStopped(ProcessSignals& signals, Server& server, const Config& config) {
  FileWatch certificates({config.tls_certificate, config.tls_key});
  for (;;) {
    const ProcessSignals::Event event = signals.Wait(kBetweenLooks);
    if (event == ProcessSignals::Event::kStop) {
      return;
    }
    if (event == ProcessSignals::Event::kReload || (config.tls() && certificates.Changed())) {
      const base::Status reloaded = server.ReloadTls();
      base::Log(reloaded.ok() ? base::LogLevel::kInfo : base::LogLevel::kError,
                "server",
                reloaded.ok() ? "Certificates are read again." : reloaded.error().message);
    }
  }
}

int Serve(const LoadedConfig& loaded) {
  const Config& config = loaded.config;
  ProcessSignals signals;
  base::ConfigureLog({config.log_level, config.log_format});
  if (config.auth_mode == AuthMode::kNone) {
    base::Log(
        base::LogLevel::kWarning,
        "server",
        "Requests are not authenticated: everybody who reaches the server may do everything.");
  }
  auto server = Server::Open(config);
  if (!server.ok()) {
    return Complain(server.error(), ExitCodeOf(server.error()));
  }
  const base::Status recorded = (*server)->RecordConfiguration(loaded.entries);
  if (!recorded.ok()) {
    return Complain(recorded.error(), kExitFailure);
  }
  const base::Status started = (*server)->Start();
  if (!started.ok()) {
    return Complain(started.error(), kExitFailure);
  }
  Print((*server)->Banner());
  std::optional<Demo> demo;
  if (config.demo) {
    demo.emplace(Demo::Parts{.client = (*server)->own_client(),
                             .store = (*server)->store(),
                             .data_dir = config.data_dir,
                             .url = (*server)->PublicUrl(),
                             .region = config.region,
                             .shown_secret = (*server)->shown_secret(),
                             .manual_clock = config.manual_clock});
    demo->Start();
  }
  RunUntilStopped(signals, **server, config);
  base::Log(base::LogLevel::kInfo, "server", "Stopping.");
  demo.reset();
  (*server)->Stop();
  return kExitOk;
}

}  // namespace

int RunServe(const ConfigInput& input) {
  const auto loaded = LoadConfig(input);
  return loaded.ok() ? Serve(*loaded) : Complain(loaded.error(), kExitConfiguration);
}

int RunConfigCheck(const ConfigInput& input) {
  const auto loaded = LoadConfig(input);
  if (!loaded.ok()) {
    return Complain(loaded.error(), kExitConfiguration);
  }
  Print("The configuration is valid.\n");
  return kExitOk;
}

int RunConfigShow(const ConfigInput& input) {
  const auto loaded = LoadConfig(input);
  if (!loaded.ok()) {
    return Complain(loaded.error(), kExitConfiguration);
  }
  for (const ConfigEntry& entry : loaded->entries) {
    Print(entry.key + " = " + entry.value + "    # " + entry.source + "\n");
  }
  return kExitOk;
}

int RunHealth(const ConfigInput& input) {
  const auto loaded = LoadConfig(input);
  if (!loaded.ok()) {
    return Complain(loaded.error(), kExitConfiguration);
  }
  const auto answer = AskServer(loaded->config, {.path = "/readyz"});
  if (!answer.ok()) {
    return Complain(answer.error(), kExitFailure);
  }
  Print(answer->body + "\n");
  return answer->status == 200 ? kExitOk : kExitFailure;
}

int RunVersion() {
  Print("pinion " + std::string(Version()) + " (" + std::string(Commit()) + ")\n");
  return kExitOk;
}

}  // namespace pinion::server
