// What the tests of Japanese addresses and numbers share.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "identity/address.h"
#include "identity/text.h"
#include "normalised.h"

namespace musubi::identity {

inline std::string Compatible(std::string_view raw) {
  TextFolder folder;
  std::string out;
  folder.Compatible(raw, &out);
  return out;
}

// `function`(written, ..., &out) on the compatible form of `raw`.
template <typename Function, typename... More>
Normalised Apply(Function function, std::string_view raw, const More&... more) {
  Normalised result{FieldState::kInvalid, "left over from the value before"};
  result.state = function(Compatible(raw), more..., &result.value);
  return result;
}

// The parts of an address with bars between them, or "" where it is missing.
inline std::string Parsed(std::string_view raw) {
  Address address{"left", "over", "from the", "value", "before"};
  if (ParseAddress(Compatible(raw), &address) != FieldState::kPresent) return "";
  std::string joined;
  JoinAddress(address, &joined);
  return joined;
}

// The folder of reference data, which may be absent: $MUSUBI_SHARED, or ../shared beside the
// checkout.
inline std::filesystem::path SharedFolder() {
  const char* given = std::getenv("MUSUBI_SHARED");
  if (given != nullptr) return given;
  return std::filesystem::path(MUSUBI_SOURCE_DIR) / "../shared";
}

}  // namespace musubi::identity
