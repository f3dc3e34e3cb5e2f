// Any bytes as an application or a decision on one: refused, or what would be written for what they
// say.
#include "core/application.h"
#include "core/check.h"
#include "storage/project_decision.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto application = musubi::ParseApplication(text);
  if (application.ok()) MUSUBI_CHECK(musubi::ApplicationText(application.value()) == text);
  const auto decision = musubi::storage::ReadUnverifiedDecision(text, "fuzz");
  if (decision.ok()) MUSUBI_CHECK(musubi::storage::MistakeIn(decision.value()).empty());
  return 0;
}
