// What a program prints: results on stdout, progress, warnings and errors on stderr.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "core/exec_context.h"
#include "core/result.h"

namespace musubi::cli {

using Json = nlohmann::ordered_json;

enum class ProgressStyle { kNone, kTerminal, kJson };

struct ConsoleOptions {
  std::string program;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  ProgressStyle progress = ProgressStyle::kNone;
};

// The flows' observer, and the one place that prints. Measures how long each stage takes. While
// one runs, a thread of its own shows how far it is more than twice a second, whether or not the
// stage tells anything meanwhile.
class Console : public Observer {
 public:
  explicit Console(ConsoleOptions options);
  ~Console() override;
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  bool json() const { return options_.json; }

  // Prints a result: `json` on one line under --json, else `text` as it is (unless -q).
  void Print(const Json& json, std::string_view text);

  // Prints `error` and returns the exit code that it means.
  int Fail(const Error& error);

  void OnStage(std::string_view stage, std::uint64_t total, std::uint64_t before) override;
  void OnProgress(std::uint64_t done) override;
  void OnNote(std::string_view message) override;
  void OnWarning(std::string_view message) override;

  // Ends the last stage: its line is finished and its time counted.
  void EndStages();

  // {"stage": seconds, ...}, in the order in which they ran.
  Json StageSeconds() const;

 private:
  using Clock = std::chrono::steady_clock;

  // All of these require mutex_.
  void ShowProgress(bool last);
  void EndStage();
  void CloseLine();

  void Tick();

  ConsoleOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ticking_ = false;
  std::vector<std::pair<std::string, double>> stages_;  // name, seconds
  std::string stage_;                                   // empty before the first
  std::uint64_t total_ = 0;
  std::uint64_t before_ = 0;
  std::uint64_t done_ = 0;
  Clock::time_point stage_start_;
  bool line_open_ = false;
  std::thread ticker_;  // once the first stage has begun; the last member, for it uses the others
};

// "1234567" as "1,234,567".
std::string Grouped(std::uint64_t number);

// `text` followed by blanks up to `width` columns of a terminal; for ASCII text.
std::string Left(std::string_view text, std::size_t width);
std::string Right(std::string_view text, std::size_t width);

// "12.3 %" of `part` in `whole`; "-" where whole is 0.
std::string Percent(std::uint64_t part, std::uint64_t whole);

}  // namespace musubi::cli
