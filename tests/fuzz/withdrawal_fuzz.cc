// Any bytes as a holder's request that persons leave: refused, or what would be written for what it
// says.
#include "core/check.h"
#include "storage/withdrawal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto request = musubi::storage::ParseWithdrawal(text);
  if (request.ok()) MUSUBI_CHECK(musubi::storage::WithdrawalText(request.value()) == text);
  return 0;
}
