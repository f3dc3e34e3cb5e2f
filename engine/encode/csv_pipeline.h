// Rows of a CSV file through encoders on several threads, in order and in bounded memory.
// Private to engine/encode.
#pragma once

#include <functional>
#include <vector>

#include "core/exec_context.h"
#include "engine/encode/batch_encoder.h"
#include "engine/encode/value_counts.h"
#include "storage/csv_reader.h"

namespace musubi::engine {

struct CsvPipeline {
  storage::CsvReader* reader = nullptr;
  std::function<BatchEncoder()> make_encoder;   // called once a thread, one call at a time
  EncodingSet empty_set;                        // what a batch starts from
  std::function<Status(EncodeBatch*)> collect;  // called with each batch, in the file's order
};

// Runs it to the end of the file, to the first error in the file's order, or until it is stopped.
// Replaces `*counts` by how often values occurred, per field.
//
// Errors: those of the reader and of `collect`; kInterrupted
Status Run(const CsvPipeline& pipeline, std::size_t fields, const ExecContext& context,
           std::vector<ValueCounts>* counts);

}  // namespace musubi::engine
