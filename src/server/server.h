// The server, put together: data directory, store, services, edge, HTTP. The composition root;
// main.cc opens one, starts it, waits for a signal and drains it. All calls come from one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "server/config.h"
#include "server/own_client.h"
#include "storage/key_value_store.h"

namespace pinion::server {

class Server {
 public:
  // Opens the data directory and reads what is held in memory. kConflict and kNotImplemented as
  // DataDirectory::Open; other failures name the part that failed.
  static base::Result<std::unique_ptr<Server>> Open(const Config& config);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens and serves from here on.
  base::Status Start();
  // What to tell the operator on standard output once it serves (OPS-5).
  std::string Banner() const;
  uint16_t port() const;
  // The URL that clients are told.
  std::string PublicUrl() const;
  // The secret of the key that this start has made, which the banner shows.
  std::optional<std::string> shown_secret() const;
  // Calls from inside the process, between Start and Stop.
  const OwnClient& own_client() const;
  storage::KeyValueStore& store();
  // Before Start: what changed in the configuration since the last start goes into the audit log.
  base::Status RecordConfiguration(const std::vector<ConfigEntry>& entries);
  // Reads certificate and key again; on a failure the old ones stay in use.
  base::Status ReloadTls();

  // OPS-8: not ready any more, listeners closed, requests in work finished within the configured
  // time, batches stopped at a durable point.
  void Stop();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace pinion::server
