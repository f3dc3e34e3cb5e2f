// Bytes of row keys and values: docs/formats/store.md, "Families". Private to storage/.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "core/check.h"
#include "core/result.h"

namespace musubi::storage {

// The version byte that every value begins with.
inline constexpr std::uint8_t kValueVersion = 1;

// Appends `number`, its highest byte first.
template <std::unsigned_integral T>
void AppendKeyNumber(T number, std::string* out) {
  for (std::size_t shift = sizeof(T) * 8; shift != 0;) {
    shift -= 8;
    out->push_back(static_cast<char>(static_cast<std::uint8_t>(number >> shift)));
  }
}

// Builds a value: the version byte, then whole numbers with their lowest byte first.
class ValueWriter {
 public:
  ValueWriter() {
    out_.reserve(32);  // a member's value, of which there may be millions
    Number(kValueVersion);
  }

  template <std::unsigned_integral T>
  ValueWriter& Number(T number) {
    std::array<char, sizeof(T)> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<char>(static_cast<std::uint8_t>(number >> (8 * i)));
    }
    out_.append(bytes.data(), bytes.size());
    return *this;
  }
  template <std::size_t N>
  ValueWriter& Bytes(const std::array<std::uint8_t, N>& bytes) {
    out_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return *this;
  }
  // A short text behind a byte that tells its length.
  ValueWriter& Text(std::string_view text) {
    MUSUBI_CHECK(text.size() <= 255);
    Number(static_cast<std::uint8_t>(text.size()));
    out_.append(text);
    return *this;
  }
  // A longer text behind two bytes that tell its length.
  ValueWriter& LongText(std::string_view text) {
    MUSUBI_CHECK(text.size() <= 65535);
    Number(static_cast<std::uint16_t>(text.size()));
    out_.append(text);
    return *this;
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

// Takes a key or a value apart. After the first thing that is not there, everything reads as zero
// and ok() is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  static Reader OfValue(std::string_view value) {
    Reader reader(value);
    if (reader.Number<std::uint8_t>() != kValueVersion) reader.ok_ = false;
    return reader;
  }

  // A number of a value: its lowest byte comes first.
  template <std::unsigned_integral T>
  T Number() {
    std::uint64_t number = 0;
    const std::string_view bytes = Take(sizeof(T));
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) number = Shift(number, *byte);
    return static_cast<T>(number);
  }
  // A number of a key: its highest byte comes first.
  template <std::unsigned_integral T>
  T KeyNumber() {
    std::uint64_t number = 0;
    for (const char byte : Take(sizeof(T))) number = Shift(number, byte);
    return static_cast<T>(number);
  }
  template <std::size_t N>
  void Bytes(std::array<std::uint8_t, N>* out) {
    const std::string_view bytes = Take(N);
    if (bytes.size() == N) std::memcpy(out->data(), bytes.data(), N);
  }
  std::string Text() { return std::string(Take(Number<std::uint8_t>())); }
  std::string LongText() { return std::string(Take(Number<std::uint16_t>())); }
  std::string Rest() { return std::string(Take(rest_.size())); }

  // Whether something is left, and all before it was there.
  bool more() const { return ok_ && !rest_.empty(); }

  // True when all was there and nothing is left.
  bool ok() const { return ok_ && rest_.empty(); }

 private:
  static std::uint64_t Shift(std::uint64_t number, char byte) {
    return number << 8 | static_cast<std::uint8_t>(byte);
  }
  std::string_view Take(std::size_t size) {
    if (!ok_ || rest_.size() < size) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool ok_ = true;
};

// The error of a row that no version of this program wrote.
inline Error NeverWritten(std::string_view what) {
  return {ErrorCode::kInternal, "the store holds a " + std::string(what) +
                                    " row of a format that this program never wrote"};
}

}  // namespace musubi::storage
