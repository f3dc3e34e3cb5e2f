#include "identity/data_tables.h"

#include "core/check.h"

namespace musubi::identity::data {
namespace {

// Cuts the text before the first `separator` off `*text`, and the separator with it.
std::string_view TakeUntil(char separator, std::string_view* text) {
  const std::size_t end = text->find(separator);
  const std::string_view taken = text->substr(0, end);
  text->remove_prefix(end == std::string_view::npos ? text->size() : end + 1);
  return taken;
}

}  // namespace

std::vector<std::string_view> Cells(std::string_view tsv, std::size_t columns) {
  std::vector<std::string_view> cells;
  while (!tsv.empty()) {
    std::string_view line = TakeUntil('\n', &tsv);
    if (line.empty() || line.front() == '#') continue;
    for (std::size_t column = 0; column < columns; ++column) {
      cells.push_back(TakeUntil('\t', &line));
      MUSUBI_CHECK(!cells.back().empty());
    }
    MUSUBI_CHECK(line.empty());
  }
  return cells;
}

}  // namespace musubi::identity::data
