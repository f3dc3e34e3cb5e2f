#include "storage/npy.h"

#include <string_view>

#include "core/check.h"

namespace musubi::storage {

namespace {

constexpr std::string_view kMagicAndVersion{"\x93NUMPY\x01\x00", 8};
constexpr std::size_t kLengthBytes = 2;  // little-endian
constexpr std::size_t kAlignment = 64;

}  // namespace

std::string NpyHeader(const std::vector<std::uint64_t>& shape) {
  MUSUBI_CHECK(shape.size() >= 2);
  std::string dictionary = "{'descr': '|u1', 'fortran_order': False, 'shape': (";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    dictionary += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  }
  dictionary += "), }";

  constexpr std::size_t kPreamble = kMagicAndVersion.size() + kLengthBytes;
  const std::size_t unpadded = kPreamble + dictionary.size() + 1;  // and a newline
  const std::size_t padded = (unpadded + kAlignment - 1) / kAlignment * kAlignment;
  dictionary.append(padded - unpadded, ' ');
  dictionary += '\n';

  const std::size_t length = dictionary.size();
  MUSUBI_CHECK(length <= 0xFFFF);
  std::string header(kMagicAndVersion);
  header += static_cast<char>(length & 0xFF);
  header += static_cast<char>(length >> 8);
  return header + dictionary;
}

}  // namespace musubi::storage
