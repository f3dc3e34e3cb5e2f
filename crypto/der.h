// DER (ITU-T X.690), as far as strict readers and writers of messages of one form need it. Private
// to crypto.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

namespace musubi::crypto::internal {

enum DerTag : std::uint8_t {
  kDerInteger = 0x02,
  kDerBitString = 0x03,
  kDerOctetString = 0x04,
  kDerOid = 0x06,
  kDerSequence = 0x30,
  kDerSet = 0x31,
  kDerContext0 = 0x80,             // [0] IMPLICIT of a primitive type
  kDerConstructedContext0 = 0xa0,  // [0] EXPLICIT, or IMPLICIT of a constructed one
  kDerConstructedContext1 = 0xa1,
};

// Walks through elements one after the other. The first that is not what was asked for makes it
// fail for good, so that a caller asks failed() once, at the end. Lengths must be definite and in
// their shortest form.
//
// Threads: one at a time.
class DerReader {
 public:
  // Borrows `bytes`.
  explicit DerReader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  // The content of the next element, which must have this tag; empty after a failure.
  std::span<const std::uint8_t> Next(std::uint8_t tag);

  // The next element is this one, header and all.
  void Expect(std::span<const std::uint8_t> element);

  // A reader of the next element's content. Leave passes its failures on.
  DerReader Enter(std::uint8_t tag) { return DerReader(Next(tag), failed_); }

  // Fails unless `inner` succeeded and came to its end.
  void Leave(const DerReader& inner) { failed_ = failed_ || !inner.AtEnd(); }

  // Nothing failed and nothing is left.
  bool AtEnd() const { return !failed_ && rest_.empty(); }
  bool failed() const { return failed_; }

 private:
  DerReader(std::span<const std::uint8_t> bytes, bool failed) : rest_(bytes), failed_(failed) {}

  // Removes a header and returns the length of its content; nothing where it is not in DER.
  std::optional<std::size_t> TakeHeader(std::uint8_t tag);

  std::span<const std::uint8_t> rest_;
  bool failed_ = false;
};

// What comes before an element's content, of `length` bytes. Requires: length < 2^32
std::vector<std::uint8_t> DerHeader(std::uint8_t tag, std::size_t length);

// A whole element whose content is these pieces, one after the other.
std::vector<std::uint8_t> DerElement(std::uint8_t tag,
                                     std::initializer_list<std::span<const std::uint8_t>> pieces);

}  // namespace musubi::crypto::internal
