#include "server/operator_work.h"

#include <fstream>
#include <sstream>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "server/command_output.h"
#include "server/opened_data.h"

namespace pinion::server {

namespace {

base::Status WithData(const Config& config, OpenedData& data, const OperatorWork& work) {
  const base::SystemClock clock;
  base::IdGenerator ids(*data.random);
  PINION_TRY(const auto keys, OpenKeys(config, {*data.store, *data.secrets, clock, ids}));
  PINION_TRY(const auto console,
             OpenConsole(config,
                         {.store = *data.store,
                          .box = *data.secrets,
                          .wall_clock = clock,
                          .ids = ids,
                          .random = *data.random,
                          .keys = *keys},
                         [&] { return config.PublicUrl(); }));
  PINION_CHECK(work.on_data(*keys, *console));
  return data.store->Sync();
}

}  // namespace

int RunOperatorWork(const ConfigInput& input, const OperatorWork& work) {
  const auto loaded = LoadConfig(input);
  if (!loaded.ok()) {
    return Complain(loaded.error(), kExitConfiguration);
  }
  auto data = OpenData(loaded->config);
  const bool running = !data.ok() && data.error().code == base::Errc::kConflict;
  if (!data.ok() && !running) {
    return Complain(data.error(), ExitCodeOf(data.error()));
  }
  const base::Status done =
      running ? work.on_server(loaded->config) : WithData(loaded->config, *data, work);
  return done.ok() ? kExitOk : Complain(done.error(), ExitCodeOf(done.error()));
}

base::Result<std::string> GivenText(const std::string& given) {
  constexpr std::string_view kFile = "file:";
  if (!given.starts_with(kFile)) {
    return given;
  }
  const std::string path = given.substr(kFile.size());
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) {
    return base::InvalidArgument("The file '" + path + "' cannot be read.");
  }
  return text.str();
}

}  // namespace pinion::server
