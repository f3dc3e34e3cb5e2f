// The machine as the link store's database sees it: KeepingFiles, and pauses that closing ends.
// Private to storage/.
#pragma once

#include <rocksdb/env.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "storage/rocks_files.h"

namespace musubi::storage {

// After a flush or a compaction that failed, RocksDB pauses for a second before it would try again,
// and closing the database waits for that. Here it does not.
//
// Threads: safe.
class RocksEnv : public rocksdb::EnvWrapper {
 public:
  explicit RocksEnv(std::shared_ptr<KeepingFiles> files)
      : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    file_system_ = std::move(files);
  }

  void SleepForMicroseconds(int micros) override {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, std::chrono::microseconds(micros), [this] { return pauses_end_; });
  }

  // No pause lasts any longer, nor does a later one.
  void EndPauses() {
    const std::scoped_lock lock(mutex_);
    pauses_end_ = true;
    wake_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool pauses_end_ = false;
};

}  // namespace musubi::storage
