// `pinion keys …`: the access keys of a data directory. While a server runs on it, it is asked,
// with the key of --access-key and --secret-key; else the directory is opened. Each returns the
// exit code.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "server/config.h"

namespace pinion::server {

int RunKeysList(const ConfigInput& input);

struct KeyToCreate {
  std::string name;
  // Names of roles, documents, or `file:PATH` of a document.
  std::vector<std::string> policies;
};
// Prints the secret, once.
int RunKeysCreate(const ConfigInput& input, const KeyToCreate& key);

// The key stops working at once and is gone.
int RunKeysRevoke(const ConfigInput& input, const std::string& id);

struct KeyToRotate {
  std::string id;
  std::chrono::seconds grace;
};
// Prints the new secret, once; the old one is good for the grace.
int RunKeysRotate(const ConfigInput& input, const KeyToRotate& key);

// OPS-61: seals the data keys under another master key, while no server runs. `next`: 32 bytes in
// base64, or `file:PATH` of them; "" makes one, which is possible where the key is in the
// directory's file.
int RunMasterKeyRotate(const ConfigInput& input, const std::string& next);

}  // namespace pinion::server
