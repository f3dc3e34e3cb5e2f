// What a JSON text must be like to be a clkhash schema of a version. Private to clkhash.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clkhash/json_text.h"
#include "core/result.h"

namespace musubi::clkhash {

struct SchemaMistake {
  std::string pointer;  // JSON pointer
  std::string what;
};

using SchemaMistakes = std::vector<SchemaMistake>;

// One error that lists every mistake, a line each.
Error SchemaError(const SchemaMistakes& mistakes);

// `pointer` extended by a member's key, in printable ASCII.
std::string Within(const std::string& pointer, std::string_view key);
std::string Within(const std::string& pointer, std::size_t index);

// Appends what is wrong with the shape of `root` as a schema of version 1, 2 or 3. Requires:
// `root` is an object.
void CheckShape(const Json& root, int version, SchemaMistakes* mistakes);

}  // namespace musubi::clkhash
