// A file of CLKs as the records of a holder, so that the linkage unit can take what clkhash and
// anonlink users have. Holds no identifier.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/contract.h"
#include "core/ids.h"
#include "core/result.h"
#include "storage/encoding_file.h"

namespace musubi::storage {

// The reference of row `row`, from 1, of a holder's file of CLKs, which holds none itself: the
// first 16 bytes of SHA-256("musubi clks reference 1", 0x00, holder, 0x00, row in decimal). Others
// can compute it too; it tells the row's place, which the file tells anyway.
RecordRef ClksReference(std::string_view holder, std::uint64_t row);

// Whether `file` starts like JSON and not like an encoding file.
bool LooksLikeClks(const std::filesystem::path& file);

// Reads the JSON form (storage/clks_file.h) as an encoding file of `holder` under `contract`, rows
// in the order of their references. Such a file proves nothing of its secret or schema: its key
// check is all zeros, equal to that of every other. A CLK without a bit is a missing filter.
//
// Requires: contract.profile() is kClkhash; IsHolderName(holder).
// Errors: those of ReadClksJson
//         kBadData  it holds no row
Result<EncodingFile> ReadClksDataset(const std::filesystem::path& file, const std::string& holder,
                                     bool declares_duplicates, const Contract& contract,
                                     const std::atomic<bool>* stop = nullptr);

}  // namespace musubi::storage
