#include "storage/rocks_env.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

namespace musubi::storage {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMinuteUs = 60'000'000;

TEST(RocksEnvTest, APauseEndsWhenPausesEnd) {
  RocksEnv env(std::make_shared<KeepingFiles>());
  const Clock::time_point start = Clock::now();
  std::thread pausing([&env] { env.SleepForMicroseconds(kMinuteUs); });
  env.EndPauses();
  pausing.join();
  env.SleepForMicroseconds(kMinuteUs);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(30));
}

TEST(RocksEnvTest, UntilThenAPauseTakesItsTime) {
  RocksEnv env(std::make_shared<KeepingFiles>());
  const Clock::time_point start = Clock::now();
  env.SleepForMicroseconds(20'000);
  EXPECT_GE(Clock::now() - start, std::chrono::milliseconds(20));
}

// Else RocksDB would poll for space on a disk that was full, and try again what failed.
TEST(RocksEnvTest, TellsNoOneHowMuchSpaceThereIs) {
  RocksEnv env(std::make_shared<KeepingFiles>());
  std::uint64_t bytes = 0;
  EXPECT_TRUE(env.GetFreeSpace("/tmp", &bytes).IsNotSupported());
}

}  // namespace
}  // namespace musubi::storage
