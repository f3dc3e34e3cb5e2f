#include "crypto/der.h"

#include <algorithm>

namespace musubi::crypto::internal {

std::optional<std::size_t> DerReader::TakeHeader(std::uint8_t tag) {
  constexpr std::uint8_t kLongForm = 0x80;
  constexpr std::size_t kMaxLengthBytes = 4;
  if (rest_.size() < 2 || rest_[0] != tag) return std::nullopt;
  const std::uint8_t first = rest_[1];
  rest_ = rest_.subspan(2);
  if (first < kLongForm) return first;
  const std::size_t count = first - kLongForm;
  if (count == 0 || count > kMaxLengthBytes || rest_.size() < count || rest_[0] == 0) {
    return std::nullopt;
  }
  std::size_t length = 0;
  for (const std::uint8_t byte : rest_.first(count)) length = length << 8U | byte;
  rest_ = rest_.subspan(count);
  if (length < kLongForm) return std::nullopt;  // the short form would do
  return length;
}

std::span<const std::uint8_t> DerReader::Next(std::uint8_t tag) {
  if (failed_) return {};
  const auto length = TakeHeader(tag);
  if (!length || *length > rest_.size()) {
    failed_ = true;
    return {};
  }
  const auto content = rest_.first(*length);
  rest_ = rest_.subspan(*length);
  return content;
}

void DerReader::Expect(std::span<const std::uint8_t> element) {
  if (failed_) return;
  if (rest_.size() < element.size() || !std::ranges::equal(rest_.first(element.size()), element)) {
    failed_ = true;
    return;
  }
  rest_ = rest_.subspan(element.size());
}

}  // namespace musubi::crypto::internal
