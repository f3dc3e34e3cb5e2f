// What a flow may use of the outside world: threads, randomness, an observer, a stop flag, a clock.
// Libraries take these from here and nowhere else, so that a test can replay a run.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/result.h"

namespace musubi {

// A source of bytes. The product uses the operating system's; a test may use a fixed seed.
class RandomSource {
 public:
  virtual ~RandomSource() = default;

  // Fills `out` whole.
  //
  // Errors: kInternal  the source failed; `out` is then not to be used
  virtual Status Fill(std::span<std::uint8_t> out) = 0;
};

// Tells the time. The product uses the operating system's; a test may stop it at a moment.
class Clock {
 public:
  virtual ~Clock() = default;

  // Seconds since 1970-01-01T00:00:00Z, without leap seconds.
  virtual std::int64_t UnixSeconds() = 0;
};

// Told what a flow does. Called from one thread at a time.
class Observer {
 public:
  virtual ~Observer() = default;

  // A stage begins. `total` is its number of steps, 0 where it is not known; `before` of them were
  // done by an earlier run, and count as done.
  virtual void OnStage(std::string_view /*stage*/, std::uint64_t /*total*/,
                       std::uint64_t /*before*/) {}

  // `done` steps of the present stage are done.
  virtual void OnProgress(std::uint64_t /*done*/) {}

  // Something of the run that the operator may like to know, such as its plan. Holds no value and
  // no secret.
  virtual void OnNote(std::string_view /*message*/) {}

  // Something the operator should know. Holds no value and no secret.
  virtual void OnWarning(std::string_view /*message*/) {}
};

struct ExecContext {
  int threads = 1;                          // worker threads, at least 1
  RandomSource* random = nullptr;           // borrowed; needed by flows that mint
  Observer* observer = nullptr;             // borrowed; may be null
  const std::atomic<bool>* stop = nullptr;  // borrowed; may be null
  Clock* clock = nullptr;                   // borrowed; needed by flows that write or judge a date

  bool stopped() const { return stop != nullptr && stop->load(std::memory_order_relaxed); }
  void Stage(std::string_view stage, std::uint64_t total = 0, std::uint64_t before = 0) const {
    if (observer != nullptr) observer->OnStage(stage, total, before);
  }
  void Progress(std::uint64_t done) const {
    if (observer != nullptr) observer->OnProgress(done);
  }
  void Note(std::string_view message) const {
    if (observer != nullptr) observer->OnNote(message);
  }
  void Warn(std::string_view message) const {
    if (observer != nullptr) observer->OnWarning(message);
  }
};

// The error of a flow that saw the stop flag.
inline Error Interrupted() { return {ErrorCode::kInterrupted, "interrupted; nothing was changed"}; }

}  // namespace musubi
