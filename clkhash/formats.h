// One cell of a file to the text that is hashed. Sees identifiers; holder only. Private to clkhash.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "clkhash/schema.h"

namespace musubi::clkhash {

// Why a cell cannot be encoded: a fixed text without the value, or null where it can.
using Reason = const char*;

// Reads the cells of one hashed feature: missing values replaced, integers and dates in one form.
//
// Threads: one at a time; make one for each thread.
class CellReader {
 public:
  // `feature` is borrowed. Requires: feature.hashing.
  explicit CellReader(const Feature& feature);

  // Sets `*value` to the text to hash, borrowed from `cell`, the feature or this reader until the
  // next call. With `validate` the cell is also held to the feature's format, unless it is the
  // sentinel. What is no integer or date of such a feature is always refused.
  //
  // Requires: `cell` is valid UTF-8.
  Reason Read(std::string_view cell, bool validate, std::string_view* value);

 private:
  Reason ReadString(std::string_view cell, bool validate);
  Reason ReadInteger(std::string_view cell, bool validate);
  Reason ReadDate(std::string_view cell);
  Reason CheckString(const StringFormat& format, std::string_view cell);

  const Feature* feature_;
  std::optional<Matcher> pattern_;
  std::optional<DateReader> date_;
  std::string text_;
};

}  // namespace musubi::clkhash
