// The blanks around what a cell says. Sees the text it is given, identifiers among it, and keeps
// none.
#pragma once

#include <string_view>

namespace musubi {

// `text` without blanks and tabs at either end: what an id, or a column's name, is of its cell.
// Every command that looks for an id takes it so, or it would not find what encode has sent.
//
// Threads: safe.
inline std::string_view TrimBlanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace musubi
