#include "crypto/der.h"

#include <algorithm>

#include "core/check.h"

namespace musubi::crypto::internal {
namespace {

constexpr std::uint8_t kLongForm = 0x80;
constexpr std::size_t kMaxLengthBytes = 4;

}  // namespace

std::optional<std::size_t> DerReader::TakeHeader(std::uint8_t tag) {
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

std::vector<std::uint8_t> DerHeader(std::uint8_t tag, std::size_t length) {
  std::vector<std::uint8_t> header = {tag};
  if (length < kLongForm) {
    header.push_back(static_cast<std::uint8_t>(length));
    return header;
  }
  std::vector<std::uint8_t> digits;
  for (; length > 0; length >>= 8U) digits.push_back(static_cast<std::uint8_t>(length));
  MUSUBI_CHECK(digits.size() <= kMaxLengthBytes);
  header.push_back(static_cast<std::uint8_t>(kLongForm + digits.size()));
  header.insert(header.end(), digits.rbegin(), digits.rend());
  return header;
}

std::vector<std::uint8_t> DerElement(std::uint8_t tag,
                                     std::initializer_list<std::span<const std::uint8_t>> pieces) {
  std::size_t length = 0;
  for (const auto piece : pieces) length += piece.size();
  std::vector<std::uint8_t> element = DerHeader(tag, length);
  for (const auto piece : pieces) element.insert(element.end(), piece.begin(), piece.end());
  return element;
}

}  // namespace musubi::crypto::internal
