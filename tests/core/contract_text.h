// Contracts as text, whole or with a change, for tests of every room.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/contract.h"

namespace musubi {

// A valid contract that uses every part of the format once.
inline nlohmann::json FullContract() {
  return nlohmann::json::parse(R"json({
    "musubi_contract": 1,
    "name": "full",
    "description": "for tests",
    "profile": "fields",
    "fields": [
      {"name": "given_name", "kind": "name", "column": "First name"},
      {"name": "birth_date", "kind": "date", "date_order": "day_first", "on_invalid": "keep"}
    ],
    "filters": [
      {
        "name": "given_name", "bits": 512, "weight": 7, "floor": "0.25", "penalty": "0.5",
        "features": [
          {"field": "given_name", "positions": 10,
           "tokens": {"kind": "qgram", "q": 3, "padded": false, "positional": true}}
        ]
      },
      {
        "name": "birth_date", "bits": 1024,
        "features": [{"field": "birth_date", "positions": 20, "tokens": {"kind": "exact"}}]
      }
    ],
    "block_tokens": [
      {"name": "start_year",
       "parts": [{"field": "given_name", "form": "prefix", "length": 3},
                 {"field": "birth_date", "form": "year"}]},
      {"name": "name", "parts": [{"field": "given_name"}]}
    ],
    "linkage": {
      "candidates": {"method": "blocks", "all_pairs_up_to": 1000},
      "model": {"kind": "weighted_mean", "threshold": "0.85", "prior_weight": 4,
                "least_precision": "0.99"},
      "resolution": "optimal"
    }
  })json");
}

// The fewest parts that a contract may have.
inline nlohmann::json LeastContract() {
  return nlohmann::json::parse(R"json({
    "musubi_contract": 1,
    "name": "least",
    "profile": "fields",
    "fields": [{"name": "id", "kind": "digits"}],
    "filters": [
      {"name": "id", "bits": 64,
       "features": [{"field": "id", "positions": 1, "tokens": {"kind": "exact"}}]}
    ],
    "linkage": {"model": {"kind": "weighted_mean", "threshold": "1"}}
  })json");
}

// FullContract() with `value` put at the JSON pointer `at` ("-" appends to an array).
inline nlohmann::json FullWith(std::string_view at, const nlohmann::json& value) {
  nlohmann::json contract = FullContract();
  contract[nlohmann::json::json_pointer(std::string(at))] = value;
  return contract;
}

// FullContract() without what is at the JSON pointer `at`.
inline nlohmann::json FullWithout(std::string_view at) {
  const nlohmann::json::json_pointer pointer{std::string(at)};
  nlohmann::json contract = FullContract();
  contract[pointer.parent_pointer()].erase(pointer.back());
  return contract;
}

inline Result<Contract> Parsed(const nlohmann::json& contract) {
  return Contract::Parse(contract.dump());
}

// The mistakes that an error of Contract::Parse lists: where, and what.
inline std::vector<std::pair<std::string, std::string>> MistakesOf(const Error& error) {
  constexpr std::string_view kMark = "\n  at ";
  std::vector<std::pair<std::string, std::string>> mistakes;
  std::size_t at = error.message.find(kMark);
  while (at != std::string::npos) {
    const std::size_t begin = at + kMark.size();
    at = error.message.find(kMark, begin);
    const std::string line = error.message.substr(begin, at - begin);
    const std::size_t colon = line.find(": ");
    mistakes.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return mistakes;
}

// Only where.
inline std::vector<std::string> PlacesOf(const Error& error) {
  std::vector<std::string> places;
  for (const auto& [place, what] : MistakesOf(error)) places.push_back(place);
  return places;
}

}  // namespace musubi
