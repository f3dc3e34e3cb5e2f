// The holder's flow for studies that use clkhash: a CSV file of people to the file of CLKs that
// clkhash 0.18.3 makes of it. Sees identifiers and the secret; holder only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/text_secret.h"
#include "storage/atomic_file.h"
#include "storage/clks_file.h"

namespace musubi::engine {

// What the first row of the input is.
enum class ClkHeader {
  kStrict,  // the identifiers of the schema's features, in order
  kIgnore,  // a header, whatever it says
  kNone     // a record
};

struct ClkhashRequest {
  std::filesystem::path input;  // CSV in UTF-8, as Python's csv reads it; "-" is standard input
  std::string schema;           // its JSON text
  ClkHeader header = ClkHeader::kStrict;
  bool validate = true;  // hold cells to their formats; what is no number or date is always refused

  std::filesystem::path output;
  storage::ClksForm form = storage::ClksForm::kJson;
  storage::Overwrite overwrite = storage::Overwrite::kRefuse;

  // A references file, where wanted: CLKs carry no references, so a record's is made of its place
  // in the output, from 1. `id_column` is then the identifier of a feature, perhaps an ignored one.
  std::filesystem::path refs;  // mode 0600; empty: none
  std::string holder;
  std::string id_column;
};

struct ClkhashReceipt {
  std::uint64_t rows = 0;
  std::uint32_t bits = 0;       // of a CLK
  std::uint64_t row_bytes = 0;  // with the binary form: Hash-Size; Hash-Count is `rows`
  // Of the number of bits set in a CLK: its mean and sample standard deviation.
  double popcount_mean = 0;
  double popcount_deviation = 0;
};

// Encodes every row. On error no output appears. The same request gives the same bytes at any
// number of threads. The observer is warned of what the schema asks for in vain.
//
// The references file is CSV: record_ref,holder,local_id, in the order of the input.
//
// Memory: some batches of rows; with references also 24 bytes a row.
// Errors: kUsage     refs without a valid holder or without an id column of the schema
//         kContract  the schema is not valid
//         kNoInput   the input cannot be opened
//         kBadData   its header is another, or a row has too many or too few cells, a cell that
//                    cannot be encoded, or an id that is empty or used twice; the message names
//                    file, row and column
//         kExists, kIo  an output exists or cannot be written
//         kInterrupted  context.stop was set
Result<ClkhashReceipt> EncodeClkhash(const ClkhashRequest& request,
                                     const crypto::TextSecret& secret, const ExecContext& context);

}  // namespace musubi::engine
