// A holder's rows on their way to the researcher: under project ids, with the approved variables
// alone, and looked at for identifiers first. Sees the holder's data; holder only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/contract.h"
#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "engine/attach/sealed_map.h"
#include "identity/charset.h"
#include "storage/atomic_file.h"
#include "storage/package_manifest.h"

namespace musubi::engine {

struct PayloadRequest {
  std::filesystem::path rows;                            // CSV
  std::string id_column;                                 // of the rows, and of the identifiers
  identity::Charset charset = identity::Charset::kUtf8;  // likewise
  std::vector<std::filesystem::path> refs;               // as of OwnRecords, as is the next
  std::filesystem::path without = {};
  // The files that were encoded, where the guard is to compare values with them.
  std::vector<std::filesystem::path> identifiers = {};
  // Field name and the column that holds it in them, where the contract's column is another.
  std::vector<std::pair<std::string, std::string>> columns = {};
  std::vector<std::string> allowed = {};     // columns that the holder vouches for
  const crypto::Identity* holder = nullptr;  // borrowed, as is the next
  const crypto::Certificate* researcher = nullptr;
  std::filesystem::path output;
  storage::Overwrite overwrite = storage::Overwrite::kRefuse;
};

struct PayloadReceipt {
  storage::PackageId package;
  std::vector<std::string> variables;
  std::vector<std::string> left_out;  // columns that are not approved
  std::vector<std::string> lacking;   // approved variables that the rows do not have
  std::uint64_t rows = 0;
  std::uint64_t persons = 0;
  std::uint64_t dropped = 0;   // rows of persons who are not in the map, or withdrew
  std::uint64_t withdrew = 0;  // records in the map of persons who withdrew
  bool compared = false;       // with the persons' identifiers, not by columns and shapes alone
};

// Seals the rows of persons who are in the map to the researcher whom the application names: a
// package of kind payload (docs/formats/release.md). The rows are in random order, for that of a
// hospital's file tells who came first.
//
// The guard refuses, before anything is written, a column that
//
// - is the id column, or one that the receiver's table has already (project_id, holder);
// - is an identifier column of the contract, unless it is allowed;
// - holds Individual Numbers ("My Number"), or mostly the row's own id;
// - has a cell that is an identifier of that same person (leak_guard.h), unless it is allowed.
//
// Memory: that of the kept cells.
// Errors: kBadData   a file is not such a file, or the guard refuses it: the message names file,
//                    row and column; a row's person is in no identifiers file
//         kRefused   the researcher is not the one named; certificates are not valid now
//         kContract  the contract is not the application's
//         kUsage     an allowed column is not among those kept; a renamed field is none of the
//                    contract
//         kNoInput, kExists, kIo, kInterrupted
Result<PayloadReceipt> AttachPayload(SealedMap map, const PayloadRequest& request,
                                     const Contract& contract, const ExecContext& context);

}  // namespace musubi::engine
