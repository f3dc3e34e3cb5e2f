// Rows of a file through encoders on several threads, in order and in bounded memory.
// Private to engine/encode.
#pragma once

#include <tbb/concurrent_queue.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

#include "core/check.h"
#include "core/exec_context.h"

namespace musubi::engine {

// An ordered reader, an encoder on each thread, an ordered collector.
//
// Reader   has Result<bool> Next(Row*), false at the end.
// Batch    has `rows`, of constant size, and `used`, how many of them hold input.
// Encoder  has void Encode(Batch*).
//
// Threads: one at a time.
template <typename Reader, typename Batch, typename Encoder>
class RowPipeline {
 public:
  struct Stages {
    Reader* reader = nullptr;               // borrowed
    std::function<Batch()> make_batch;      // called a few times, at the start
    std::function<Encoder()> make_encoder;  // called once a thread, one call at a time
    std::function<Status(Batch*)> collect;  // called with each batch, in the file's order
  };

  // `context` is borrowed.
  RowPipeline(Stages stages, const ExecContext& context)
      : stages_(std::move(stages)), context_(context), encoders_([this] {
          const std::scoped_lock lock(making_);
          return stages_.make_encoder();
        }) {}

  // Goes to the end of the file, to the first error in the file's order, or until it is stopped.
  // Call once.
  //
  // Errors: those of the reader and of `collect`; kInterrupted
  Status Run() {
    const auto threads = static_cast<std::size_t>(context_.threads);
    const std::size_t live = threads * 2 + 1;
    std::vector<Batch> pool;
    for (std::size_t i = 0; i < live; ++i) pool.push_back(stages_.make_batch());
    for (Batch& batch : pool) free_.push(&batch);
    const tbb::global_control allow(tbb::global_control::max_allowed_parallelism, threads);
    tbb::task_arena arena(context_.threads);
    arena.execute([&] { RunStages(live); });
    // What was collected lies before what was read, so its error is the first in the file.
    return collected_.ok() ? read_ : collected_;
  }

  // The encoders that Run made.
  const tbb::enumerable_thread_specific<Encoder>& encoders() const { return encoders_; }

 private:
  void RunStages(std::size_t live) {
    using tbb::filter_mode;
    const auto read = [this](tbb::flow_control& flow) -> Batch* {
      Batch* batch = nullptr;
      const bool taken = free_.try_pop(batch);
      MUSUBI_CHECK(taken);  // as many batches as may be under way
      if (!ReadBatch(batch)) flow.stop();
      return batch;
    };
    const auto encode = [this](Batch* batch) {
      encoders_.local().Encode(batch);
      return batch;
    };
    const auto collect = [this](Batch* batch) {
      if (!failed_) Note(stages_.collect(batch));
      free_.push(batch);
    };
    tbb::parallel_pipeline(
        live, tbb::make_filter<void, Batch*>(filter_mode::serial_in_order, read) &
                  tbb::make_filter<Batch*, Batch*>(filter_mode::parallel, encode) &
                  tbb::make_filter<Batch*, void>(filter_mode::serial_in_order, collect));
  }

  // Fills a batch. False at the end of the input, after an error, and when asked to stop.
  bool ReadBatch(Batch* batch) {
    batch->used = 0;
    if (failed_ || !read_.ok()) return false;
    if (context_.stopped()) {
      read_ = Interrupted();
      return false;
    }
    while (batch->used < batch->rows.size()) {
      const auto more = stages_.reader->Next(&batch->rows[batch->used]);
      if (!more.ok()) read_ = more.error();
      if (!more.ok() || !more.value()) break;
      ++batch->used;
    }
    return batch->used > 0;  // the rows before an error may hold an earlier one
  }

  void Note(Status status) {
    if (status.ok()) return;
    collected_ = std::move(status);
    failed_ = true;
  }

  const Stages stages_;
  const ExecContext& context_;
  tbb::concurrent_queue<Batch*> free_;
  std::mutex making_;
  tbb::enumerable_thread_specific<Encoder> encoders_;
  Status read_;
  Status collected_;
  std::atomic<bool> failed_ = false;  // what is read after that is not wanted
};

}  // namespace musubi::engine
