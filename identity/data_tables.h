// The tables of identity/data/ as the build embeds them, and how their rows are read.
// Sees no identifiers.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace musubi::identity::data {

// The files as they are, comments and all. The build writes the definitions from identity/data/.
extern const std::string_view kKanjiVariantsTsv;
extern const std::string_view kKanjiConfusablesTsv;
extern const std::string_view kNicknamesEnTsv;

// The cells of each line of `tsv`, row after row; lines that are empty or begin with '#' are
// skipped. The views borrow from `tsv`.
//
// Ends the program where a line does not have `columns` cells or has an empty one: the tables are
// part of the program.
std::vector<std::string_view> Cells(std::string_view tsv, std::size_t columns);

}  // namespace musubi::identity::data
