// Any bytes as a contract: refused, or valid and with a canonical form that reads as itself.
#include "core/check.h"
#include "core/contract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto contract = musubi::Contract::Parse(text);
  if (!contract.ok()) return 0;
  const auto again = musubi::Contract::Parse(contract.value().canonical_json());
  MUSUBI_CHECK(again.ok());
  MUSUBI_CHECK(again.value().canonical_json() == contract.value().canonical_json());
  return 0;
}
