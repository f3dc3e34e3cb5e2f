// Text that came from a file, made safe to put into a message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace musubi::storage {

// `text` as valid UTF-8 on one line: control characters and bytes that are not UTF-8 become "?",
// and what exceeds `max_bytes` is cut off at a character's end and shown as "...".
std::string Displayable(std::string_view text, std::size_t max_bytes);

}  // namespace musubi::storage
