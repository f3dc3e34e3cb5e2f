// The mark for what is not known inside a value: a letter that was lost, the day of a date.
#pragma once

#include <string_view>

namespace musubi {

// U+3013 〓, the mark that Japanese printers set for a type that they lacked. Normalised values
// hold it for every character that could not be read; no token and no key is made of it, so that it
// neither agrees nor disagrees with anything.
inline constexpr std::string_view kMissingCharacter = "〓";

inline bool HoldsMissingCharacter(std::string_view text) {
  return text.find(kMissingCharacter) != std::string_view::npos;
}

}  // namespace musubi
