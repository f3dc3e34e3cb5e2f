// The rows of a payload, of which only what may leave the holder is kept. Private to engine/attach.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/exec_context.h"
#include "core/result.h"
#include "core/text_list.h"
#include "engine/attach/decoded_table.h"
#include "engine/attach/links.h"

namespace musubi::engine {

// Rows of persons who are in the map, with the approved columns alone.
struct PayloadRows {
  struct Row {
    std::uint64_t number = 0;  // in its file
    std::size_t link = 0;      // index into the links
  };

  std::filesystem::path file;
  std::vector<std::string> variables;  // ascending
  std::vector<Row> rows;
  TextList cells;                     // of each row, the variables'
  std::uint64_t dropped = 0;          // rows of persons who have no link
  std::vector<std::string> left_out;  // columns that are not approved, in the file's order
  std::vector<std::string> lacking;   // approved variables that the file does not have

  std::string_view cell(std::size_t row, std::size_t variable) const {
    return cells[row * variables.size() + variable];
  }
  Error Bad(std::size_t row, std::size_t variable, const std::string& what) const;
};

// Local id -> index into the links.
using LinkOfId = std::unordered_map<std::string_view, std::size_t>;

// Borrows the texts of `links`.
//
// Errors: kBadData  an id stands under two project ids
Result<LinkOfId> IndexLinks(const std::vector<Link>& links);

// Reads a payload.
//
// Memory: that of the kept cells, and 32 bytes a row.
// Errors: kBadData  the file lacks the id column, has none of the approved variables, or has rows
//                   and none of a person in the map
//         those of DecodedTable; kInterrupted
Result<PayloadRows> ReadPayload(DecodedTable table, const std::filesystem::path& file,
                                const std::string& id_column,
                                const std::vector<std::string>& approved, const LinkOfId& links,
                                const ExecContext& context);

}  // namespace musubi::engine
