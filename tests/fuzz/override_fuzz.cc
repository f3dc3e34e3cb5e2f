// Any bytes as an override of an audit, or as what let an encoding leave: refused, or what would be
// written for what they say.
#include "core/check.h"
#include "storage/audit_clearance.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto terms = musubi::storage::ReadUnverifiedOverride(text, "fuzz");
  if (terms.ok()) MUSUBI_CHECK(musubi::storage::MistakeIn(terms.value()).empty());
  const auto clearance = musubi::storage::ParseClearance(text);
  if (clearance.ok()) MUSUBI_CHECK(musubi::storage::ClearanceText(clearance.value()) == text);
  return 0;
}
