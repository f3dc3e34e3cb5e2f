// The truth file and the links files, read into numbers: which records are one person, and which
// were linked. Sees ids and the columns asked for, and keeps no id.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace musubi::engine {

// A column of the truth by which records are told apart.
struct GroupColumn {
  std::string name;
  std::vector<std::string> values;   // in order of their bytes, kNoValue last where it occurs
  std::vector<std::uint16_t> group;  // of each record: an index of values
};

// What a record without a value is shown to have; a cell that says so is taken for empty.
inline constexpr const char* kNoValue = "(none)";

// A column of more values than these tells records apart, not groups of them.
inline constexpr std::size_t kMaxGroups = 1000;

// The records of the truth, in its order; all vectors have an entry a record.
struct StudyRecords {
  std::vector<std::uint32_t> person;   // 0 to persons - 1
  std::vector<std::uint32_t> cluster;  // of equal project ids; a record without links has its own
  std::vector<std::uint32_t> holder;
  std::vector<GroupColumn> columns;  // those asked for
  std::uint64_t unlinked = 0;        // records that no links file has
};

// Reads a truth file, whose columns are person_id, holder, local_id and any others, and links files
// of project_id,holder,local_id. `by` names columns of the truth whose values become groups: any
// but person_id and local_id, each once. Values are UTF-8 and may be shown.
//
// Memory: about 60 bytes a record beside the bytes of its ids, and 2 for each column of `by`.
// Errors: kUsage    `by` names an id column, or a column twice
//         kNoInput  a file cannot be opened
//         kBadData  one is not such a file or names a record twice, a links file has a record that
//                   the truth does not know, a column of `by` is not there, is not UTF-8, or has
//                   more than kMaxGroups values beside the missing one
Result<StudyRecords> ReadRecords(const std::filesystem::path& truth,
                                 const std::vector<std::filesystem::path>& links,
                                 const std::vector<std::string>& by);

}  // namespace musubi::engine
