// Which columns of a holder's file are which fields. Private to engine/encode.
#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/contract.h"
#include "engine/encode/batch_encoder.h"
#include "identity/charset.h"
#include "storage/csv_reader.h"

namespace musubi::engine {

// A field's name and the column that holds it in this file, where the contract names another.
using ColumnNames = std::vector<std::pair<std::string, std::string>>;

// Reads the header in the file's charset: column names may be in any script.
//
// Errors: kBadData  a name is not valid in the charset
Status DecodeColumns(const std::filesystem::path& input, identity::Charset charset,
                     storage::CsvReader* reader);

// Errors: kUsage    `renamed` names no field of the contract
//         kBadData  a column is not in the file
Result<ColumnPlan> PlanColumns(const Contract& contract, const ColumnNames& renamed,
                               const std::string& id_column, const storage::CsvReader& reader);

// `charset`, or what the whole file is valid in where it is not given: UTF-8, or else CP932.
//
// Memory: 64 KiB.
// Errors: kUsage        not given, and the input is no regular file, which can be read only once
//         kNoInput      the file cannot be opened
//         kIo           reading failed
//         kInterrupted  `*stop`, which may be null, was set
Result<identity::Charset> ChooseCharset(const std::filesystem::path& input,
                                        std::optional<identity::Charset> charset,
                                        const std::atomic<bool>* stop);

}  // namespace musubi::engine
