// JSON as Python's json module sees it: whole numbers of any size, the last of equal keys.
// Private to clkhash.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace musubi::clkhash {

struct Json {
  enum class Type { kNull, kBool, kInteger, kFloat, kString, kArray, kObject };

  Type type = Type::kNull;
  bool truth = false;  // of a kBool
  double number = 0;   // of a kInteger, rounded, or a kFloat
  std::string text;    // of a kString; the canonical digits of a kInteger
  std::vector<Json> items;
  std::map<std::string, Json> members;

  bool Is(Type wanted) const { return type == wanted; }

  // A member by its key; null where there is none or this is no object.
  const Json* Find(const std::string& key) const;

  // Whether Python holds it for true: not null, false, zero, or empty.
  bool Truthy() const;

  // A string's text; empty for anything else.
  const std::string& StringOrEmpty() const;

  static Json Integer(const std::string& digits);
  static Json Text(std::string text);
  static Json Bool(bool truth);
  static Json Object();
};

// Requires nothing of `text`, which may have at most 1 MiB and be nested 64 deep.
//
// Errors: kContract  it is not JSON; the message gives the byte, never what stands there
Result<Json> ParseJson(std::string_view text);

}  // namespace musubi::clkhash
