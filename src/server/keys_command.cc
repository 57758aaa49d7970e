#include "server/keys_command.h"

#include <utility>

#include "base/ids.h"
#include "server/command_output.h"
#include "server/opened_data.h"

namespace pinion::server {

namespace {

// Runs `work` with the keys of the data directory.
template <class Work>
int WithKeys(const ConfigInput& input, Work work) {
  const auto loaded = LoadConfig(input);
  if (!loaded.ok()) {
    return Complain(loaded.error(), kExitConfiguration);
  }
  auto data = OpenData(loaded->config);
  if (!data.ok()) {
    return Complain(data.error(), ExitCodeOf(data.error()));
  }
  const base::SystemClock clock;
  base::IdGenerator ids(*data->random);
  auto keys = OpenKeys(loaded->config, {*data->store, *data->secrets, clock, ids});
  if (!keys.ok()) {
    return Complain(keys.error(), ExitCodeOf(keys.error()));
  }
  const base::Status done = work(**keys);
  return done.ok() ? kExitOk : Complain(done.error(), ExitCodeOf(done.error()));
}

}  // namespace

int RunKeysList(const ConfigInput& input) {
  return WithKeys(input, [](auth::AccessKeyStore& keys) -> base::Status {
    for (const auth::AccessKey& key : keys.List()) {
      const bool active = key.status == auth::AccessKey::Status::kActive;
      Print(key.id + "  " + (active ? "Active  " : "Inactive") + "  " + key.name + "\n");
    }
    return {};
  });
}

int RunKeysCreate(const ConfigInput& input, const std::string& name) {
  return WithKeys(input, [&name](auth::AccessKeyStore& keys) -> base::Status {
    PINION_TRY(const auto created, keys.Create({.name = name}));
    Print("Key " + created.key.id + "   Secret " + created.secret + "   (shown once)\n");
    return {};
  });
}

}  // namespace pinion::server
