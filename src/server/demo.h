// `pinion serve --demo` (OPS-17): on an empty data directory makes a project with imported people,
// a segment, a template and a campaign, lets the campaign run, and prints what became of it. All of
// it by calls that every client could make, on a thread of its own, so that the server can be
// stopped meanwhile. A demo that was interrupted is taken up by the next start; one that is there
// is left alone.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/result.h"
#include "http/message.h"
#include "server/demo_report.h"
#include "server/own_client.h"
#include "storage/key_value_store.h"

namespace pinion::server {

class Demo {
 public:
  // Client and store must outlive it.
  struct Parts {
    const OwnClient& client;
    storage::KeyValueStore& store;
    std::string data_dir;
    std::string url;  // that clients are told
    std::string region;
    std::optional<std::string> shown_secret;  // if this start made the key and shows it
    bool manual_clock = false;
  };
  explicit Demo(Parts parts) : parts_(std::move(parts)) {}
  // Stops the demo where it is, and waits for its thread.
  ~Demo();
  Demo(const Demo&) = delete;
  Demo& operator=(const Demo&) = delete;

  // Once, when the server serves.
  void Start();

 private:
  void Run();
  // What to print.
  base::Result<std::string> Perform();
  base::Result<std::string> Make();

  // Each makes what is not there yet, and answers its id.
  base::Result<std::string> EnsureProject();
  base::Status EnsureEmailChannel(const std::string& app);
  base::Result<std::string> EnsureImport(const std::string& app);
  base::Result<std::string> EnsureSegment(const std::string& app, const std::string& imported);
  base::Status EnsureTemplate();
  base::Result<std::string> EnsureCampaign(const std::string& app, const std::string& segment);

  base::Result<DemoOutcome> AwaitOutcome(const std::string& app, const std::string& campaign);
  base::Status WriteSampleFile() const;
  std::string Hints(const std::optional<std::string>& app) const;

  // Answers other than 2xx are failures; kNotFound for 404.
  base::Result<std::string> Ask(const std::string& method,
                                const std::string& target,
                                const std::string& body = {}) const;
  template <class T>
  base::Result<T> Read(const std::string& method,
                       const std::string& target,
                       const std::string& body = {}) const;
  // The id of the entry of that name in a list of all pages.
  template <class Page>
  base::Result<std::optional<std::string>> FindNamed(const std::string& path,
                                                     std::string_view name) const;
  // Asks again and again; kUnavailable when it takes too long or the server is to stop.
  base::Status Until(const std::function<base::Result<bool>()>& reached);
  // False when the server is to stop.
  bool Pause(std::chrono::milliseconds time);

  const Parts parts_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace pinion::server
