// Base64 (RFC 4648, section 4). Private to storage.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace musubi::storage {

// Appends `bytes` in base64, padded, on one line.
void AppendBase64(std::span<const std::uint8_t> bytes, std::string* text);

// Appends what `text` stands for, line breaks (CR and LF) passed over. False where it is no base64:
// another character, no or misplaced padding, bits set behind the last byte. `*bytes` then holds
// some of it.
bool DecodeBase64(std::string_view text, std::vector<std::uint8_t>* bytes);

}  // namespace musubi::storage
