#include "engine/encode/csv_pipeline.h"

#include <tbb/concurrent_queue.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <atomic>
#include <mutex>

namespace musubi::engine {
namespace {

constexpr std::size_t kBatchRows = 1024;

class PipelineRun {
 public:
  PipelineRun(const CsvPipeline& pipeline, const ExecContext& context)
      : pipeline_(pipeline), context_(context) {}

  Status Run(std::size_t fields, std::vector<ValueCounts>* counts) {
    const auto live = static_cast<std::size_t>(context_.threads) * 2 + 1;
    std::vector<EncodeBatch> pool(live);
    for (EncodeBatch& batch : pool) {
      batch.rows.resize(kBatchRows);
      batch.set = pipeline_.empty_set;
      free_.push(&batch);
    }
    tbb::enumerable_thread_specific<BatchEncoder> encoders([&] {
      const std::scoped_lock lock(making_);
      return pipeline_.make_encoder();
    });
    const tbb::global_control allow(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(context_.threads));
    tbb::task_arena arena(context_.threads);
    arena.execute([&] { RunStages(live, &encoders); });
    counts->assign(fields, {});
    for (const BatchEncoder& encoder : encoders) {
      for (std::size_t f = 0; f < fields; ++f) (*counts)[f].Add(encoder.CountsOf(f));
    }
    // What was collected lies before what was read, so its error is the first in the file.
    return collect_status_.ok() ? read_status_ : collect_status_;
  }

 private:
  void RunStages(std::size_t live, tbb::enumerable_thread_specific<BatchEncoder>* encoders) {
    const auto read = tbb::make_filter<void, EncodeBatch*>(
        tbb::filter_mode::serial_in_order, [this](tbb::flow_control& flow) -> EncodeBatch* {
          EncodeBatch* batch = nullptr;
          const bool taken = free_.try_pop(batch);
          // as many batches as live tokens
          MUSUBI_CHECK(taken);
          if (!ReadBatch(batch)) flow.stop();
          return batch;
        });
    const auto encode = tbb::make_filter<EncodeBatch*, EncodeBatch*>(
        tbb::filter_mode::parallel, [encoders](EncodeBatch* batch) {
          encoders->local().Encode(batch);
          return batch;
        });
    const auto collect = tbb::make_filter<EncodeBatch*, void>(tbb::filter_mode::serial_in_order,
                                                              [this](EncodeBatch* batch) {
                                                                if (!failed_)
                                                                  Note(pipeline_.collect(batch));
                                                                free_.push(batch);
                                                              });
    tbb::parallel_pipeline(live, read & encode & collect);
  }

  // Fills a batch. False at the end of the input, on error, and when asked to stop.
  bool ReadBatch(EncodeBatch* batch) {
    batch->used = 0;
    if (failed_) return false;
    if (context_.stopped()) {
      read_status_ = Interrupted();
      return false;
    }
    while (batch->used < kBatchRows) {
      const auto more = pipeline_.reader->Next(&batch->rows[batch->used]);
      if (!more.ok()) {
        read_status_ = more.error();
        break;  // the rows before it may hold an earlier error
      }
      if (!more.value()) break;
      ++batch->used;
    }
    return batch->used > 0;
  }

  void Note(Status status) {
    if (status.ok()) return;
    collect_status_ = std::move(status);
    failed_ = true;
  }

  const CsvPipeline& pipeline_;
  const ExecContext& context_;
  tbb::concurrent_queue<EncodeBatch*> free_;
  std::mutex making_;
  Status read_status_;
  Status collect_status_;
  std::atomic<bool> failed_ = false;
};

}  // namespace

Status Run(const CsvPipeline& pipeline, std::size_t fields, const ExecContext& context,
           std::vector<ValueCounts>* counts) {
  return PipelineRun(pipeline, context).Run(fields, counts);
}

}  // namespace musubi::engine
