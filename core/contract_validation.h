// From bytes to JSON that satisfies the contract's schema.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace musubi {

struct ContractMistake {
  std::string path;  // JSON pointer
  std::string what;

  bool operator==(const ContractMistake&) const = default;
};

// One error that lists every mistake, a line each.
Error ContractError(const std::vector<ContractMistake>& mistakes);

// Parses strictly (no duplicate keys, no byte order mark, at most 1 MiB, at most 32 deep) and
// validates against ContractSchema().
//
// Errors: kContract
Result<nlohmann::json> ParseContractJson(std::string_view text);

// Parses JSON while refusing what json::parse allows or overlooks: a key named twice, more than 32
// levels, a byte order mark, a NUL, more than 1 MiB.
//
// Errors: kContract
Result<nlohmann::json> ParseStrictly(std::string_view text);

}  // namespace musubi
